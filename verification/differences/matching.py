"""Which rows differ between two sets, as multisets: no row is looked at in Python.

Equal rows cancel out; of those left, rows of equal keys and places are the same, changed; the
others of equal keys are matched in order of position: moved. What is left is added or removed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from verification.differences.sets import Integers, Mask

_KEY: Final = ("file", "name", "type", "scope")
_PLACE: Final = ("line", "column")
_BEFORE, _AFTER = -1, 1


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows that differ, in order of file and position; a place of 0, -1 is none."""

    rows: pa.Table  # file, name, type, scope, the place before and the place after
    is_added: Mask
    is_removed: Mask
    is_moved: Mask
    is_changed: Mask  # another signature or definition, moved or not


def match(before: pa.Table, after: pa.Table, texts: tuple[str, ...]) -> Matched:
    """Match the rows of two tables with the columns file, line, column and ``texts``."""
    left = _cancelled(before, after, texts)
    columns = (*_KEY, *_PLACE, *(text for text in texts if text not in _KEY))
    codes = {name: left.codes[name] for name in columns}
    old, new, rest = _pairs(codes, left.side, (*_KEY, *_PLACE))
    moved = _pairs({name: values[rest] for name, values in codes.items()}, left.side[rest], _KEY)
    old = np.concatenate([old, rest[moved[0]]])
    new = np.concatenate([new, rest[moved[1]]])
    single = rest[moved[2]]
    is_old = left.side[single] == _BEFORE
    nothing = np.full(len(single), -1)
    old = np.concatenate([old, np.where(is_old, single, nothing)])
    new = np.concatenate([new, np.where(is_old, nothing, single)])
    return _told(left, old, new, columns)


@dataclass(frozen=True, slots=True)
class _Left:
    """Rows without an equal one on the other side; texts as ranks in their sorted values."""

    codes: dict[str, Integers]
    values: dict[str, pa.Array]  # of each text, sorted; rank -1 is null
    side: Integers


def _cancelled(before: pa.Table, after: pa.Table, texts: tuple[str, ...]) -> _Left:
    """Take away as many equal rows from both sides as there are on both."""
    both = pa.concat_tables([before.select(after.column_names), after]).unify_dictionaries()
    sides = np.repeat([_BEFORE, _AFTER], [before.num_rows, after.num_rows])
    columns = {name: both[name] for name in ("file", *_PLACE)}
    dictionaries = {}
    for text in texts:
        combined = both[text].combine_chunks()
        columns[text] = combined.indices.fill_null(-1)
        dictionaries[text] = combined.dictionary
    table = pa.table({**columns, "side": pa.array(sides)})
    net = table.group_by(list(columns)).aggregate([("side", "sum")])
    net = net.filter(pc.not_equal(net["side_sum"], 0))
    surplus = net["side_sum"].to_numpy()
    codes = {name: np.repeat(net[name].to_numpy(), np.abs(surplus)) for name in columns}
    values = {}
    for text, dictionary in dictionaries.items():
        codes[text], values[text] = _ranked(codes[text], dictionary)
    return _Left(codes, values, np.repeat(np.sign(surplus), np.abs(surplus)))


def _ranked(codes: Integers, dictionary: pa.Array) -> tuple[Integers, pa.Array]:
    """Return codes that sort as their values do, and the values in use, sorted."""
    used, inverse = np.unique(codes, return_inverse=True)
    has_null = int(len(used) > 0 and used[0] < 0)
    values = dictionary.take(pa.array(used[has_null:]))
    order = pc.array_sort_indices(values)
    ranks = np.empty(len(used), np.int64)
    ranks[:has_null] = -1
    ranks[has_null:][order.to_numpy()] = np.arange(len(values))
    return ranks[inverse], values.take(order)


def _pairs(
    codes: dict[str, Integers], side: Integers, key: tuple[str, ...]
) -> tuple[Integers, Integers, Integers]:
    """Match rows of equal keys in order of the other columns.

    Return the rows before and the rows after, pair by pair, and those without a partner.
    """
    others = [values for name, values in codes.items() if name not in key]
    keys = [codes[name] for name in key]
    order = np.lexsort([*reversed(others), side, *reversed(keys)])
    is_first = np.zeros(len(order), np.bool_)
    is_first[:1] = True
    for values in keys:
        is_first[1:] |= np.diff(values[order]) != 0
    group = np.cumsum(is_first) - 1
    is_after = side[order] == _AFTER
    size_before = np.bincount(group[~is_after], minlength=int(is_first.sum()))
    size_after = np.bincount(group[is_after], minlength=len(size_before))
    rank = np.arange(len(order)) - np.flatnonzero(is_first)[group]
    rank -= np.where(is_after, size_before[group], 0)
    is_matched = rank < np.minimum(size_before, size_after)[group]
    return order[is_matched & ~is_after], order[is_matched & is_after], order[~is_matched]


def _told(left: _Left, old: Integers, new: Integers, columns: tuple[str, ...]) -> Matched:
    """Tell of each pair of rows, -1 for none, what it is."""
    has_old, has_new = old >= 0, new >= 0
    one = np.where(has_new, new, old)
    places = {
        f"{name}_{when}": np.where(row >= 0, left.codes[name][row], -(name == "column"))
        for when, row in (("before", old), ("after", new))
        for name in _PLACE
    }
    is_pair = has_old & has_new

    def differs(names: tuple[str, ...]) -> Mask:
        is_other: Mask = np.zeros(len(old), np.bool_)
        for name in names:
            is_other |= left.codes[name][old] != left.codes[name][new]
        return is_pair & is_other

    masks = (~has_old, ~has_new, differs(_PLACE), differs(columns[len(_KEY) + len(_PLACE) :]))
    name, kind, column, line, file = (
        left.codes[text][one] for text in ("name", "type", "column", "line", "file")
    )
    order = np.lexsort([name, kind, has_new, column, line, file])
    rows = {"file": left.codes["file"][one], **places}
    table = pa.table(rows).take(pa.array(order))
    for text in _KEY[1:]:
        ranks = left.codes[text][one][order]
        taken = left.values[text].take(pa.array(ranks, mask=ranks < 0))
        table = table.append_column(text, taken)
    return Matched(table, *(mask[order] for mask in masks))
