"""Words that hide code from a grammar, blanked before it parses: macros that stand alone.

``masks`` in a language's table are patterns; what their first group matches is replaced by spaces,
so that no byte moves, and is a use of that name. ``blanks`` are the same for words of the language
that the grammar does not know, and are no uses.
"""

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from tree_sitter import Tree

from tasks.syntax import vocabulary as v
from tasks.syntax.nodes import Nodes

Spans: TypeAlias = list[tuple[int, int]]  # starts and ends in bytes, ascending

_USE: Final = v.CODES["reference.identifier"]


def masked(text: bytes, masks: Sequence[re.Pattern[bytes]]) -> tuple[bytes, Spans]:
    """Return ``text`` with spaces in place of what ``masks`` find, and where that was.

    The patterns see a newline before the text, so that each of its lines starts with one.
    """
    if not masks:
        return text, []
    lined = b"\n" + text
    found = {match.span(1) for mask in masks for match in mask.finditer(lined)}
    spans = sorted((start - 1, end - 1) for start, end in found)
    blank = bytearray(text)
    for start, end in spans:
        blank[start:end] = b" " * (end - start)
    return bytes(blank), spans


def uses(tree: Tree, spans: Spans) -> Nodes:
    """Return the spans as uses, but for those inside of a token: a comment, a string."""
    starts, ends = (
        np.array([span for span in spans if not _is_in_token(tree, *span)], np.int64)
        .reshape(-1, 2)
        .T
    )
    return Nodes(np.full(len(starts), _USE, np.uint8), starts, ends)


def _is_in_token(tree: Tree, start: int, end: int) -> bool:
    node = tree.root_node.descendant_for_byte_range(start, end)
    return node is not None and not node.child_count
