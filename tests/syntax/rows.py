"""Short ways to extract: what a test reads are the rows."""

from collections.abc import Iterable

from tasks.rows import TABLES
from tasks.syntax.extract import Failure, Source, extract

TIMEOUT_S = 10.0


def source(ast_id: int, text: str, language: str = "python", facts: bytes | None = None) -> Source:
    """Return a content to extract."""
    raw = text.encode()
    return Source(ast_id, ast_id.to_bytes(32, "big"), 1, language, len(raw), raw, facts=facts)


def extracted(
    sources: Iterable[Source | Failure],
    parse_timeout_s: float = TIMEOUT_S,
    batch_bytes: int = 1 << 20,
) -> dict[str, list[dict[str, object]]]:
    """Extract; return all rows of each table, however they were batched."""
    tables: dict[str, list[dict[str, object]]] = {table: [] for table in TABLES}
    batches = extract(sources, parse_timeout_s=parse_timeout_s, batch_bytes=batch_bytes)
    for batch in batches:
        for table, rows in batch.items():
            tables[table].extend(rows.to_pylist())
    return tables


def rows_of(table: str, text: str, language: str = "python") -> list[dict[str, object]]:
    """Return the rows of one table that one content has."""
    return extracted([source(1, text, language)])[table]


def docs(text: str, language: str = "python") -> dict[int, str]:
    """Return the docstrings of a content by line."""
    rows = rows_of("definition_docs", text, language)
    return {row["line_number"]: row["docstring"] for row in rows}
