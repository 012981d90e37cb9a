"""The Arrow schemas of the rows that travel in parts, from extraction to SQLite and Parquet.

Lines count from 1; columns count bytes from 0 within the line, as it stands in the content.
Every table is ordered by ``ast_id`` and then by position; tags, which have none, by themselves.
"""

from typing import Final

import pyarrow as pa

ASTS: Final = pa.schema(
    [
        ("ast_id", pa.int64()),
        ("content_hash", pa.binary()),  # 32 bytes, SHA-256
        ("parser_version_id", pa.int64()),
        ("size_bytes", pa.int64()),
        ("line_count", pa.int64()),
        ("has_error", pa.int64()),  # 0 or 1
        ("encoding", pa.string()),  # see tasks/content/text.py
        ("facts", pa.binary()),  # zstd, see tasks/syntax/facts.py
    ]
)
SYMBOLS: Final = pa.schema(
    [
        ("ast_id", pa.int64()),
        ("name", pa.string()),
        ("symbol_type", pa.string()),
        ("scope", pa.string()),  # null at the top level
        ("line_number", pa.int32()),
        ("column_number", pa.int32()),
        ("end_line", pa.int32()),
        ("signature", pa.string()),  # null where the type has none
        ("definition_hash", pa.binary()),  # 8 bytes, BLAKE2b of the definition; null without a body
    ]
)
REFS: Final = pa.schema(
    [
        ("ast_id", pa.int64()),
        ("name", pa.string()),
        ("ref_type", pa.string()),
        ("context", pa.string()),  # path of the enclosing definition, '' at the top level
        ("line_number", pa.int32()),
        ("column_number", pa.int32()),
    ]
)
IMPORTS: Final = pa.schema(
    [
        ("ast_id", pa.int64()),
        ("module", pa.string()),
        ("import_kind", pa.string()),
        ("origin", pa.string()),  # null where the content alone does not tell
        ("line_number", pa.int32()),
        ("column_number", pa.int32()),
    ]
)
DOCS: Final = pa.schema(
    [
        ("ast_id", pa.int64()),
        ("line_number", pa.int32()),  # the position of the definition's name
        ("column_number", pa.int32()),
        ("docstring", pa.string()),
    ]
)
TAGS: Final = pa.schema(
    [
        ("ast_id", pa.int64()),
        ("tag", pa.string()),  # a word, in lower case
        ("weight", pa.int64()),  # from 1
    ]
)
PARTIALS: Final = pa.schema([("ast_id", pa.int64()), ("reason", pa.string())])
FAILURES: Final = pa.schema([("ast_id", pa.int64()), ("reason", pa.string())])

TABLES: Final = {
    "asts": ASTS,
    "symbols": SYMBOLS,
    "refs": REFS,
    "imports": IMPORTS,
    "definition_docs": DOCS,
    "content_tags": TAGS,
    "partials": PARTIALS,
    "failures": FAILURES,
}
