"""What building an index reads: its statements, and the facts of ASTs to reuse."""

from functools import cache
from pathlib import Path

import apsw

_QUERIES = Path(__file__).parent / "queries"


@cache
def query(name: str) -> str:
    """Return the SQL of ``queries/<name>.sql``."""
    return (_QUERIES / f"{name}.sql").read_text("utf-8")


def facts_of(
    connection: apsw.Connection, fingerprint: bytes, content_hash: bytes
) -> tuple[bytes, bool] | None:
    """Return (facts, has_error) of a content under a parser version, or None."""
    row = connection.execute(
        "SELECT facts, has_error FROM asts INNER JOIN parser_versions USING (parser_version_id)"
        " WHERE content_hash = ? AND fingerprint = ?",
        (content_hash, fingerprint),
    ).fetchone()
    return (row[0], bool(row[1])) if row else None
