"""What of a tree is not to be relied on: what stands in or beside ERROR nodes, or lies too deep.

Below ``MAX_LEVELS`` no query looks: its time would grow with the square of the depth.
"""

from typing import Final

import numpy as np
from tree_sitter import Tree

from tasks.contracts import PartialReason
from tasks.syntax import vocabulary as v
from tasks.syntax.nodes import Nodes
from tasks.syntax.spans import innermost

MAX_LEVELS: Final = 4000  # people's deepest code has some hundreds
_STATEMENTS: Final = frozenset({b"catch", b"for", b"if", b"switch", b"while", b"with"})
_CALLED: Final = [v.SYMBOL_TYPES.index(name) for name in ("function", "method", "constructor")]
_BRACKETS: Final = b" \t\r\n(){}"
_NEAR_BYTES: Final = 200  # of brackets and blanks
_SMALL_SHARE: Final = 0.05  # per cent: less is not told from nothing


def flaws(tree: Tree) -> Nodes:
    """Return the outermost ERROR nodes, and one CUT over everything where nodes lie too deep.

    Only nodes are visited that hold errors, or enough nodes to reach below the last level.
    """
    spans: list[tuple[int, int, int]] = []
    cursor, level = tree.walk(), 0
    while (node := cursor.node) is not None:
        if node.is_error:
            spans.append((v.ERROR, node.start_byte, node.end_byte))
        elif level > MAX_LEVELS:
            spans.append((v.CUT, 0, tree.root_node.end_byte))
        elif (
            node.has_error or level + node.descendant_count > MAX_LEVELS
        ) and cursor.goto_first_child():
            level += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return _nodes(spans)
            level -= 1
    return _nodes(spans)


def without_misread(text: bytes, nodes: Nodes) -> Nodes:
    """Leave out the names of what is a statement, in or beside an ERROR: ``if (a) { }``.

    Where a parser recovers from an error, it takes such a one for a method of that name.
    """
    errors = nodes.where(nodes.codes == v.ERROR)
    if not len(errors):
        return nodes
    is_name = nodes.codes == v.NAME
    spans = zip(nodes.starts[is_name].tolist(), nodes.ends[is_name].tolist(), strict=True)
    names = nodes.where(is_name).where(np.array([_opens(text, *span) for span in spans], bool))
    called = nodes.where(np.isin(nodes.codes, _CALLED))
    owners = innermost(called.starts, called.ends, names.starts, names.ends)
    misread = [
        start
        for start, owner in zip(names.starts.tolist(), owners.tolist(), strict=True)
        if owner >= 0
        and _is_beside(text, errors, int(called.starts[owner]), int(called.ends[owner]))
    ]
    return nodes.where(~(np.isin(nodes.starts, misread) & (nodes.codes >= v.NAME)))


def _opens(text: bytes, start: int, end: int) -> bool:
    """Tell whether a name can be the word of a statement with its bracket."""
    return text[start:end] in _STATEMENTS and text[end : end + 2].lstrip()[:1] == b"("


def _is_beside(text: bytes, errors: Nodes, start: int, end: int) -> bool:
    """Tell whether an ERROR overlaps a span, or nothing but brackets lies between the two."""
    behind = int(np.searchsorted(errors.starts, end))
    near = errors.where(np.arange(max(behind - 1, 0), min(behind + 1, len(errors))))
    gaps = [
        (last, start) if last <= start else (end, first)
        for first, last in zip(near.starts.tolist(), near.ends.tolist(), strict=True)
    ]
    return any(
        last - first <= _NEAR_BYTES and not text[first:last].strip(_BRACKETS)
        for first, last in gaps
    )


def why_partial(nodes: Nodes, text_bytes: int) -> str:
    """Return why the rows of an AST with flaws may be incomplete, in the words of the ledger."""
    is_error = nodes.codes == v.ERROR
    if v.CUT in nodes.codes and not is_error.any():
        return PartialReason.TOO_DEEP
    share = 100 * int((nodes.ends - nodes.starts)[is_error].sum()) / max(text_bytes, 1)
    said = f"{share:.1f}" if share >= _SMALL_SHARE else "less than 0.1"
    errors = f"{PartialReason.SYNTAX_ERRORS} in {said} % of bytes"
    return f"{errors}; {PartialReason.TOO_DEEP}" if v.CUT in nodes.codes else errors


def _nodes(spans: list[tuple[int, int, int]]) -> Nodes:
    columns = np.array(spans, np.int64).reshape(-1, 3).T
    return Nodes(columns[0].astype(np.uint8), columns[1], columns[2])
