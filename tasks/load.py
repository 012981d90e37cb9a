"""Step 9: parts become tables; then indexes, FTS and statistics (§5.7)."""

import pyarrow as pa
import pyarrow.compute as pc

from tasks.columnar.names import count_names, symbol_names
from tasks.columnar.parts import read_part
from tasks.columnar.tables import read_table
from tasks.content.ledger import resolve_outcomes
from tasks.contracts import Candidate, Discovery, Loaded, Part
from tasks.errors import StepFailed
from tasks.step import step
from tasks.store.loading import bulk_load, count, finish
from tasks.store.reading import query
from tasks.timing import log, progress

_INDEXED = ("files", "symbols", "refs", "imports", "symbol_names")
_NUMBERED = {"refs": "ref_id"}  # by a column that is no key, which SQLite would fill
_COUNTED = ("files", "asts", "symbols", "refs", "imports", "definition_docs", "content_tags")


@step(9, "load")
def load(candidate: Candidate, discovery: Discovery, parts: list[Part]) -> Loaded:
    """Load all parts and the ledger's files into the candidate.

    Raises StepFailed where a part is not as it was written, or the tables do not hold as many rows
    as the parts.
    """
    reasons: dict[str, list[pa.Table]] = {"partials": [], "failures": []}
    asts, names = [], []
    with bulk_load(candidate.database, _INDEXED) as bulk:
        for done, part in enumerate(parts, 1):
            for table, rows in read_part(part):
                if table in reasons:
                    reasons[table].append(rows)
                    continue
                bulk.insert(table, rows, number=_NUMBERED.get(table))
                if table == "asts":
                    asts.append(rows["ast_id"])
                if table == "symbols":
                    names.append(count_names(rows["name"]))
            progress(done, len(parts))
        found = read_table(discovery.files)
        files = resolve_outcomes(found, asts, reasons["partials"], reasons["failures"])
        bulk.insert("files", files.drop_columns(["ast_id"]))
        for named in symbol_names(names):
            bulk.insert("symbol_names", named)
        names.clear()
        pa.default_memory_pool().release_unused()  # before indexes are built, and all is verified
        expected = {table: bulk.rows.get(table, 0) for table in _COUNTED}
    finish(candidate.database, query("derived") + query("documents"))
    _require_equal(expected, count(candidate.database, _COUNTED))
    outcomes = {
        row["values"]: row["counts"] for row in pc.value_counts(files["outcome"]).to_pylist()
    }
    log.info(
        "loaded by content %s", " ".join(f"{table}={rows}" for table, rows in expected.items())
    )
    return Loaded(expected, dict(sorted(outcomes.items())), sum(part.reused for part in parts))


def _require_equal(expected: dict[str, int], found: dict[str, int]) -> None:
    if expected != found:
        raise StepFailed(
            f"the candidate holds {found}, the parts {expected}",
            next_step="This is a defect of flagday; report it. The index in service is unchanged.",
        )
