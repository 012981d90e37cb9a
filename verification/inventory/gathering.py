"""Everything in a part of a file that begins like a statement, whatever shows it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from verification.inventory.candidates import Part
from verification.inventory.claims import Claim, claims
from verification.inventory.formats import marked
from verification.inventory.languages import SQL
from verification.inventory.literals import is_in_comment
from verification.inventory.model import Site
from verification.inventory.project import Project, Unit
from verification.inventory.scanning import spans
from verification.inventory.statements import Statement, statements


def claims_in(part: Part, project: Project, words: re.Pattern[bytes]) -> Iterator[Claim]:
    """Yield the statements of a part; ``words`` are the names of tables."""
    if part.passage.language == SQL:
        text, holes = marked(part.passage.data.decode("utf-8", "replace"), ())
        for statement in statements(text, holes):
            if statement.operation is not None:
                yield _plain_claim(statement, text, is_quoted=True)
    elif part.unit is None:
        yield from _scanned(part.passage.data.decode("utf-8", "replace"), 0)
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
    for word in words.finditer(unit.source.data):
        node = root.descendant_for_byte_range(*word.span())
        if node is None or is_in_comment(node):
            continue
        if node.type == "preproc_arg" or _is_in_error(node):
            line = node.start_point.row if node.type == "preproc_arg" else _line(unit, word) - 1
            text = _around(unit, word) if node.type != "preproc_arg" else (node.text or b"")
            for claim in _scanned(text.decode("utf-8", "replace"), line):
                if claim.line not in covered:
                    covered.update(range(claim.line, claim.end_line + 1))
                    yield claim


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


def _scanned(text: str, line: int) -> Iterator[Claim]:
    for span in spans(text):
        body, holes = marked(span.text, ())
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
