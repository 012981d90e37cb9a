"""Step 9: parts become tables; then indexes, FTS and statistics (§5.7).

The rows of a part are inserted as soon as it is there, while step 8 makes others: SQLite writes in
one thread, which would otherwise wait for all of them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tasks.columnar.names import count_names, symbol_names
from tasks.columnar.parts import read_part
from tasks.columnar.tables import read_table
from tasks.content.ledger import resolve_outcomes
from tasks.contracts import Candidate, Discovery, Loaded, Part
from tasks.errors import StepFailed
from tasks.step import step
from tasks.store.loading import BulkLoad, bulk_load, count, finish
from tasks.store.reading import query
from tasks.timing import log

_INDEXED = ("files", "symbols", "refs", "imports", "symbol_names")
_NUMBERED = {"refs": "ref_id"}  # by a column that is no key, which SQLite would fill
_COUNTED = ("files", "asts", "symbols", "refs", "imports", "definition_docs", "content_tags")


class Loading:
    """The load of one candidate: fed with parts while others are made, ended by step 9."""

    def __init__(self, candidate: Candidate, opened: ExitStack) -> None:
        """Open nothing yet; what is opened, ``opened`` closes."""
        self.database: Final = candidate.database
        self._opened: Final = opened
        self._reasons: Final[dict[str, list[pa.Table]]] = {"partials": [], "failures": []}
        self._asts: Final[list[pa.ChunkedArray]] = []
        self._names: Final[list[pa.Table]] = []

    @cached_property
    def _bulk(self) -> BulkLoad:
        return self._opened.enter_context(bulk_load(self.database, _INDEXED))

    def add(self, part: Part) -> None:
        """Insert the rows of the next part, in the order of their contents.

        Raises StepFailed where it is not as it was written.
        """
        for table, rows in read_part(part):
            if table in self._reasons:
                self._reasons[table].append(rows)
                continue
            self._bulk.insert(table, rows, number=_NUMBERED.get(table))
            if table == "asts":
                self._asts.append(rows["ast_id"])
            if table == "symbols":
                self._names.append(count_names(rows["name"]))

    def end(self, found: pa.Table) -> tuple[pa.Table, dict[str, int]]:
        """Insert files and names, and index all; return the files and the rows of each table."""
        files = resolve_outcomes(found, self._asts, **self._reasons)
        self._bulk.insert("files", files.drop_columns(["ast_id"]))
        for named in symbol_names(self._names):
            self._bulk.insert("symbol_names", named)
        self._names.clear()
        pa.default_memory_pool().release_unused()  # before indexes are built, and all is verified
        self._opened.close()
        return files, {table: self._bulk.rows.get(table, 0) for table in _COUNTED}


@contextmanager
def loading(candidate: Candidate) -> Iterator[Loading]:
    """Begin to load a candidate. What step 9 does not end is left as it is."""
    with ExitStack() as opened:
        yield Loading(candidate, opened)


@step(9, "load")
def load(begun: Loading, discovery: Discovery, parts: list[Part]) -> Loaded:
    """Load the ledger's files into the candidate, which has the rows of all parts, and index it.

    Raises StepFailed where the tables do not hold as many rows as the parts.
    """
    files, expected = begun.end(read_table(discovery.files))
    finish(begun.database, query("derived") + query("documents"))
    _require_equal(expected, count(begun.database, _COUNTED))
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
