"""Put an index into a lake: rows come from the store, partitions go to the lake."""

from pathlib import Path

import pyarrow as pa

from tasks.index import Index
from tasks.lake.catalogue import Member
from tasks.lake.filling import Changes, fill
from tasks.lake.share import AST_ROWS, FILE_ROWS, Share
from tasks.store.streaming import rows_of_asts, stream


def fill_lake(database: Path, folder: Path, name: str) -> Changes:
    """Make the lake in ``folder`` hold an index as it is now, under a name.

    All of it is of one generation, whatever takes its place meanwhile. Contents whose partition is
    unchanged are not read. Raises what ``fill`` raises.
    """
    with Index(database) as index:
        generation = index.location
        run = index.last_run()
        member = Member(
            name=name,
            run=run.run_id if run else None,
            roots=index.roots(),
            languages=tuple(index.languages()),
        )
    with rows_of_asts(generation) as read:
        share = Share(
            _all(generation, "lake_files", FILE_ROWS),
            _all(generation, "lake_asts", AST_ROWS),
            lambda table, ast_ids: read(f"lake_{table}", ast_ids),
        )
        return fill(folder, member, share)


def _all(database: Path, query: str, schema: pa.Schema) -> pa.Table:
    """Read a whole result; SQLite tells no types where there are no rows."""
    tables = [table for table in stream(database, query) if table.num_rows]
    fitting = (table.select(schema.names).cast(schema) for table in tables)
    return pa.concat_tables([schema.empty_table(), *fitting])
