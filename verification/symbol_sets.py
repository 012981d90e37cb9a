"""The digest of a symbol set: the same for equal rows, whoever wrote the Parquet file and how.

Per column three SHA-256 are taken over all rows in order: validity (one byte a row, 1 for a
value), lengths (little-endian int64; texts and bytes only), values (the bytes one after the other,
or little-endian int64). The digest is the SHA-256 over the number of rows and, per column, its
name and these digests. Nulls have length and value 0. Encodings, row groups, compression and
statistics do not count.
"""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

SETS: Final = ("asts", "files", "refs", "symbols")
_BATCH_ROWS: Final = 1 << 15  # small enough that memory is used again, and not given back
_READERS: Final = 2  # columns at once; reading and hashing leave the interpreter to others


@dataclass(frozen=True, slots=True)
class SetDigest:
    """How many rows a symbol set has, and which."""

    rows: int
    sha256: str  # hexadecimal


@dataclass(slots=True)
class Column:
    """What is hashed of one column."""

    validity: Any = field(default_factory=hashlib.sha256)
    lengths: Any = field(default_factory=hashlib.sha256)
    values: Any = field(default_factory=hashlib.sha256)

    def feed(self, rows: "pa.Array[Any]") -> None:
        """Take the next rows."""
        plain = rows.dictionary_decode() if types.is_dictionary(rows.type) else rows
        self.validity.update(plain.is_valid().cast(pa.uint8()).to_numpy().tobytes())
        if types.is_integer(plain.type) or types.is_boolean(plain.type):
            self.values.update(plain.cast(pa.int64()).fill_null(0).to_numpy().tobytes())
        else:
            self._feed_bytes(plain.cast(pa.large_binary()).fill_null(b""))

    def _feed_bytes(self, texts: "pa.LargeBinaryArray") -> None:
        self.lengths.update(pc.binary_length(texts).to_numpy().tobytes())
        _validity, offsets, values = texts.buffers()
        if values is not None:
            bounds = memoryview(offsets).cast("q")[texts.offset :]
            self.values.update(memoryview(values)[bounds[0] : bounds[len(texts)]])

    def digest(self) -> bytes:
        """Return the three digests, one after the other."""
        return bytes(self.validity.digest() + self.lengths.digest() + self.values.digest())


def set_digest(file: Path) -> SetDigest:
    """Return the digest of one symbol set. Raises OSError or ArrowException for no Parquet file."""
    with pq.ParquetFile(file) as parquet:
        names: list[str] = parquet.schema_arrow.names
        rows: int = parquet.metadata.num_rows
    with ThreadPoolExecutor(_READERS) as readers:
        digests = list(readers.map(partial(_column_digest, file), names))
    return joined(rows, dict(zip(names, digests, strict=True)))


def joined(rows: int, digests: Mapping[str, bytes]) -> SetDigest:
    """Return the digest over the columns of a set, by name, in order."""
    whole = hashlib.sha256(rows.to_bytes(8, "little"))
    for name, digest in digests.items():
        whole.update(name.encode() + b"\0" + digest)
    return SetDigest(rows, whole.hexdigest())


def _column_digest(file: Path, name: str) -> bytes:
    column = Column()
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(_BATCH_ROWS, columns=[name], use_threads=False):
            column.feed(batch.column(0))
    return column.digest()


def set_digests(folder: Path) -> dict[str, SetDigest]:
    """Return the digest of each symbol set in a folder of exports."""
    return {name: set_digest(folder / f"{name}.parquet") for name in SETS}
