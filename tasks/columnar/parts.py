"""A part is one file: an Arrow IPC stream a table, one after the other, in the order of TABLES."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path

import pyarrow as pa
from pyarrow import ipc

from tasks.contracts import Part
from tasks.errors import StepFailed
from tasks.rows import TABLES
from tasks.whole_files import file_sha256, written_whole

_PRIVATE = 0o600  # a part holds what the index holds
_OPTIONS = ipc.IpcWriteOptions(compression="lz4")


def write_part(path: Path, batches: Iterable[dict[str, pa.RecordBatch]]) -> Part:
    """Write the rows of one slice; the file appears whole or not at all."""
    columns: dict[str, list[pa.RecordBatch]] = {table: [] for table in TABLES}
    for batch in batches:
        for table, part in batch.items():
            columns[table].append(part)
    with written_whole(path, _PRIVATE) as unfinished:
        with pa.OSFile(str(unfinished), "wb") as sink:
            for table, schema in TABLES.items():
                with ipc.new_stream(sink, schema, options=_OPTIONS) as writer:
                    for part in columns[table]:
                        writer.write_batch(part)
        digest = file_sha256(unfinished)
    rows = {table: sum(part.num_rows for part in parts) for table, parts in columns.items()}
    return Part(path, digest, rows)


def read_part(part: Part) -> Iterator[tuple[str, pa.Table]]:
    """Yield each table of a part by name, in the order of TABLES.

    Raises StepFailed where the part does not hold the very bytes that were written.
    """
    if file_sha256(part.path) != part.sha256:
        raise StepFailed(
            f"{part.path} does not hold the bytes that were written to it",
            next_step="Look after the disk and the memory, and run again. "
            "The index in service is unchanged.",
        )
    with pa.memory_map(str(part.path)) as source:
        for table in TABLES:
            with ipc.open_stream(source) as reader:
                yield table, reader.read_all()


def read_part_table(part: Part, name: str) -> pa.Table:
    """Return one table of a part; those before it are passed over, compressed as they are."""
    with pa.memory_map(str(part.path)) as source:
        for _ in takewhile(name.__ne__, TABLES):
            deque(ipc.MessageReader.open_stream(source), maxlen=0)
        with ipc.open_stream(source) as reader:
            return reader.read_all()
