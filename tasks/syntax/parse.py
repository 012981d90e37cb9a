"""One content to its flattened AST: the only place that runs tree-sitter."""

import time
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

from tree_sitter import Parser, Point, QueryCursor, Tree

from tasks.syntax import vocabulary as v
from tasks.syntax.flaws import MAX_LEVELS, flaws
from tasks.syntax.languages import languages
from tasks.syntax.nodes import Nodes

_READ_BYTES: Final = 448  # what CPython allocates from its own pools
_NAME_BYTES: Final = 1 << 7  # predicates of queries ask for a name: most are shorter


class ParseTimeout(Exception):  # noqa: N818 -- named after what happened
    """A parse took longer than the plan allows."""


@dataclass(frozen=True, slots=True)
class Ast:
    """The flattened AST of one content."""

    nodes: Nodes  # offsets from the start of the content
    has_error: bool  # the tree holds ERROR or MISSING nodes, or is cut where it is too deep


def parse(language: str, text: bytes, *, timeout_s: float) -> Ast:
    """Parse UTF-8 ``text`` and keep what the language's query captures.

    Raises ParseTimeout after ``timeout_s`` seconds of parsing.
    """
    parser, cursors = _tools(language)
    tree = _parse_within(parser, text, timeout_s)
    captured = chain.from_iterable(cursor.captures(tree.root_node).items() for cursor in cursors)
    groups = [(v.CODES[name], nodes) for name, nodes in captured if name in v.CODES]
    nodes, found = Nodes.of(groups), flaws(tree)
    if len(found):
        nodes = Nodes.concatenate([(0, nodes), (0, found)]).canonical()
    return Ast(nodes, tree.root_node.has_error or v.CUT in found.codes)


def _parse_within(parser: Parser, text: bytes, timeout_s: float) -> Tree:
    deadline = time.monotonic() + timeout_s
    first, size = len(text), _READ_BYTES
    lent = b""  # the binding keeps a pointer into what it was lent last, but no reference

    def read(offset: int, _point: Point) -> bytes:
        """Lend all at first, without a copy; scanners that count columns ask for more, often."""
        nonlocal lent
        lent = text[offset : offset + size] if offset else text[:first]
        return lent

    def is_late(_offset: int, _has_error: bool) -> bool:
        return time.monotonic() > deadline

    try:
        tree = parser.parse(read, progress_callback=is_late)
    except ValueError as error:
        parser.reset()
        raise ParseTimeout(f"parsing timed out after {timeout_s:g} s") from error
    first = size = _NAME_BYTES
    return tree


@cache
def _tools(language: str) -> tuple[Parser, list[QueryCursor]]:
    """Build a worker's parser and cursors for one language, once.

    What is asked of the root alone has a cursor of its own, which goes no deeper than its patterns:
    in the other one each of them would stand open beside every node of the tree.
    """
    entry = languages()[language]
    cursors = []
    for query, level in zip(entry.load_queries(), (0, MAX_LEVELS), strict=True):
        if query.pattern_count:
            cursors.append(QueryCursor(query))
            cursors[-1].set_max_start_depth(level)
    return Parser(entry.load_grammar()), cursors
