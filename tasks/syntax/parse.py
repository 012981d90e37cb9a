"""One content to its flattened AST: the only place that runs tree-sitter."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

from tree_sitter import Node, Parser, Point, QueryCursor, Tree

from tasks.syntax import vocabulary as v
from tasks.syntax.flaws import MAX_LEVELS, flaws, without_misread
from tasks.syntax.languages import languages
from tasks.syntax.masks import masked, uses
from tasks.syntax.nodes import Nodes

_READ_BYTES: Final = 448
_SLICE_BYTES: Final = 1 << 15
_MAX_SLICES: Final = 32  # each goes over the nodes of the root again
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
    parser, of_root, anywhere = _tools(language)
    text, hidden = masked(text, languages()[language].masks)
    text, _ = masked(text, languages()[language].blanks)
    tree = _parse_within(parser, text, timeout_s)
    captured = list(_captured(anywhere, tree.root_node))
    roots = {tree.root_node}.union(*(nodes for name, nodes in captured if name == "_root"))
    captured += chain.from_iterable(of_root.captures(root).items() for root in roots)
    groups = [(v.CODES[name], nodes) for name, nodes in captured if name in v.CODES]
    nodes, found = Nodes.of(groups), flaws(tree)
    if len(found) or hidden:
        nodes = Nodes.concatenate([(0, nodes), (0, uses(tree, hidden)), (0, found)]).canonical()
        nodes = without_misread(text, nodes)
    return Ast(nodes, tree.root_node.has_error or v.CUT in found.codes)


def _parse_within(parser: Parser, text: bytes, timeout_s: float) -> Tree:
    deadline = time.monotonic() + timeout_s
    lent: list[memoryview] = []  # never let go by the binding: a view is taken back
    is_parsed = False

    def read(offset: int, _point: Point) -> bytes | memoryview:
        """Lend all at first, without a copy; scanners that count columns ask for more, often."""
        if is_parsed or offset >= len(text):
            return text[offset : offset + _NAME_BYTES]
        lent.append(memoryview(text)[offset : offset + _READ_BYTES if offset else None])
        return lent[-1]

    def is_late(_offset: int, _has_error: bool) -> bool:
        return time.monotonic() > deadline

    try:
        tree = parser.parse(read, progress_callback=is_late)
    except ValueError as error:
        parser.reset()
        raise ParseTimeout(f"parsing timed out after {timeout_s:g} s") from error
    finally:
        is_parsed = True
        for view in lent:
            view.release()
    return tree


def _captured(cursor: QueryCursor, root: Node) -> Iterator[tuple[str, list[Node]]]:
    """Ask for the captures of one slice of the text after the other; some come up twice.

    What a query holds grows with the nodes, and it looks through all of that for each of them.
    """
    step = max(_SLICE_BYTES, root.end_byte // _MAX_SLICES)
    for start in range(0, root.end_byte, step):
        cursor.set_byte_range(start, start + step)
        yield from cursor.captures(root).items()


@cache
def _tools(language: str) -> tuple[Parser, QueryCursor, QueryCursor]:
    """Build a worker's parser and cursors for one language, once.

    What is asked of roots alone has a cursor of its own, which goes no deeper than its patterns:
    in the other one each of them would stand open beside every node below the root.
    """
    entry = languages()[language]
    of_root, anywhere = (QueryCursor(query) for query in entry.load_queries())
    of_root.set_max_start_depth(0)
    anywhere.set_max_start_depth(MAX_LEVELS)
    return Parser(entry.load_grammar()), of_root, anywhere
