"""What one index brings into a lake, and what stays there for the other indexes.

Contents are global: what two indexes hold is stored once. Files are by root, and a root belongs to
one index.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.lake.catalogue import Catalogue, Partition
from tasks.lake.damage import bytes_of
from tasks.lake.partitioning import Place
from tasks.lake.tables import ASTS, FILES, TABLES

_LANGUAGE: Final = pa.field("language", pa.string())
FILE_ROWS: Final = pa.schema([_LANGUAGE, *FILES])
AST_ROWS: Final = pa.schema([pa.field("ast_id", pa.int64()), _LANGUAGE, *ASTS])

RowsOf = Callable[[str, list[int]], pa.Table]  # of a table, of ASTs by their ids; with ast_id


@dataclass(frozen=True, slots=True)
class Share:
    """One index, as a lake takes it."""

    files: pa.Table  # FILE_ROWS
    asts: pa.Table  # AST_ROWS
    rows_of: RowsOf


NOTHING: Final = Share(
    FILE_ROWS.empty_table(), AST_ROWS.empty_table(), lambda table, _: TABLES[table].empty_table()
)


@dataclass(frozen=True, slots=True)
class OfOthers:
    """What the other indexes of a lake have in it: those that the catalogue names."""

    folder: Path
    catalogue: Catalogue
    files: pa.Table  # FILE_ROWS
    asts: pa.Table  # AST_ROWS without an id; none that the share has too
    lacking: frozenset[str] = frozenset()  # roots with files whose ASTs are lost

    def rows(self, table: str, place: Place, asts: pa.Table) -> pa.Table:
        """Read the symbols or refs of ASTs that stand at a place. Raises Damaged."""
        stored = (
            partition
            for partition in self.catalogue.of_table(table)
            if place.overlaps(Place(*partition.place))
        )
        keys = _keys(asts)
        found = (read_partition(self.folder, partition) for partition in stored)
        return _joined((_of_keys(rows, keys) for rows in found), TABLES[table])


def of_others(folder: Path, catalogue: Catalogue, share: Share) -> OfOthers:
    """Find what must stay in a lake beside the share of one more index. Raises Damaged."""
    roots = {root for other in catalogue.indexes for root in other.roots}
    if not roots:
        return OfOthers(folder, catalogue, FILE_ROWS.empty_table(), AST_ROWS.empty_table())
    belongs = pa.array(sorted(roots), pa.string())
    stored = (read_partition(folder, partition) for partition in catalogue.of_table("files"))
    files = _joined((rows.filter(pc.is_in(rows["root"], belongs)) for rows in stored), FILE_ROWS)
    parsed = files.filter(pc.is_valid(files["fingerprint"]))
    lacking = _without_keys(parsed, share.asts)
    held = _keys(lacking)
    stored = (read_partition(folder, partition) for partition in catalogue.of_table("asts"))
    asts = _joined((_of_keys(rows, held) for rows in stored), pa.schema([_LANGUAGE, *ASTS]))
    lost = _without_keys(lacking, asts)
    asts = asts.add_column(0, "ast_id", pa.nulls(asts.num_rows, pa.int64()))
    return OfOthers(folder, catalogue, files, asts, frozenset(pc.unique(lost["root"]).to_pylist()))


def content_rows(
    share: Share, others: OfOthers, place: Place, asts: pa.Table, table: str
) -> pa.Table:
    """Return the rows of a table of contents at a place, whichever index its ASTs are of."""
    if table == "asts":
        return asts
    is_own = pc.is_valid(asts["ast_id"])
    own = asts.filter(is_own)
    rows = share.rows_of(table, own["ast_id"].to_pylist()) if own.num_rows else None
    found = [] if rows is None else [_with_keys(rows, own)]
    if own.num_rows < asts.num_rows:
        found.append(others.rows(table, place, asts.filter(pc.invert(is_own))))
    return _joined(found, TABLES[table])


def read_partition(folder: Path, partition: Partition) -> pa.Table:
    """Read the rows of a partition, with their language. Raises Damaged."""
    rows = pq.ParquetFile(pa.BufferReader(bytes_of(folder, partition))).read()
    language = pa.repeat(pa.scalar(partition.language, pa.string()), rows.num_rows)
    return rows.append_column("language", language)


def _with_keys(rows: pa.Table, asts: pa.Table) -> pa.Table:
    """Give each row what identifies its AST."""
    by_id = asts.sort_by("ast_id")
    places = np.searchsorted(by_id["ast_id"].to_numpy(), rows["ast_id"].to_numpy())
    for name in ("content_hash", "fingerprint"):
        rows = rows.append_column(name, by_id[name].take(pa.array(places)))
    return rows


def _of_keys(rows: pa.Table, keys: pa.ChunkedArray) -> pa.Table:
    return rows.filter(pc.is_in(_keys(rows), keys))


def _without_keys(rows: pa.Table, others: pa.Table) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(_keys(rows), _keys(others))))


def _keys(rows: pa.Table) -> pa.ChunkedArray:
    """Return what identifies the AST of each row, joined."""
    return pc.binary_join_element_wise(rows["content_hash"], rows["fingerprint"], b"")


def _joined(tables: Iterable[pa.Table], schema: pa.Schema) -> pa.Table:
    fitting = (table.select(schema.names).cast(schema) for table in tables if table.num_rows)
    return pa.concat_tables([schema.empty_table(), *fitting])
