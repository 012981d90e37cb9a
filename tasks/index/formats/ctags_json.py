"""Tags as JSON lines, as ``ctags --output-format=json`` writes them.

Source: ctags-json-output(5) of Universal Ctags, version 1.0 of that format.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from tasks.index.answers import Symbol
from tasks.index.formats.ctags import scope_of
from tasks.index.formats.enclosing import Enclosing
from tasks.index.formats.indexed_file import IndexedFile
from tasks.index.formats.json_lines import json_line
from tasks.index.formats.languages import CTAGS


def tags_as_json(
    files: Iterable[IndexedFile], prefixes: Mapping[str, str], folder: Path
) -> Iterator[bytes]:
    """Yield a line a tag without its newline, pseudo-tags first; then in the order of ``files``.

    Paths and ``folder`` are those of ``ctags.tags``.
    """
    for name, value, comment in (
        ("JSON_OUTPUT_VERSION", "1.0", ""),
        ("TAG_FILE_ENCODING", "utf-8", ""),
        ("TAG_FILE_SORTED", "0", "0=unsorted, 1=sorted, 2=foldcase"),
        ("TAG_PROC_CWD", f"{folder}/".replace("//", "/"), ""),
        ("TAG_PROGRAM_NAME", "flagday", ""),
        ("TAG_PROGRAM_VERSION", version("flagday"), ""),
    ):
        yield json_line({"_type": "ptag", "name": name, "path": value, "pattern": comment})
    for file in files:
        path = prefixes[file.root] + file.path
        language = CTAGS.get(file.language, file.language)
        enclosing = Enclosing(file.symbols)
        for symbol in file.symbols:
            yield json_line(_tag(symbol, path, language, scope_of(symbol, enclosing)))


def _tag(
    symbol: Symbol, path: str, language: str, scope: tuple[str, str] | None
) -> dict[str, str | int]:
    tag: dict[str, str | int] = {
        "_type": "tag",
        "name": symbol.name,
        "path": path,
        "language": language,
        "line": symbol.line,
        "kind": symbol.type,
    }
    if symbol.signature:
        tag["signature"] = symbol.signature
    if scope:
        tag["scope"], tag["scopeKind"] = scope[1], scope[0]
    tag["end"] = symbol.end_line
    return tag
