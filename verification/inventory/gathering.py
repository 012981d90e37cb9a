"""Everything in a part of a file that begins like a statement, whatever shows it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tree_sitter import Node

from verification.inventory.candidates import Part
from verification.inventory.claims import Claim, claims
from verification.inventory.formats import marked
from verification.inventory.languages import SQL, Medium
from verification.inventory.literals import is_in_comment
from verification.inventory.model import Site
from verification.inventory.project import Project, Unit
from verification.inventory.scanning import spans, unfolded
from verification.inventory.statements import Statement, statements

_CONTINUED: Final = re.compile(r"\\\r?\n")
_OPEN_MACRO: Final = re.compile(
    rb"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+\"(?:\s|\\\r?\n)*#?[ \t]*[A-Za-z_]"
)  # its table is another macro, or a parameter


def claims_in(part: Part, project: Project, words: re.Pattern[bytes]) -> Iterator[Claim]:
    """Yield the statements of a part; ``words`` are the names of tables."""
    if part.passage.language == SQL:
        text, holes = marked(part.passage.data.decode("utf-8", "replace"), ())
        for statement in statements(text, holes):
            if statement.operation is not None:
                yield _plain_claim(statement, text, is_quoted=True)
    elif part.unit is None:
        has_keys = part.passage.medium is Medium.CONFIGURATION
        yield from _scanned(part.passage.data.decode("utf-8", "replace"), 0, has_keys=has_keys)
    else:
        covered: set[int] = set()
        for claim in claims(part.unit, project):
            covered.update(range(claim.line, claim.end_line + 1))
            yield claim
        yield from _beside(part.unit, words, covered)


def _beside(unit: Unit, words: re.Pattern[bytes], covered: set[int]) -> Iterator[Claim]:
    """Yield what the tree does not show as a string: in broken code, macros, and shell commands."""
    for literal in unit.literals:
        if "sqlite" in literal.text and words.search(literal.text.encode()):
            for claim in _scanned(literal.text, literal.line - 1):
                if claim.line not in covered:
                    yield replace(claim, node=literal.node)
    root = unit.source.tree.root_node
    places = [*words.finditer(unit.source.data), *_OPEN_MACRO.finditer(unit.source.data)]
    for word in places:
        node = root.descendant_for_byte_range(*word.span())
        if node is None or is_in_comment(node):
            continue
        if node.type == "preproc_arg" or _is_in_error(node):
            text, line = _shown(node, word, unit)
            for claim in _scanned(text, line):
                if claim.line not in covered:
                    covered.update(range(claim.line, claim.end_line + 1))
                    yield claim


def _shown(node: Node, word: re.Match[bytes], unit: Unit) -> tuple[str, int]:
    """Return the text to look through around a word, and the line that it begins on, from 0."""
    if node.type == "preproc_arg":
        return unfolded((node.text or b"").decode("utf-8", "replace")), node.start_point.row
    return _around(unit, word).decode("utf-8", "replace"), _line(unit, word) - 1


def _is_in_error(node: Node | None) -> bool:
    while node is not None:
        if node.type == "ERROR":
            return True
        node = node.parent
    return False


def _line(unit: Unit, word: re.Match[bytes]) -> int:
    start = unit.source.data.rfind(b"\n", 0, max(0, word.start()))
    return unit.source.data.count(b"\n", 0, start + 1) + 1


def _around(unit: Unit, word: re.Match[bytes]) -> bytes:
    data = unit.source.data
    start = data.rfind(b"\n", 0, word.start()) + 1
    return data[start : word.end() + 2000]


def _scanned(text: str, line: int, *, has_keys: bool = False) -> Iterator[Claim]:
    for span in spans(text, has_keys=has_keys):
        body, holes = marked(_CONTINUED.sub("\n", span.text), ())
        for statement in statements(body, holes):
            if statement.operation is not None:
                claim = _plain_claim(statement, body, is_quoted=span.is_quoted)
                first = line + text.count("\n", 0, span.offset)
                yield replace(claim, line=claim.line + first, end_line=claim.end_line + first)


def _plain_claim(statement: Statement, text: str, *, is_quoted: bool) -> Claim:
    line = 1 + text.count("\n", 0, statement.offset)
    end = text.find(";", statement.offset)
    last = line + text.count("\n", statement.offset, end if end >= 0 else len(text.rstrip()))
    return Claim(
        statement, (statement.text,), line, last, Site.STATEMENT, "", False, is_quoted, None
    )
