"""What of a tree is not to be relied on: bytes under ERROR nodes, and what lies too deep.

Below ``MAX_LEVELS`` no query looks: its time would grow with the square of the depth.
"""

from typing import Final

import numpy as np
from tree_sitter import Tree

from tasks.contracts import PartialReason
from tasks.syntax import vocabulary as v
from tasks.syntax.nodes import Nodes

MAX_LEVELS: Final = 4000  # people's deepest code has some hundreds
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
