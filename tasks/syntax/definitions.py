"""Which name belongs to which definition, and in which scope it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import ascii_letters, digits
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from tasks.syntax import vocabulary as v
from tasks.syntax.languages import Language
from tasks.syntax.nodes import Codes, Nodes, Offsets
from tasks.syntax.spans import enclosing, innermost
from tasks.syntax.text import Text

Mask = npt.NDArray[np.bool_]


def codes_of(names: frozenset[str]) -> Codes:
    """Return the codes of some symbol types."""
    return np.array(sorted(v.SYMBOL_TYPES.index(name) for name in names), np.uint8)


_FUNCTIONS: Final = codes_of(v.FUNCTION_TYPES)
_LOCALS: Final = codes_of(v.LOCAL_TYPES)
_CLASS: Final = v.SYMBOL_TYPES.index("class")
_COLON: Final = ord(":")
_SPACE: Final = ord(" ")
_QUOTE: Final = ord('"')
_BACKTICK: Final = ord("`")
_QUOTES: Final = np.frombuffer(b"\"'`", np.uint8)
_LETTERS: Final = np.frombuffer(f"_{ascii_letters}{digits}".encode(), np.uint8)


@dataclass(frozen=True, slots=True)
class Definitions:
    """One row a name: the name's span, and the whole definition's. Local variables are left out."""

    codes: Codes
    starts: Offsets
    ends: Offsets
    names: Nodes
    scope: Offsets  # index into Scopes.paths, -1 at the top level

    def where(self, mask: Mask) -> Self:
        """Keep the definitions that ``mask`` selects, in order."""
        return type(self)(
            self.codes[mask],
            self.starts[mask],
            self.ends[mask],
            self.names.where(mask),
            self.scope[mask],
        )


@dataclass(frozen=True, slots=True)
class Scopes:
    """The definitions that name a scope, outer before inner, and their full paths."""

    starts: Offsets
    ends: Offsets
    paths: list[str]  # longer than `starts`: then come the scopes written as qualifiers

    def around(self, nodes: Nodes) -> Offsets:
        """Return the index of the innermost scope around each node, or -1."""
        return innermost(self.starts, self.ends, nodes.starts, nodes.ends)


def resolve(text: Text, nodes: Nodes, language: Language) -> tuple[Definitions, Scopes]:
    """Pair names with definitions by nesting, and spell out every scope's path.

    A name belongs to the innermost definition around it; several names may share one definition.
    The language tells which types name a scope, and what some become in a class.
    """
    spans = _with_rests(text, nodes, _with_tails(nodes))
    names = first_of_each_start(_bare(text, nodes.where(nodes.codes == v.NAME), language.sigil))
    owners = innermost(spans.starts, spans.ends, names.starts, names.ends)
    names, owners = names.where(owners >= 0), owners[owners >= 0]
    names = _whole(nodes, spans, names, owners)
    codes = spans.codes[owners]

    is_scope = np.isin(codes, codes_of(v.SCOPE_TYPES | language.scopes))
    # np.unique sorts by owner: outer scopes come before inner ones; the first name is kept.
    scope_owners, scope_names = np.unique(owners[is_scope], return_index=True)
    scope_rows = np.flatnonzero(is_scope)[scope_names]
    starts, ends = spans.starts[scope_owners], spans.ends[scope_owners]
    members = _bare(text, nodes.where(nodes.codes == v.MEMBER), language.sigil)
    is_member = np.isin(names.starts, members.starts)
    parents = _outward(enclosing(starts, ends), is_member[scope_rows])
    around = innermost(starts, ends, spans.starts[owners], spans.ends[owners])
    # One entry more, so that index -1 finds "no scope".
    is_own = is_scope & (np.append(scope_owners, -1)[around] == owners)
    around[is_own] = parents[around[is_own]]
    is_field = is_member & ~is_own & (around >= 0)
    around[is_field] = parents[around[is_field]]

    qualifiers = _qualifiers(text, nodes, spans, names, owners)
    paths = _paths(text, names, scope_rows, parents, qualifiers, language.scope_separator)
    is_function = np.append(np.isin(codes[scope_rows], _FUNCTIONS), False)
    scope = _qualified(around, paths, qualifiers, language.scope_separator)
    is_class = np.append(codes[scope_rows] == _CLASS, False)
    codes = np.where(is_class[around], _as_members(codes, language.members), codes)
    found = Definitions(codes, spans.starts[owners], spans.ends[owners], names, scope)
    is_local = is_function[around] & np.isin(codes, _LOCALS)
    return _joined(found.where(~is_local)), Scopes(starts, ends, paths)


def _as_members(codes: Codes, members: Mapping[str, str]) -> Codes:
    types = (members.get(name, name) for name in v.SYMBOL_TYPES)
    return np.array([v.SYMBOL_TYPES.index(name) for name in types], np.uint8)[codes]


def without_outer(text: Text, nodes: Nodes) -> Nodes:
    """Leave out the names of variables that a function takes from a scope around it.

    After ``global x`` its ``x = 1`` defines nothing: it is a use of what another place defines.
    """
    outer, names = (nodes.where(nodes.codes == code) for code in (v.OUTER, v.NAME))
    spans = nodes.where(nodes.codes < len(v.SYMBOL_TYPES))
    scopes = spans.where(np.isin(spans.codes, codes_of(v.SCOPE_TYPES)))
    if not len(outer) or not len(scopes):
        return nodes
    owners = innermost(spans.starts, spans.ends, names.starts, names.ends)
    names = names.where((owners >= 0) & np.isin(spans.codes[owners], _LOCALS))
    taken, held = (
        innermost(scopes.starts, scopes.ends, found.starts, found.ends) for found in (outer, names)
    )
    is_inside = (taken >= 0) & np.isin(scopes.codes[taken], _FUNCTIONS)
    known = set(_spelled(text, outer.where(is_inside), taken[is_inside]))
    is_near = np.isin(held, taken[is_inside])
    names, held = names.where(is_near), held[is_near]
    is_use = np.fromiter((key in known for key in _spelled(text, names, held)), bool, len(names))
    uses = names.starts[is_use]
    return nodes.where((nodes.codes != v.NAME) | ~np.isin(nodes.starts, uses))


def _spelled(text: Text, names: Nodes, scopes: Offsets) -> Iterator[tuple[int, bytes]]:
    columns = (scopes.tolist(), names.starts.tolist(), names.ends.tolist())
    return ((scope, text.raw[start:end]) for scope, start, end in zip(*columns, strict=True))


def _outward(parents: Offsets, is_member: Mask) -> Offsets:
    """Give the scopes that are members of the scope around a function that one as their parent."""
    is_inner = is_member & (parents >= 0)
    outer = parents.copy()
    outer[is_inner] = parents[parents[is_inner]]
    return outer


def _joined(found: Definitions) -> Definitions:
    """Make each function end with its last clause, and drop the clauses behind the first."""
    is_clause = found.codes == v.CLAUSE
    if not is_clause.any():
        return found
    rows = np.arange(len(is_clause))
    first = np.maximum.accumulate(np.where(is_clause, 0, rows))
    np.maximum.at(found.ends, first[is_clause], found.ends[is_clause])
    return found.where(~is_clause)


def _with_tails(nodes: Nodes) -> Nodes:
    """Return the definitions, each with the tail that follows it: the outermost that ends there."""
    spans, tails = (
        nodes.where(mask) for mask in (nodes.codes < len(v.SYMBOL_TYPES), nodes.codes == v.TAIL)
    )
    by_end = np.lexsort((spans.starts, spans.ends))
    last = np.searchsorted(spans.ends[by_end], tails.starts, side="right") - 1
    tails, last = tails.where(last >= 0), last[last >= 0]
    outermost = np.searchsorted(spans.ends[by_end], spans.ends[by_end][last])
    ends = spans.ends.copy()
    ends[by_end[outermost[::-1]]] = tails.ends[::-1]  # of several tails the first counts
    return Nodes(spans.codes, spans.starts, ends)


def _with_rests(text: Text, nodes: Nodes, spans: Nodes) -> Nodes:
    """Stretch the definitions that hold what follows, up to the next of their type or the end."""
    starts = nodes.where(nodes.codes == v.REST).starts
    ends = spans.ends.copy()
    for row in np.flatnonzero(np.isin(spans.starts, starts)).tolist():
        start = spans.starts[row]
        following = (spans.codes == spans.codes[row]) & (spans.starts > start)
        content = np.searchsorted(text.bases, start, side="right") - 1
        ends[row] = min([*spans.starts[following][:1], text.ends[content]])
    return Nodes(spans.codes, spans.starts, ends)


def _bare(text: Text, names: Nodes, sigil: str) -> Nodes:
    """Leave out the sigil of a name, and the colon of one that is a key: ``:name``, ``name: ``.

    And the quotes of one that is written in them: there, a colon belongs to the name.
    """
    names = unquoted(text, names)
    is_open = ~np.isin(text.buffer[names.starts - 1], _QUOTES)
    sigils = np.frombuffer(sigil.encode(), np.uint8)
    has_sigil = is_open & np.isin(text.buffer[names.starts], sigils)
    ends = names.ends - (is_open & (text.buffer[names.ends - 1] <= _SPACE))
    is_key = is_open & (text.buffer[ends - 1] == _COLON) & np.isin(text.buffer[ends - 2], _LETTERS)
    return Nodes(names.codes, names.starts + has_sigil, ends - is_key)


def unquoted(text: Text, names: Nodes) -> Nodes:
    """Take the quotes off names; one with quotes inside, such as a path of several, keeps all."""
    first = text.buffer[names.starts]
    is_quoted = (first == _QUOTE) | (first == _BACKTICK)
    if not is_quoted.any():
        return names
    for row in np.flatnonzero(is_quoted).tolist():
        start, end = int(names.starts[row]), int(names.ends[row])
        # The next quote is the last byte, and there is something before it.
        is_quoted[row] = start + 1 < text.raw.find(text.raw[start], start + 1, end) == end - 1
    return Nodes(names.codes, names.starts + is_quoted, names.ends - is_quoted)


def _whole(nodes: Nodes, spans: Nodes, names: Nodes, owners: Offsets) -> Nodes:
    """Stretch names over all that belongs to them: the ``bool`` of ``operator bool()``."""
    further = nodes.where(nodes.codes == v.NAME_END)
    if not len(further):
        return names
    ends = np.zeros(len(spans) + 1, np.int64)  # one entry more, for what stands in no definition
    held_by = innermost(spans.starts, spans.ends, further.starts, further.ends)
    np.maximum.at(ends, held_by, further.ends)
    return Nodes(names.codes, names.starts, np.maximum(names.ends, ends[owners]))


def first_of_each_start(nodes: Nodes) -> Nodes:
    """Keep one node a start: the longest, as the canonical order has it."""
    return nodes.where(np.diff(nodes.starts, prepend=-1) != 0)


def _qualifiers(
    text: Text, nodes: Nodes, spans: Nodes, names: Nodes, owners: Offsets
) -> dict[int, list[str]]:
    """Return the qualifiers written at a definition, by the row of the name that follows them.

    Behind the last name of a definition they are that one's. Those with a blank behind them are
    of all its names that have none of their own: ``ALTER TABLE t ADD a int, ADD b int``.
    """
    scopes = nodes.where(nodes.codes == v.SCOPE)
    if not len(scopes) or not len(names):
        return {}
    written = unquoted(text, scopes)
    held_by = innermost(spans.starts, spans.ends, written.starts, written.ends)
    beyond = len(text.buffer) + 1  # owners and starts are one key
    keys = owners * beyond + names.starts
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], held_by * beyond + written.starts)
    last = np.searchsorted(owners[order], held_by, side="right") - 1
    found: dict[int, list[str]] = {}
    rows = order[np.minimum(place, last)]
    is_own = owners[rows] == held_by
    columns = (rows[is_own], written.starts[is_own], written.ends[is_own])
    for row, start, end in zip(*(column.tolist() for column in columns), strict=True):
        found.setdefault(row, []).append(text.raw[start:end].decode())
    is_shared = is_own & (text.buffer[scopes.ends] <= _SPACE)
    shared = dict(zip(held_by[is_shared].tolist(), rows[is_shared].tolist(), strict=True))
    for row in np.flatnonzero(np.isin(owners, sorted(shared))).tolist():
        found.setdefault(row, found[shared[int(owners[row])]])
    return found


def _paths(  # noqa: PLR0913, PLR0917 -- columns of one table
    text: Text,
    names: Nodes,
    rows: Offsets,
    parents: Offsets,
    qualifiers: dict[int, list[str]],
    separator: str,
) -> list[str]:
    paths: list[str] = []
    columns = (names.starts[rows], names.ends[rows], rows, parents)
    for start, end, row, parent in zip(*(column.tolist() for column in columns), strict=True):
        outer = [paths[parent]] if parent >= 0 else []
        name = text.raw[start:end].decode()
        paths.append(separator.join([*outer, *qualifiers.get(row, ()), name]))
    return paths


def _qualified(
    around: Offsets, paths: list[str], qualifiers: dict[int, list[str]], separator: str
) -> Offsets:
    """Return each name's scope; qualified ones get a path of their own at the end of ``paths``."""
    scope = around.copy()
    for row in sorted(qualifiers):
        outer = [paths[around[row]]] if around[row] >= 0 else []
        scope[row] = len(paths)
        paths.append(separator.join([*outer, *qualifiers[row]]))
    return scope
