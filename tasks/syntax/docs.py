"""Docstrings: written inside of a definition, or as a comment right above it."""

from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.syntax import vocabulary as v
from tasks.syntax.definitions import Definitions, Mask
from tasks.syntax.nodes import Nodes, Offsets
from tasks.syntax.spans import NEWLINE, cut, gather, innermost
from tasks.syntax.text import Text

Span = tuple[int, int]

_MAX_DOC_BYTES: Final = 4096
_REACH: Final = 256  # blanks and comments behind a comment, on its line
_HEAD_BYTES: Final = 64  # of a comment: enough to tell a directive
# Begin what has marks at its end, and what is no comment: strings, attributes.
_APART: Final = r"""^(["'@]|/\*|<#|\{-|\(\*|=begin|#=|(--|#)\[=*\[)"""
_SPACES: Final = np.frombuffer(b" \t\v\f\r", np.uint8)
# How a docstring begins that is a string: its prefix and its quotes, those of Elixir's @doc too.
_STRING: Final = r"""^(@doc\s+)?(~[sS])?[rRuUbBfF]{0,2}("{1,3}|'{1,3})"""
_STRING_MARKS: Final = (_STRING, r"""("{1,3}|'{1,3})$""")
# Comment marks at the start of each line and at the end of the text.
_COMMENT_MARKS: Final = (
    r"(?m)^[ \t]*(<#|#>|/\*+[!/]?|//+[/!]?|\*+/|\*|#+[!']?|--+)[ \t]?",
    r"[ \t]*(\*+/|#>)\s*$",
)
_BLANKS: Final = (r"(?m)[ \t\r]+$", r"^\s+|\s+$")

# Lines that tell how to run or to read a file: a shebang, an encoding, Ruby's and Sorbet's.
_MAGIC: Final = (
    r"^([ \t]*#(![ \t]*/.*|[ \t]*-\*-.*-\*-|[ \t]*(en)?coding[:=][ \t]*[-\w.]+"
    r"|[ \t]*(frozen[-_]string[-_]literal|warn[-_]indent):[ \t]*(true|false)"
    r"|[ \t]*shareable[-_]constant[-_]value:[ \t]*\w+"
    r"|[ \t]*typed:[ \t]*(ignore|false|true|strict|strong))[ \t\r]*(\n|$))+"
)

# Marks of comments that no other text may lose: what begins with the first has the second.
_OWN_MARKS: Final = (
    (_MAGIC, _MAGIC),
    (r"^%", r"(?m)^[ \t]*%+!?[ \t]?"),
    (r"^;", r"(?m)^[ \t]*;+[ \t]?"),
    (r"^!", r"(?m)^[ \t]*!+[<>]?[ \t]?"),
    (r"^--+[ \t]*[|^]", r"^--+[ \t]*[|^][ \t]?"),
    (r"^\{-", r"^\{-+[ \t]*[|^]?|-\}\s*$"),
    (r"^\(\*", r"^\(\*+|\*+\)\s*$"),
    (r"^=begin", r"^=begin([ \t]+rdoc\b)?|(^|\n)=end[^\n]*\s*$"),
    (r"(?s)^#=[^=].*=#\s*$", r"^#=|=#\s*$"),
    (r"^(--|#)\[=*\[", r"^(--|#)\[=*\[|(--|#)?\]=*\]\s*$"),
    (r"^(//|/\*|#!?\[)", r"(?m)^[ \t]*#!?\[.*\][ \t]*$"),  # attributes
    (r"^(//|/\*|template$)", r"(^|\n)[ \t]*template$"),
)


def docstrings(
    text: Text, nodes: Nodes, definitions: Definitions, directives: str = ""
) -> tuple[Offsets, pa.Array]:
    """Return the rows of ``definitions`` that have a docstring, ascending, and the docstrings.

    A docstring inside wins over a comment above. Marks are taken off a comment, prefix and quotes
    off a string, and at most 4096 bytes are kept. Comments that ``directives``, a regular
    expression, finds are no text, and those above and below them go together.
    """
    inside = _inside(text, nodes, definitions)
    above = _above(text, nodes, definitions, directives)
    spans = {**above, **inside}
    found = np.array(sorted(spans), np.int64)
    texts, counts = _texts(text, [spans[row] for row in found.tolist()])
    docs = _joined(_unmarked(texts), counts)
    filled = pc.not_equal(docs, "").to_numpy(zero_copy_only=False)
    return found[filled], docs.filter(pa.array(filled))


def _texts(text: Text, docs: Sequence[Sequence[Span]]) -> tuple[pa.Array, Offsets]:
    """Return the texts of all docstrings, and how many each of them has: one a span."""
    counts = np.array([len(spans) for spans in docs], np.int64)
    spans = np.array(list(chain.from_iterable(docs)), np.int64).reshape(-1, 2)
    starts, ends = spans[:, 0], spans[:, 1]
    lasts = np.cumsum(counts) - 1
    limits = cut(text.buffer, starts[lasts - counts + 1], ends[lasts], _MAX_DOC_BYTES)
    ends = np.minimum(ends, np.repeat(limits, counts))
    return gather(text.buffer, np.minimum(starts, ends), ends), counts


def _joined(texts: pa.Array, counts: Offsets) -> pa.Array:
    """Put the texts of each docstring on lines of their own."""
    if len(texts) == len(counts):
        return texts
    offsets = pa.array(np.append(0, np.cumsum(counts)), pa.int32())
    docs = pc.binary_join(pa.ListArray.from_arrays(offsets, texts), "\n")
    return pc.utf8_trim_whitespace(docs)


def _unmarked(texts: pa.Array) -> pa.Array:
    """Take prefix and quotes off the strings, comment marks off all others, and blanks off both."""
    is_string = pc.match_substring_regex(texts, _STRING)
    is_comment = pc.invert(is_string)
    strings = _without(_STRING_MARKS, texts.filter(is_string))
    comments = texts.filter(is_comment)
    for begin, marks in _OWN_MARKS:
        has_marks = pc.match_substring_regex(comments, begin)
        if has_marks.true_count:
            bare = _without([marks], comments.filter(has_marks))
            comments = pc.replace_with_mask(comments, has_marks, bare)
    comments = _without(_COMMENT_MARKS, comments)
    texts = pc.replace_with_mask(texts, is_string, strings)
    return _without(_BLANKS, pc.replace_with_mask(texts, is_comment, comments))


def _without(patterns: Sequence[str], texts: pa.Array) -> pa.Array:
    for pattern in patterns:
        texts = pc.replace_substring_regex(texts, pattern, "")
    return texts


def _inside(text: Text, nodes: Nodes, definitions: Definitions) -> dict[int, list[Span]]:
    """Pair docstrings with the first name of the innermost definition around them.

    Of several the first counts, with those that stand line by line below it.
    """
    docs = nodes.where(nodes.codes == v.DOC)
    order = np.lexsort((-definitions.ends, definitions.starts))
    owners = innermost(definitions.starts[order], definitions.ends[order], docs.starts, docs.ends)
    rows = np.where(owners >= 0, np.append(order, -1)[owners], -1)
    first, last = text.lines(docs.starts), text.lines(docs.ends - 1)
    goes_on = (first[1:] == last[:-1] + 1) & (rows[1:] == rows[:-1])
    goes_on = np.append(False, goes_on)[: len(docs)]
    goes_on[goes_on] = _opens_line(text, docs.starts[goes_on])
    opens = np.flatnonzero(~goes_on)
    closes = np.append(opens[1:], len(docs))[: len(opens)] - 1
    columns = (rows[opens], docs.starts[opens], docs.ends[closes])
    found: dict[int, list[Span]] = {}
    for row, start, end in zip(*(column.tolist() for column in columns), strict=True):
        if row >= 0:
            found.setdefault(row, [(start, end)])
    return found


def _above(
    text: Text, nodes: Nodes, definitions: Definitions, directives: str
) -> dict[int, list[Span]]:
    """Pair each block of comment lines with the first definition that starts right below it.

    A block's text are its comments without the directives among them, what is no comment apart.
    """
    defined, rows = np.unique(text.lines(definitions.starts), return_index=True)
    comments, behind = _comments(text, nodes)
    if not len(comments) or not len(defined):
        return {}
    is_text, is_apart = _kinds(text, comments, directives)
    first, last = text.lines(comments.starts), text.lines(comments.ends - 1)
    # What is above a directive on a definition's own line is right above.
    below = np.where(is_text, text.lines(behind), last + ~np.isin(last, defined))
    opens = np.append(True, first[1:] != below[:-1])
    closes = np.append(opens[1:], True)
    below = below[closes]
    place = np.minimum(np.searchsorted(defined, below), len(defined) - 1)
    block = np.cumsum(opens) - 1
    is_text &= (defined[place] == below)[block]
    is_apart |= ~is_text
    parts = opens | is_apart | np.append(False, is_apart[:-1])
    begins, stops = is_text & parts, is_text & np.append(parts[1:], True)
    columns = (block[begins], comments.starts[begins], comments.ends[stops])
    spans: dict[int, list[Span]] = {}
    for number, start, end in zip(*(column.tolist() for column in columns), strict=True):
        spans.setdefault(number, []).append((start, end))
    return {int(rows[place[number]]): found for number, found in spans.items()}


def _comments(text: Text, nodes: Nodes) -> tuple[Nodes, Offsets]:
    """Return the comments that open a line, and where the code or the line behind each begins."""
    comments = nodes.where(nodes.codes == v.COMMENT)
    is_first = _opens_line(text, comments.starts)
    return comments.where(is_first), _behind(text, comments)[is_first]


def _kinds(text: Text, comments: Nodes, directives: str) -> tuple[Mask, Mask]:
    """Tell which comments are text and not directives, and which are joined to no other."""
    heads = cut(text.buffer, comments.starts, comments.ends, _HEAD_BYTES)
    heads = gather(text.buffer, comments.starts, heads)
    is_apart = pc.match_substring_regex(heads, _APART).to_numpy(zero_copy_only=False)
    if not directives:
        return np.ones(len(comments), bool), is_apart
    is_directive = pc.match_substring_regex(heads, directives)
    return ~is_directive.to_numpy(zero_copy_only=False), is_apart


def _behind(text: Text, comments: Nodes) -> Offsets:
    """Return where what follows each comment begins: code on its last line, or the next line.

    White space and further comments between are passed over, so many at most.
    """
    ends = comments.ends - (text.buffer[comments.ends - 1] == NEWLINE)
    places: Offsets = ends.copy()
    rows = np.flatnonzero(text.buffer[places] != NEWLINE)
    for _ in range(_REACH):
        place = places[rows]
        following = np.minimum(np.searchsorted(comments.starts, place), len(comments) - 1)
        is_comment = comments.starts[following] == place
        is_space = np.isin(text.buffer[place], _SPACES)
        places[rows] = np.where(is_comment, ends[following], place + is_space)
        rows = rows[places[rows] > place]
        if not len(rows):
            break
    places += text.buffer[places] == NEWLINE
    return places


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
