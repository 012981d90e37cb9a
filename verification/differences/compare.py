"""Compare two sides, a slice of files at a time: memory holds the rows of one slice."""

from collections.abc import Iterator
from dataclasses import fields
from itertools import groupby
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from verification.differences.files import CAUSES, Pairs, pair_files
from verification.differences.matching import Matched, match
from verification.differences.model import (
    Counts,
    Differences,
    FileDifference,
    Group,
    ParserDifference,
    Place,
    RowDifference,
)
from verification.differences.sets import TABLES, TEXTS, Integers, Sets

_SLICE_BYTES: Final = 48 << 20  # of content, on both sides: about two million rows
_COUNTS: Final = len(fields(Counts))

Rows = dict[int, list[RowDifference]]  # by number of the pair


def compare(  # noqa: PLR0913 -- what is compared, and what is wanted of it
    before: Sets,
    after: Sets,
    *,
    limit: int,
    root: str | None = None,
    language: str | None = None,
    every_file: bool = False,
) -> Differences:
    """Return what differs, with at most ``limit`` rows a file told one by one."""
    pairs = pair_files(before, after, root, language, every_file=every_file)
    counts = {table: np.zeros((len(pairs.cause), _COUNTS), np.int64) for table in TABLES}
    rows: Rows = {}
    for chosen in _slices(pairs):
        for table in TABLES:
            matched = _match(before, after, table, pairs, chosen)
            _count(counts[table], matched)
            _keep(rows, table, matched, limit)
    files = sorted(_files(pairs, counts, rows, limit), key=_order)
    return Differences(
        files_before=before.files.num_rows,
        files_after=after.files.num_rows,
        parsers=_parsers(before, after, language),
        groups=tuple(_groups(files)),
        files=tuple(file for file in files if not file.is_only_parsed_anew),
    )


def _slices(pairs: Pairs) -> Iterator[Integers]:
    """Cut the pairs into slices of about equal bytes, in the order in which rows are stored."""
    columns = pairs.table
    hashes = pc.coalesce(columns["content_hash_after"], columns["content_hash_before"])
    keys = pa.table({"language": columns["language"], "hash": hashes})
    order = pc.sort_indices(keys, [("language", "ascending"), ("hash", "ascending")]).to_numpy()
    parsers = pc.coalesce(columns["fingerprint_after"], columns["fingerprint_before"])
    order = order[pc.is_valid(parsers).to_numpy()[order]]
    number = np.cumsum(pairs.size_bytes[order]) // _SLICE_BYTES
    for part in np.split(order, np.flatnonzero(np.diff(number)) + 1):
        if len(part):
            yield part.astype(np.int64)


def _match(before: Sets, after: Sets, table: str, pairs: Pairs, chosen: Integers) -> Matched:
    """Match the rows of some pairs; the rows' file is the number of the pair."""
    sides: list[pa.Table] = []
    for sets, files in ((before, pairs.before), (after, pairs.after)):
        number_of = np.full(sets.files.num_rows, -1, np.int64)
        here = chosen[files[chosen] >= 0]
        number_of[files[here]] = here
        rows = sets.rows(table, files[here])
        numbers = pa.array(number_of[rows["file"].to_numpy()])
        sides.append(rows.set_column(rows.column_names.index("file"), "file", numbers))
    return match(sides[0], sides[1], TEXTS[table])


def _count(counts: "np.ndarray[tuple[int, int], np.dtype[np.int64]]", matched: Matched) -> None:
    """Add the rows that differ to the counts of their files."""
    files = matched.rows["file"].to_numpy()
    masks = (
        matched.is_added,
        matched.is_removed,
        matched.is_moved,
        matched.is_changed & ~matched.is_moved,
        matched.is_changed & matched.is_moved,
    )
    for column, mask in enumerate(masks):
        counts[:, column] += np.bincount(files[mask], minlength=len(counts))


def _keep(rows: Rows, table: str, matched: Matched, limit: int) -> None:
    """Keep the first ``limit`` rows of each file."""
    files = matched.rows["file"].to_numpy()
    first = np.flatnonzero(np.diff(files, prepend=-1))
    rank = np.arange(len(files)) - np.repeat(first, np.diff(first, append=len(files)))
    is_kept = rank < limit
    kept = matched.rows.filter(pa.array(is_kept)).to_pylist()
    flags = zip(
        matched.is_added[is_kept].tolist(),
        matched.is_removed[is_kept].tolist(),
        matched.is_changed[is_kept].tolist(),
        strict=True,
    )
    for row, (is_added, is_removed, is_changed) in zip(kept, flags, strict=True):
        rows.setdefault(row["file"], []).append(
            RowDifference(
                table=table,
                name=row["name"],
                type=row["type"],
                scope=row["scope"] or "",
                before=None if is_added else Place(row["line_before"], row["column_before"]),
                after=None if is_removed else Place(row["line_after"], row["column_after"]),
                is_changed=is_changed,
            )
        )


def _files(
    pairs: Pairs,
    counts: "dict[str, np.ndarray[tuple[int, int], np.dtype[np.int64]]]",
    rows: Rows,
    limit: int,
) -> Iterator[FileDifference]:
    """Yield each file that has a cause, and each that differs without one."""
    names = pairs.table.select(["root", "path", "language"]).to_pylist()
    states = zip(pairs.states("before"), pairs.states("after"), strict=True)
    for pair, (name, (old, new)) in enumerate(zip(names, states, strict=True)):
        file = FileDifference(
            **name,
            cause=CAUSES[pairs.cause[pair]],
            before=old,
            after=new,
            symbols=Counts(*counts["symbols"][pair].tolist()),
            refs=Counts(*counts["refs"][pair].tolist()),
            rows=tuple(rows.get(pair, ())[:limit]),
        )
        if not file.is_equal:
            yield file


def _order(file: FileDifference) -> tuple[str, str, int, str]:
    return file.root, file.language or "", CAUSES.index(file.cause), file.path


def _groups(files: list[FileDifference]) -> Iterator[Group]:
    """Sum up files that are in order."""
    for (root, language, cause), found in groupby(
        files, key=lambda file: (file.root, file.language, file.cause)
    ):
        members = list(found)
        yield Group(
            root=root,
            language=language,
            cause=cause,
            files=len(members),
            files_with_other_rows=sum(file.has_other_rows for file in members),
            symbols=sum((file.symbols for file in members), Counts()),
            refs=sum((file.refs for file in members), Counts()),
        )


def _parsers(before: Sets, after: Sets, language: str | None) -> tuple[ParserDifference, ...]:
    """Return the languages that both sides parsed, by other parser versions."""
    old, new = _fingerprints(before), _fingerprints(after)
    return tuple(
        ParserDifference(name, old[name], new[name])
        for name in sorted(old.keys() & new.keys())
        if old[name] != new[name] and language in {None, name}
    )


def _fingerprints(sets: Sets) -> dict[str, bytes]:
    columns = sets.files.select(["language", "fingerprint"]).drop_null()
    found = columns.group_by(["language", "fingerprint"]).aggregate([]).to_pylist()
    return {row["language"]: row["fingerprint"] for row in found}
