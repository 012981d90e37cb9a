"""Signatures: the text of a definition up to its body and what opens it, on one line.

Comments are left out.

Every column is computed over the batch at once; only comments inside of signatures are touched one
by one.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.syntax import vocabulary as v
from tasks.syntax.definitions import Definitions, Mask, codes_of
from tasks.syntax.nodes import Nodes, Offsets
from tasks.syntax.spans import Bytes, cut, on_one_line
from tasks.syntax.text import Text

_SIGNED: Final = codes_of(v.SIGNATURE_TYPES)
_MAX_SIGNATURE_BYTES: Final = 512
_OPENING: Final = r"( =| ?\{)+$"  # of a body
_CLOSERS: Final = np.frombuffer(b",;)", np.uint8)  # no blank stands before them


def body_starts(nodes: Nodes, definitions: Definitions) -> Offsets:
    """Return where each definition's body starts, or -1: the first body node inside of it.

    Where that is the body of a definition inside, the place where this one starts.
    """
    bodies = nodes.where(nodes.codes == v.BODY)
    if not len(bodies):
        return np.full(len(definitions.codes), -1, np.int64)
    place = np.searchsorted(bodies.starts, definitions.names.ends)
    start = bodies.starts[np.minimum(place, len(bodies) - 1)]
    is_inside = (place < len(bodies)) & (start < definitions.ends)
    _lend_no_body(np.flatnonzero(is_inside), place, definitions, start)
    return np.where(is_inside & np.isin(definitions.codes, _SIGNED), start, -1)


def _lend_no_body(
    claims: Offsets, place: Offsets, definitions: Definitions, start: Offsets
) -> None:
    """Where definitions in each other claim one body, end the outer where the inner starts."""
    outer, inner = claims[:-1], claims[1:]
    is_shared = place[outer] == place[inner]
    outer, inner = outer[is_shared], inner[is_shared]
    begins = definitions.starts[inner]
    is_nested = begins >= definitions.names.ends[outer]
    start[outer[is_nested]] = np.minimum(start[outer], begins)[is_nested]


def signatures(
    text: Text, nodes: Nodes, definitions: Definitions, bodies: Offsets
) -> tuple[Mask, pa.Array]:
    """Tell which definitions have a signature, and return those, of 512 bytes at most."""
    is_signed = np.isin(definitions.codes, _SIGNED)
    starts = definitions.starts[is_signed]
    ends = np.where(bodies >= 0, bodies, definitions.ends)[is_signed]
    comments = _inside(nodes.where(nodes.codes == v.COMMENT), starts, ends)
    buffer = text.buffer
    if len(comments):
        buffer, starts, ends = _without(comments, text, starts, ends)
    ends = cut(buffer, starts, ends, _MAX_SIGNATURE_BYTES)
    lines = pc.utf8_trim_whitespace(on_one_line(buffer, starts, ends))
    has_body = pa.array(bodies[is_signed] >= 0)
    headers = pc.replace_substring_regex(lines.filter(has_body), _OPENING, "")
    return is_signed, pc.replace_with_mask(lines, has_body, headers)


def _inside(comments: Nodes, starts: Offsets, ends: Offsets) -> Nodes:
    """Return the comments that start inside of any of the spans, and inside of no other comment."""
    firsts = np.searchsorted(comments.starts, starts)
    lasts = np.searchsorted(comments.starts, ends)
    has_some = firsts < lasts
    spans = np.zeros(len(comments) + 1, np.int64)
    np.add.at(spans, firsts[has_some], 1)
    np.add.at(spans, lasts[has_some], -1)
    found = comments.where(np.cumsum(spans)[:-1] > 0)
    return found.where(found.starts >= np.maximum.accumulate(np.append(0, found.ends))[:-1])


def _without(
    comments: Nodes, text: Text, starts: Offsets, ends: Offsets
) -> tuple[Bytes, Offsets, Offsets]:
    """Return the text with a blank, or with nothing, for each comment, and the spans in it.

    Of the white space before a comment the first stays: it may be what a backslash continues.
    """
    gaps = np.where(np.isin(text.buffer[comments.ends], _CLOSERS), 0, 1)
    pieces: list[bytes] = []
    found: list[int] = []
    last = 0
    columns = (comments.starts.tolist(), comments.ends.tolist(), gaps.tolist())
    for start, end, gap in zip(*columns, strict=True):
        piece = text.raw[last:start].rstrip()
        found.append(last + len(piece))
        blank = text.raw[found[-1] : start][:1] or b" "
        pieces += [piece, blank * gap]
        last = end
    openings = np.array(found, np.int64)
    dropped = np.append(0, np.cumsum(comments.ends - openings - gaps))
    behind = np.append(0, comments.ends)

    def moved(offsets: Offsets) -> Offsets:
        passed = np.searchsorted(openings, offsets)
        place: Offsets = np.maximum(offsets, behind[passed]) - dropped[passed]
        return place

    buffer = np.frombuffer(b"".join([*pieces, text.raw[last:]]), np.uint8)
    return buffer, moved(starts), moved(ends)
