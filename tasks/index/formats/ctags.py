"""The ``tags`` file of vi, ctags and vim: extended format 2, sorted by bytes, UTF-8.

Source: tags(5) and ctags-client-tools(7) of Universal Ctags.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tasks.index.answers import Symbol
from tasks.index.formats.enclosing import Enclosing
from tasks.index.formats.indexed_file import IndexedFile
from tasks.index.formats.languages import CTAGS
from tasks.index.formats.sorting import sorted_lines

UNKNOWN_KIND: Final = "unknown"  # of a scope that is defined in another file
PSEUDO_TAGS: Final = (
    ("TAG_FILE_ENCODING", "utf-8", ""),
    ("TAG_FILE_FORMAT", "2", "extended format"),
    ("TAG_FILE_SORTED", "1", "0=unsorted, 1=sorted, 2=foldcase"),
    ("TAG_OUTPUT_EXCMD", "number", "number, pattern, mixed, or combineV2"),
    ("TAG_OUTPUT_FILESEP", "slash", "slash or backslash"),
    ("TAG_OUTPUT_MODE", "u-ctags", "u-ctags or e-ctags"),
    ("TAG_PROGRAM_NAME", "flagday", ""),
)
_LETTERS: Final = {
    "class": "c",
    "constant": "C",
    "constructor": "x",
    "enum": "g",
    "enumerator": "e",
    "field": "M",
    "function": "f",
    "impl": "I",
    "interface": "i",
    "macro": "d",
    "method": "m",
    "module": "o",
    "namespace": "n",
    "package": "k",
    "property": "y",
    "protocol": "P",
    "prototype": "p",
    "struct": "s",
    "trait": "T",
    "type": "t",
    "union": "u",
    "variable": "v",
}
_ODD: Final = re.compile(r"[\x00-\x1f\x7f\\]")
_LETTERED: Final = dict(zip("\a\b\t\n\v\f\r\\", "abtnvfr\\", strict=True))
_ESCAPES: Final = {
    **{code: f"\\x{code:02X}" for code in (*range(0x20), 0x7F)},
    **{ord(raw): f"\\{letter}" for raw, letter in _LETTERED.items()},
}


def tags(
    files: Iterable[IndexedFile], prefixes: Mapping[str, str], folder: Path
) -> Iterator[bytes]:
    """Yield the lines of a tags file that stands in ``folder``, without their newlines.

    ``prefixes`` turn a path in a root into one that opens from ``folder``. Two definitions
    that a line cannot tell apart (one name, one line, one type) are one tag.
    """
    return sorted_lines(line.encode() for line in _lines(files, prefixes, folder))


def escaped(text: str) -> str:
    """Return a name, path or value as tags(5) writes it."""
    return text.translate(_ESCAPES) if _ODD.search(text) else text


def scope_of(symbol: Symbol, enclosing: Enclosing) -> tuple[str, str] | None:
    """Return kind and name of a symbol's scope."""
    if not symbol.scope:
        return None
    around = enclosing.of(symbol)
    return (around.type if around else UNKNOWN_KIND), symbol.scope


def _lines(
    files: Iterable[IndexedFile], prefixes: Mapping[str, str], folder: Path
) -> Iterator[str]:
    from importlib.metadata import version  # noqa: PLC0415 -- slow to load; vimgrep needs none

    kinds: set[tuple[str, str]] = set()
    for file in files:
        path = escaped(prefixes[file.root] + file.path)
        language = CTAGS.get(file.language, file.language)
        enclosing = Enclosing(file.symbols)
        for symbol in file.symbols:
            kinds.add((language, symbol.type))
            yield _tag(symbol, path, language, scope_of(symbol, enclosing))
    for name, value, comment in PSEUDO_TAGS:
        yield f"!_{name}\t{value}\t/{comment}/"
    yield f"!_TAG_PROGRAM_VERSION\t{version('flagday')}\t//"
    yield f"!_TAG_PROC_CWD\t{escaped(f'{folder}/'.replace('//', '/'))}\t//"
    for language, kind in kinds:
        letter = _LETTERS.get(kind, "?")
        yield f"!_TAG_KIND_DESCRIPTION!{language}\t{letter},{kind}\t/{kind}/"


def _tag(symbol: Symbol, path: str, language: str, scope: tuple[str, str] | None) -> str:
    name = escaped(symbol.name)
    if name[0] in " !":  # a pseudo-tag starts so
        name = f"\\x{ord(name[0]):02X}{name[1:]}"
    within = f"\t{scope[0]}:{escaped(scope[1])}" if scope else ""
    signature = f"\tsignature:{escaped(symbol.signature)}" if symbol.signature else ""
    return (
        f'{name}\t{path}\t{symbol.line};"\t{symbol.type}\tline:{symbol.line}'
        f"\tlanguage:{language}{within}{signature}\tend:{symbol.end_line}"
    )
