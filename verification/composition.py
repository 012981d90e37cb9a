"""What an index is made of: its languages, and how much content its roots share.

Sizes are bytes of files as they are on disk; only files that were read have a content.
"""

from pathlib import Path
from typing import Any, Final

import apsw

from migrations.opening import connect
from verification.report import rows

_MAX_PAIRS: Final = 20  # pairs of roots that share most

_LANGUAGES: Final = """
WITH symbol_counts AS (
    SELECT ast_id, COUNT(*) AS symbols FROM symbols GROUP BY ast_id
),
derived AS (
    SELECT language, COUNT(*) AS asts, SUM(COALESCE(symbols, 0)) AS symbols
    FROM asts
    INNER JOIN parser_versions USING (parser_version_id)
    LEFT JOIN symbol_counts USING (ast_id)
    GROUP BY language
),
found AS (
    SELECT language, COUNT(*) AS files, SUM(size_bytes) AS bytes FROM files GROUP BY language
)
SELECT
    found.language,
    files,
    bytes,
    COALESCE(asts, 0) AS asts,
    COALESCE(symbols, 0) AS symbols
FROM found
LEFT JOIN derived ON found.language = derived.language
ORDER BY found.language IS NULL, bytes DESC, found.language
"""
# Contents of the same roots are one entry: forks share thousands, in few sets of roots.
_PAIRS: Final = f"""
WITH held AS (
    SELECT root_id, content_hash, MAX(size_bytes) AS bytes
    FROM files
    WHERE content_hash IS NOT NULL
    GROUP BY root_id, content_hash
),
shared AS (
    SELECT group_concat(root_id ORDER BY root_id) AS root_ids, MAX(bytes) AS bytes
    FROM held
    GROUP BY content_hash
    HAVING COUNT(*) > 1
),
alike AS MATERIALIZED (
    SELECT
        row_number() OVER (ORDER BY root_ids) AS entry,
        root_ids,
        COUNT(*) AS contents,
        SUM(bytes) AS bytes
    FROM shared
    GROUP BY root_ids
),
members AS MATERIALIZED (
    SELECT entry, roots.name, contents, bytes
    FROM alike
    INNER JOIN json_each('[' || root_ids || ']') AS listed
    INNER JOIN roots ON listed.value = roots.root_id
)
SELECT
    one.name AS root,
    other.name AS other,
    SUM(one.contents) AS contents,
    SUM(one.bytes) AS bytes
FROM members AS one
INNER JOIN members AS other ON one.entry = other.entry
WHERE one.name < other.name
GROUP BY one.name, other.name
ORDER BY SUM(one.bytes) DESC, SUM(one.contents) DESC, one.name, other.name
LIMIT {_MAX_PAIRS}
"""


def composition(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Count files, bytes and symbols by language, and what pairs of roots share.

    ``pairs`` are the two-by-two overlaps of roots, the largest first. A language of None is that
    of files which no language of ours reads.
    """
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    queries = {"languages": _LANGUAGES, "pairs": _PAIRS}
    found = {name: rows(connection, query) for name, query in queries.items()}
    connection.close()
    return found
