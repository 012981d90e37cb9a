"""Arrow tables as files: what discovery hands to extraction and load."""

from pathlib import Path

import pyarrow as pa
from pyarrow import ipc


def write_table(path: Path, table: pa.Table) -> Path:
    """Write one table, for its owner alone; return the path."""
    path.touch(0o600)
    with pa.OSFile(str(path), "wb") as sink, ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return path


def read_table(path: Path) -> pa.Table:
    """Read one table, mapped into memory."""
    with pa.memory_map(str(path)) as source, ipc.open_file(source) as reader:
        return reader.read_all()
