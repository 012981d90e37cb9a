"""Which files of two sides can differ at all, and why. Content and parser version decide it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from verification.differences.model import Cause, FileState
from verification.differences.sets import Integers, Mask, Sets

_STATE: Final = ("content_hash", "fingerprint", "outcome", "reason")
_NO_FILE: Final = -1
CAUSES: Final = tuple(Cause)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The files of both sides that are looked at, matched by root and path.

    A file whose language is another is two: one that loses all rows, one that gains all.
    """

    table: pa.Table  # root, path, language; of each side the state, with _before and _after
    before: Integers  # row of the files of that side; -1: none
    after: Integers
    cause: Integers  # number in CAUSES
    size_bytes: Integers  # of both sides

    def take(self, index: Integers) -> "Pairs":
        """Return some of the pairs, in the order of ``index``."""
        return Pairs(
            self.table.take(pa.array(index)),
            self.before[index],
            self.after[index],
            self.cause[index],
            self.size_bytes[index],
        )

    def states(self, when: str) -> list[FileState | None]:
        """Return the states of the files on one side, ``before`` or ``after``."""
        files = (self.before if when == "before" else self.after).tolist()
        columns = [self.table[f"{name}_{when}"].to_pylist() for name in _STATE]
        states = zip(files, *columns, strict=True)
        return [None if file == _NO_FILE else FileState(*state) for file, *state in states]


def pair_files(
    before: Sets, after: Sets, root: str | None, language: str | None, *, every_file: bool
) -> Pairs:
    """Match the files of two sides; those without a cause are left out.

    Files of the same content and parser version have equal rows by construction. They are looked
    at, as unexplained, where they have another number of rows, or with ``every_file``.
    """
    both = _numbered(before.files).join(
        _numbered(after.files),
        ["root", "path"],
        join_type="full outer",
        left_suffix="_before",
        right_suffix="_after",
    )
    both = both.sort_by([("root", "ascending"), ("path", "ascending")]).combine_chunks()
    old, new = (_indexes(both[f"number_{when}"]) for when in ("before", "after"))
    cause = _causes(both)
    is_same = cause == _EQUAL
    if every_file:
        is_suspect: Mask = is_same
    else:
        is_suspect = np.zeros(len(cause), np.bool_)
        for table in ("symbols", "refs"):
            counts = before.row_counts(table)[old[is_same]], after.row_counts(table)[new[is_same]]
            is_suspect[is_same] |= counts[0] != counts[1]
    cause[is_suspect] = CAUSES.index(Cause.UNEXPLAINED)
    sizes = [pc.fill_null(both[f"size_bytes_{when}"], 0) for when in ("before", "after")]
    size_bytes = pc.add(*sizes).to_numpy()
    languages = [both[f"language_{when}"] for when in ("before", "after")]
    both = both.append_column("language", pc.coalesce(languages[1], languages[0]))
    pairs = _split(Pairs(both, old, new, cause, size_bytes), languages)
    is_asked = pairs.cause != _EQUAL
    for column, value in (("root", root), ("language", language)):
        if value is not None:
            is_asked &= _true(pc.equal(pairs.table[column], value))
    return pairs.take(np.flatnonzero(is_asked))


_EQUAL: Final = -1


def _numbered(files: pa.Table) -> pa.Table:
    return files.append_column("number", pa.array(np.arange(files.num_rows)))


def _indexes(column: "pa.ChunkedArray[Any]") -> Integers:
    indexes: Integers = pc.fill_null(column, _NO_FILE).to_numpy()
    return indexes


def _causes(both: pa.Table) -> Integers:
    """Return the number in CAUSES of each pair's cause, or that of none."""
    is_there = {when: ~_is_null(both[f"number_{when}"]) for when in ("before", "after")}
    differs = {name: ~_same(both, name) for name in (*_STATE, "language")}
    is_read_once, is_parsed_once = (
        _is_null(both[f"{name}_before"]) != _is_null(both[f"{name}_after"])
        for name in ("content_hash", "fingerprint")
    )
    is_other_outcome = differs["outcome"] | differs["reason"]
    is_parsed = ~_is_null(both["fingerprint_before"])
    decided = (
        (~is_there["before"], Cause.FILE_ADDED),
        (~is_there["after"], Cause.FILE_REMOVED),
        (is_read_once, Cause.OUTCOME_CHANGED),
        (differs["content_hash"], Cause.CONTENT_CHANGED),
        (is_parsed_once, Cause.OUTCOME_CHANGED),
        (differs["fingerprint"], Cause.PARSER_CHANGED),
        (is_other_outcome & ~is_parsed, Cause.OUTCOME_CHANGED),
        (is_other_outcome | differs["language"] & is_parsed, Cause.UNEXPLAINED),
    )
    masks = [mask for mask, _ in decided]
    numbers = [np.int64(CAUSES.index(cause)) for _, cause in decided]
    return np.select(masks, numbers, np.int64(_EQUAL))


def _split(pairs: Pairs, languages: list[Any]) -> Pairs:
    """Make two of each file that has another language on each side."""
    is_other = _true(pc.not_equal(*languages))
    if not is_other.any():
        return pairs
    index = np.sort(np.concatenate([np.arange(len(is_other)), np.flatnonzero(is_other)]))
    is_first = np.diff(index, append=-1) == 0
    is_second = np.roll(is_first, 1)
    doubled = pairs.take(index)
    old_language = pc.take(languages[0], pa.array(index))
    language = pc.if_else(pa.array(is_first), old_language, doubled.table["language"])
    place = doubled.table.column_names.index("language")
    return Pairs(
        doubled.table.set_column(place, "language", language),
        np.where(is_second, _NO_FILE, doubled.before),
        np.where(is_first, _NO_FILE, doubled.after),
        doubled.cause,
        doubled.size_bytes,
    )


def _same(both: pa.Table, name: str) -> Mask:
    """Mark the pairs that have the same value, or none, on both sides."""
    old, new = both[f"{name}_before"], both[f"{name}_after"]
    return _true(pc.equal(old, new)) | _is_null(old) & _is_null(new)


def _is_null(column: "pa.ChunkedArray[Any]") -> Mask:
    return _true(pc.is_null(column))


def _true(column: "pa.ChunkedArray[Any]") -> Mask:
    mask: Mask = pc.fill_null(column, False).to_numpy()
    return mask
