"""Docstrings: written inside of a definition, or as a comment right above it."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.syntax import vocabulary as v
from tasks.syntax.definitions import Definitions, Mask
from tasks.syntax.nodes import Nodes, Offsets
from tasks.syntax.spans import cut, gather, innermost
from tasks.syntax.text import Text

_MAX_DOC_BYTES: Final = 4096
_SPACES: Final = np.frombuffer(b" \t\v\f\r", np.uint8)
# Comment marks at the ends of the text and at the start of each line.
_MARKS: Final = (
    (r"^@doc\s+(~[sS])?", ""),
    (r'"+\s*\n[ \t]*(@(impl|spec)\b)', "\n\\1"),
    (r"""^[rRuUbBfF]{0,2}("{1,3}|'{1,3})|("{1,3}|'{1,3})$""", ""),
    (r"(?m)^[ \t]*(<#|#>|/\*+!?|//+[/!]?|\*+/|\*|#+[!']?|--+)[ \t]?", ""),
    (r"[ \t]*(\*+/|#>)\s*$", ""),
    (r"(?m)[ \t\r]+$", ""),
    (r"^\s+|\s+$", ""),
)

# Marks of comments that no other text may lose: what begins with the first has the second.
_OWN_MARKS: Final = (
    (r"^%", r"(?m)^[ \t]*%+!?[ \t]?"),
    (r"^;", r"(?m)^[ \t]*;+[ \t]?"),
    (r"^!", r"(?m)^[ \t]*!+[<>]?[ \t]?"),
    (r"^--+[ \t]*[|^]", r"^--+[ \t]*[|^][ \t]?"),
    (r"^\{-", r"^\{-+[ \t]*[|^]?|-\}\s*$"),
    (r"^\(\*", r"^\(\*+|\*+\)\s*$"),
    (r"^(//|/\*|#!?\[)", r"(?m)^[ \t]*#!?\[.*\][ \t]*$"),  # attributes below it
    (r"^(//|/\*|template$)", r"(^|\n)[ \t]*template$"),
)


def docstrings(text: Text, nodes: Nodes, definitions: Definitions) -> tuple[Offsets, pa.Array]:
    """Return the rows of ``definitions`` that have a docstring, ascending, and the docstrings.

    A docstring inside wins over a comment above. Marks of comments and quotes are taken off, and
    at most 4096 bytes are kept.
    """
    inside = _inside(nodes, definitions)
    above = _above(text, nodes, definitions)
    spans = {**above, **inside}
    found = np.array(sorted(spans), np.int64)
    starts = np.array([spans[row][0] for row in found.tolist()], np.int64)
    ends = np.array([spans[row][1] for row in found.tolist()], np.int64)
    docs = gather(text.buffer, starts, cut(text.buffer, starts, ends, _MAX_DOC_BYTES))
    for begin, marks in _OWN_MARKS:
        docs = _without(marks, docs, pc.match_substring_regex(docs, begin))
    for pattern, replacement in _MARKS:
        docs = pc.replace_substring_regex(docs, pattern, replacement)
    filled = pc.not_equal(docs, "").to_numpy(zero_copy_only=False)
    return found[filled], docs.filter(pa.array(filled))


def _without(marks: str, docs: pa.Array, mask: pa.Array) -> pa.Array:
    """Take marks off those that ``mask`` selects, and search no others for them."""
    if not mask.true_count:
        return docs
    bare = pc.replace_substring_regex(docs.filter(mask), marks, "")
    return pc.replace_with_mask(docs, mask, bare)


def _inside(nodes: Nodes, definitions: Definitions) -> dict[int, tuple[int, int]]:
    """Pair docstrings with the first name of the innermost definition around them."""
    docs = nodes.where(nodes.codes == v.DOC)
    order = np.lexsort((-definitions.ends, definitions.starts))
    owners = innermost(definitions.starts[order], definitions.ends[order], docs.starts, docs.ends)
    spans = zip(docs.starts.tolist(), docs.ends.tolist(), strict=True)
    rows = [int(order[owner]) if owner >= 0 else -1 for owner in owners.tolist()]
    found: dict[int, tuple[int, int]] = {}
    for row, span in zip(rows, spans, strict=True):
        if row >= 0:
            found.setdefault(row, span)
    return found


def _above(text: Text, nodes: Nodes, definitions: Definitions) -> dict[int, tuple[int, int]]:
    """Pair each block of comment lines with the first definition that starts right below it."""
    comments = nodes.where(nodes.codes == v.COMMENT)
    comments = comments.where(_opens_line(text, comments.starts))
    if not len(comments):
        return {}
    first, last = text.lines(comments.starts), text.lines(comments.ends - 1)
    opens = np.append(True, first[1:] != last[:-1] + 1)
    closes = np.append(opens[1:], True)
    block_starts, block_ends = comments.starts[opens], comments.ends[closes]
    below = last[closes] + 1
    lines, rows = np.unique(text.lines(definitions.starts), return_index=True)
    place = np.minimum(np.searchsorted(lines, below), max(len(lines) - 1, 0))
    hit = np.flatnonzero(lines[place] == below) if len(lines) else np.empty(0, np.int64)
    columns = (rows[place[hit]], block_starts[hit], block_ends[hit])
    return {
        row: (start, end)
        for row, start, end in zip(*(column.tolist() for column in columns), strict=True)
    }


def _opens_line(text: Text, offsets: Offsets) -> Mask:
    """Tell which offsets have nothing but white space before them on their line."""
    is_open = np.zeros(len(offsets), bool)
    line_starts = text.line_starts[text.lines(offsets)]
    place = offsets - 1
    undecided = np.ones(len(offsets), bool)
    while undecided.any():
        reached = undecided & (place < line_starts)
        is_open |= reached
        undecided &= ~reached & np.isin(text.buffer[np.maximum(place, 0)], _SPACES)
        place = place - 1
    return is_open
