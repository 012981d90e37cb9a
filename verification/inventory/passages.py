"""The parts of a file that are each in one language: cells, code blocks, or the file itself."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from verification.inventory.languages import (
    NOTEBOOK,
    SQL,
    TEXT,
    Medium,
    language_named,
    language_of,
    language_of_shebang,
    medium_of,
)

_FENCE: Final = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})[ \t]*\{?\.?(?P<info>[^\n`]*)\n"
    r"(?P<body>.*?)(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_DIRECTIVE: Final = re.compile(
    r"^(?P<indent>[ \t]*)\.\.[ ]+(?:code-block|code|sourcecode|highlight)::[ ]*(?P<info>[^\n]*)\n"
    r"(?P<body>(?:(?P=indent)[ \t]+[^\n]*\n|[ \t]*\n)+)",
    re.MULTILINE,
)
_LISTING: Final = re.compile(
    r"^\[source,?[ ]*(?P<info>\w*)[^\n]*\]\n-{4,}\n(?P<body>.*?)^-{4,}$", re.MULTILINE | re.DOTALL
)
_SQL_MAGIC: Final = re.compile(
    r"\s*%%(?:(?:sql|sqlite|bigquery|read_sql)\b|script\s+(?:\S*/)?sqlite3)[^\n]*\n?"
)
_SHELL_MAGIC: Final = re.compile(r"\s*%%(?:bash|sh|script)\b[^\n]*\n?")
_LINE_MAGIC: Final = re.compile(r"^(?P<lead>\s*(?:\w+\s*=\s*)?)%(?:sql|sqlite)[ \t]+(?P<sql>.+)$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in one language, and which lines of the file its lines are."""

    data: bytes
    language: str
    medium: Medium
    lines: Sequence[int]  # of the file, from 1; the last one goes on

    def line(self, number: int) -> int:
        """Return the line of the file for a line of the passage, both from 1."""
        last = len(self.lines)
        return self.lines[number - 1] if number <= last else self.lines[-1] + number - last


def passages(path: PurePath, data: bytes) -> Iterator[Passage]:
    """Yield the passages of a file, in the order of the text."""
    language = language_of(path) or language_of_shebang(data)
    medium = medium_of(path)
    if language is None:
        return
    if language == NOTEBOOK:
        yield from _cells(data)
    elif medium is Medium.DOCUMENT:
        yield from _blocks(data.decode("utf-8", "replace"))
    else:
        yield Passage(data, language, Medium.SQL if language == SQL else medium, range(1, 2))


def _blocks(text: str) -> Iterator[Passage]:
    found = [match for form in (_FENCE, _DIRECTIVE, _LISTING) for match in form.finditer(text)]
    for block in sorted(found, key=lambda match: match.start()):
        first = text.count("\n", 0, block.start("body")) + 1
        words = re.split(r"[^\w#+-]+", block["info"].strip())
        language = language_named(words[0]) if words[0] else None
        body = re.sub(r"(?m)^[ \t]*>[ ]?", "", block["body"])
        yield Passage(body.encode(), language or TEXT, Medium.DOCUMENT, range(first, first + 1))


def _cells(data: bytes) -> Iterator[Passage]:
    """Yield the code cells; a line of a cell is on the line of the file that spells it.

    What has not the shape of a notebook is a text.
    """
    text = data.decode("utf-8", "replace")
    try:
        book = json.loads(text)
    except (ValueError, RecursionError):
        book = None
    cells = _at(book, "cells")
    if not isinstance(cells, list) or not all(map(_is_cell, cells)):
        yield Passage(data, TEXT, Medium.NOTEBOOK, range(1, 2))
        return
    metadata = _at(book, "metadata")
    named = _at(_at(metadata, "kernelspec"), "language") or _at(
        _at(metadata, "language_info"), "name"
    )
    language = language_named(str(named)) if named else None
    position = 0
    for cell in cells:
        places = []
        for line in _source(cell):
            position = max(_spelled(text, line, position), position)
            places += [text.count("\n", 0, position) + 1] * max(1, len(line.splitlines()))
        whole = "".join(_source(cell)).encode("utf-8", "replace").decode()  # a lone surrogate is ?
        yield from _cell(cell, whole, language or "python", places or [1])


def _at(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _is_cell(cell: Any) -> bool:
    return isinstance(cell, dict) and all(isinstance(line, str) for line in _source(cell))


def _source(cell: dict[str, Any]) -> list[Any]:
    source = cell.get("source", "")
    return source if isinstance(source, list) else [source]


def _spelled(text: str, line: Any, position: int) -> int:
    forms = (json.dumps(line), json.dumps(line, ensure_ascii=False))
    return max(text.find(form, position) for form in forms)


def _cell(cell: dict[str, Any], text: str, language: str, lines: list[int]) -> Iterator[Passage]:
    if cell.get("cell_type") == "markdown":
        for block in _blocks(text):
            first = block.lines[0] - 1
            yield Passage(block.data, block.language, block.medium, lines[first:] or lines[-1:])
        return
    if cell.get("cell_type") != "code":
        return
    for magic, inner in ((_SQL_MAGIC, SQL), (_SHELL_MAGIC, "bash")):
        found = magic.match(text)
        if found:
            skipped = found[0].count("\n")
            rest = lines[skipped:] or lines[-1:]
            yield Passage(text[found.end() :].encode(), inner, Medium.NOTEBOOK, rest)
            return
    plain = "\n".join(_without_magic(line) for line in text.split("\n"))
    yield Passage(plain.encode(), language, Medium.NOTEBOOK, lines)


def _without_magic(line: str) -> str:
    """Write a line magic with SQL as a string, and leave out what is no code of the language."""
    magic = _LINE_MAGIC.match(line)
    if magic:
        return f"{magic['lead'] or 'sql = '}{magic['sql']!r}"
    shell = re.match(r"\s*!(.*)", line)
    if shell:
        return f"shell = {shell[1]!r}"
    return "#" + line[1:] if line.startswith("%") else line
