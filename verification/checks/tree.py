"""A check by a parser of its own: what stands at a symbol's place is one node of the tree."""

from collections.abc import Iterator
from typing import Any, Final

import apsw
from tree_sitter import Node, Parser

from verification.own_grammar import own_grammar
from verification.own_macros import without_macros
from verification.own_text import OwnText
from verification.subject import Check, NotApplicable, Severity, Subject
from verification.survey import Content, sample

_MAX_BYTES: Final = 1 << 20  # of text parsed
_LEVELS: Final = 4000  # below which nothing is looked at
_CONVERSIONS: Final = {"operator_cast", "conversion_operator_declaration"}  # of C++, of C#
_AST: Final = "SELECT encoding, line_count, has_error FROM asts WHERE ast_id = ?"
_ROWS: Final = (
    "SELECT line_number, column_number, name, 'symbols' FROM symbols WHERE ast_id = :ast_id"
    " UNION ALL"
    " SELECT line_number, column_number, name, 'refs' FROM refs WHERE ast_id = :ast_id"
    " ORDER BY 1, 2, 3, 4"
)


def _no_nodes(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    left = _MAX_BYTES
    contents = sample(connection)
    if not contents:
        raise NotApplicable("no content of the index is on this host")
    for content in contents:
        if content.size_bytes <= left:
            left -= content.size_bytes
            yield from _no_nodes_in(connection, content)


def _no_nodes_in(connection: apsw.Connection, content: Content) -> Iterator[dict[str, object]]:
    place = content.places[0]
    encoding, *in_index = connection.execute(_AST, (content.ast_id,)).fetchall()[0]
    text = OwnText(place.place.read_bytes(), str(encoding))
    try:
        grammar = own_grammar(content.grammar, content.grammar_version)
    except LookupError as error:
        yield {"root": place.root, "path": place.path, "problem": str(error)}
        return
    clear, macros = without_macros(content.language, text.utf8)
    root = Parser(grammar).parse(clear).root_node
    said = {"line_count": text.line_count, "has_error": int(root.has_error)}
    if in_index[1] and root.descendant_count > _LEVELS:
        said["has_error"] = 1  # it may be cut where it is too deep: V-024's
    for (measure, parsed), found in zip(said.items(), in_index, strict=True):
        if found != parsed:
            measured = {"measure": measure, "in_index": found, "parsed": parsed}
            yield {"root": place.root, "path": place.path, **measured}
    for line, column, name, table in connection.execute(_ROWS, {"ast_id": content.ast_id}):
        if not text.is_spelled(name, line, column):
            continue  # V-032's
        start = text.utf8_offset(line, column)
        problem = problem_at(root, start, name.encode())
        if problem and (start, name.encode()) not in macros:
            position: dict[str, Any] = {"line_number": line, "column_number": column}
            yield {
                "root": place.root, "path": place.path, **position,
                "name": name, "table": table, "problem": problem,
            }  # fmt: skip


def problem_at(root: Node, start: int, name: bytes) -> str | None:
    """Say what is wrong with a name at a place, or None: it is one node, and names something.

    The node may have the colon of a symbol or a key besides, ``:name`` and ``name: ``, or quotes
    around it, or be a conversion with its parameters: ``operator bool() const``.
    """
    node = root.descendant_for_byte_range(start, start + len(name))
    if node is None:
        return "within nothing"
    is_own = (node.start_byte, node.end_byte) == (start, start + len(name))
    if not is_own and not _is_more(node, start, name):
        return f"within {node.type}"
    return f"is {node.type}" if node.type in {"comment", "ERROR"} else None


def _is_more(node: Node, start: int, name: bytes) -> bool:
    text = node.text or b""
    if node.type in _CONVERSIONS:
        rest = text[start - node.start_byte :]
        return rest.startswith(name) and rest[len(name) :].lstrip().startswith(b"(")
    quoted = {quote + name + quote for quote in (b'"', b"'", b"`")}
    return text.rstrip() in {b":" + name, name + b":", *quoted}


CHECKS: Final = (
    Check(
        id="V-035",
        title="Another parse agrees on lines and errors, and has a node of its own at every name",
        severity=Severity.FAIL,
        section="§6.3",
        group="golden join",
        find=_no_nodes,
    ),
)
