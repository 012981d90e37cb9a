"""The tables of a lake: their columns, their order, and how their files are encoded.

Language and prefix stand in the path of a file alone. A content is told by its hash, an AST by
content hash and fingerprint. Files are equal byte for byte where their rows are.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_AST: Final = [
    ("content_hash", pa.binary()),  # 32 bytes, SHA-256
    ("fingerprint", pa.binary()),  # 32 bytes, of the parser version
]
FILES: Final = pa.schema(
    [
        ("root", pa.string()),
        ("path", pa.string()),
        *_AST,  # null: never read; without an AST
        ("size_bytes", pa.int64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
    ]
)
ASTS: Final = pa.schema(
    [*_AST, ("size_bytes", pa.int64()), ("line_count", pa.int64()), ("has_error", pa.int64())]
)
SYMBOLS: Final = pa.schema(
    [
        *_AST,
        ("name", pa.string()),
        ("symbol_type", pa.string()),
        ("scope", pa.string()),  # null at the top level
        ("line_number", pa.int32()),
        ("column_number", pa.int32()),
        ("end_line", pa.int32()),
        ("signature", pa.string()),  # null where the type has none
        ("definition_hash", pa.binary()),  # 8 bytes; null without a body
    ]
)
REFS: Final = pa.schema(
    [
        *_AST,
        ("name", pa.string()),
        ("ref_type", pa.string()),
        ("context", pa.string()),  # '' at the top level
        ("line_number", pa.int32()),
        ("column_number", pa.int32()),
    ]
)
TABLES: Final = {"files": FILES, "asts": ASTS, "symbols": SYMBOLS, "refs": REFS}
_PLACE: Final = ("content_hash", "fingerprint", "line_number", "column_number")
ORDERS: Final = {
    "files": ("content_hash", "root", "path"),
    "asts": ("content_hash", "fingerprint"),
    "symbols": ("name", "symbol_type", *_PLACE),
    "refs": ("name", "ref_type", *_PLACE, "context"),
}
TYPES: Final = {"symbols": "symbol_type", "refs": "ref_type"}  # the columns
_ROW_GROUP: Final = 1 << 14  # rows; what one name costs to read in a partition
_FALSE_POSITIVES: Final = 0.01


def encoded(table: str, rows: pa.Table) -> pa.Buffer:
    """Return a Parquet file of rows, in the order of their table."""
    order = ORDERS[table]
    ordered = rows.select(TABLES[table].names).cast(TABLES[table])
    ordered = ordered.sort_by([(name, "ascending") for name in order]).combine_chunks()
    sink = pa.BufferOutputStream()
    pq.write_table(
        ordered,
        sink,
        compression="zstd",
        row_group_size=_ROW_GROUP,
        sorting_columns=pq.SortingColumn.from_ordering(
            ordered.schema, [(n, "ascending") for n in order]
        ),
        write_page_index=True,
        bloom_filter_options=_bloom_filters(ordered) if table in TYPES else None,
    )
    return sink.getvalue()


def types_in(table: str, rows: pa.Table) -> tuple[str, ...]:
    """Return which types of symbols or refs there are among rows."""
    return tuple(sorted(pc.unique(rows[TYPES[table]]).to_pylist())) if table in TYPES else ()


def _bloom_filters(ordered: pa.Table) -> dict[str, dict[str, float]]:
    """Size the filters of names for the row group that has the most distinct ones."""
    names = ordered["name"]
    groups = range(0, len(names), _ROW_GROUP)
    most = max(pc.count_distinct(names.slice(first, _ROW_GROUP)).as_py() for first in groups)
    return {"name": {"ndv": most, "fpp": _FALSE_POSITIVES}}
