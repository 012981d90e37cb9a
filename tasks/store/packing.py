"""The format of a backup: a database as zstd frames, and at the end what it must unpack to.

::

    zstd frame      4 MiB of the database, with its size and its checksum   } as many as it takes
    skippable frame magic 0x184D2A5E, length (4 bytes, little-endian),
                    description (JSON), SHA-256 of all bytes of the file before it (32 bytes)

The checksums are in the file itself: a sidecar can be lost or belong to another file, and two
files cannot be renamed at once. ``zstd -d`` unpacks a backup too, for it skips the description.
"""

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Self

import zstandard

from tasks.errors import BackupDamaged, PreconditionFailed
from tasks.store.permissions import create_private

FORMAT: Final = 1
_MAGIC: Final = 0x184D2A5E
_MAGIC_BYTES: Final = _MAGIC.to_bytes(4, "little")
_LONGEST: Final = 64 << 10  # of a description; a path has 4 KiB at most
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_HEAD: Final = struct.Struct("<II")
_DIGEST_BYTES: Final = 32
FRAME_BYTES: Final = 4 << 20
_READ_BYTES: Final = 1 << 20
_STEP_BYTES: Final = 2048  # can become 64 MiB at most, however it was packed
_LEVEL: Final = 1  # of an index, 6 % more bytes than with 3, and a third less time
_FRAMES_AT_ONCE: Final = 8
_NEXT: Final = "Look for another copy of this file. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Description:
    """What a backup holds."""

    format: int
    made_at: str  # UTC, ISO 8601
    tool_version: str
    database: str  # path of the index, as it was named
    generation: str | None  # what the index was named as a generation; None: a plain file
    schema_version: int  # of our lineage; 0 where it is none
    size_bytes: int  # of the database
    sha256: str  # of the database, hexadecimal


def pack(
    pieces: Iterator[bytes], describe: Callable[[int, str], Description], target: Path
) -> Description:
    """Write a database, which comes in pieces of FRAME_BYTES, as a backup.

    ``describe`` is given its size in bytes and its SHA-256, hexadecimal; what it says is returned.
    """
    compressor = zstandard.ZstdCompressor(
        level=_LEVEL, write_content_size=True, write_checksum=True
    )
    found, size_bytes = hashlib.sha256(), 0
    with _HashingBeside() as plain, create_private(target).open("wb") as sink:

        def write(data: bytes) -> None:
            found.update(data)
            sink.write(data)

        while batch := [*islice(pieces, _FRAMES_AT_ONCE)]:
            plain.update(batch)
            size_bytes += sum(map(len, batch))
            frames = compressor.multi_compress_to_buffer([*batch], threads=-1)
            for number in range(len(frames)):
                write(frames[number].tobytes())
        description = describe(size_bytes, plain.hexdigest())
        said = json.dumps(asdict(description), sort_keys=True).encode()
        write(_HEAD.pack(_MAGIC, len(said) + _DIGEST_BYTES) + said)
        sink.write(found.digest())
    return description


def unpack(backup: Path, sink: BinaryIO) -> Description:
    """Write the database that a backup holds; return the description that it was checked against.

    Raises BackupDamaged with the place where a byte differs or is missing.
    """
    reader, size_bytes = _Reader(backup), 0
    with _HashingBeside() as plain, backup.open("rb") as source:
        for chunk in reader.frames(source):
            plain.update([chunk])
            size_bytes += len(chunk)
            sink.write(chunk)
        description = reader.description(source)
        if (plain.hexdigest(), size_bytes) != (description.sha256, description.size_bytes):
            raise reader.damaged("its frames do not hold the database that it describes")
    return description


def described(backup: Path) -> Description | None:
    """Return what a backup says at its end that it holds; None where nothing there says so.

    Its bytes are not compared with anything: that takes reading all of them.
    """
    with backup.open("rb") as source:
        size = source.seek(0, os.SEEK_END)
        source.seek(max(size - _LONGEST, 0))
        end = source.read()
    at = end.rfind(_MAGIC_BYTES, 0, -_DIGEST_BYTES)
    if at < 0 or _HEAD.unpack_from(end, at)[1] != len(end) - at - _HEAD.size:
        return None
    try:
        return _described(end[at + _HEAD.size : -_DIGEST_BYTES])
    except (ValueError, TypeError, LookupError, PreconditionFailed):
        return None


class _HashingBeside:
    """SHA-256 of what goes by, in a thread beside the one that packs or unpacks it."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def update(self, pieces: list[bytes]) -> None:
        """Take more in, once what came before is in."""
        self._settle()
        self._under_way = self._thread.submit(self._take, pieces)

    def hexdigest(self) -> str:
        """Return the digest of all that came."""
        self._settle()
        return self._digest.hexdigest()

    def _take(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._digest.update(piece)

    def _settle(self) -> None:
        if self._under_way:
            self._under_way.result()


class _Reader:
    """Read a backup from its start, and know the place."""

    def __init__(self, backup: Path) -> None:
        self._backup = backup
        self._seen = hashlib.sha256()
        self._pending = b""
        self._at = 0  # offset of the pending bytes in the file

    def frames(self, source: BinaryIO) -> Iterator[bytes]:
        """Yield what each frame holds, up to the description."""
        number = 0
        while True:
            self._fill(source, len(_ZSTD_MAGIC))
            if not self._pending.startswith(_ZSTD_MAGIC):
                return
            number += 1
            yield self._frame(source, number)

    def description(self, source: BinaryIO) -> Description:
        """Return what stands at the end of the file."""
        head = self._take(source, _HEAD.size)
        magic, length = _HEAD.unpack(head)
        if magic != _MAGIC:
            raise self.damaged(f"neither a frame nor its description at byte {self._at - 8}")
        at, left = self._at, self._backup.stat().st_size - self._at
        if length != left or length < _DIGEST_BYTES:
            raise self.damaged(f"{left} bytes of description at byte {at}, not {length}")
        said = self._take(source, length - _DIGEST_BYTES)
        expected = self._seen.digest()
        if self._take(source, _DIGEST_BYTES) != expected:
            raise self.damaged(f"the frames are sound; bytes {at} to {at + length} are not")
        return _described(said)

    def damaged(self, where: str) -> BackupDamaged:
        """Say where a backup is damaged."""
        return BackupDamaged(f"{self._backup} is damaged: {where}", next_step=_NEXT)

    def _frame(self, source: BinaryIO, number: int) -> bytes:
        start, held, size_bytes = self._at, [], 0
        frame = zstandard.ZstdDecompressor().decompressobj()
        while not frame.eof:
            self._fill(source, 1)
            if not self._pending:
                raise self.damaged(f"it ends at byte {self._at}, inside of frame {number}")
            used = 0
            while used < len(self._pending) and not frame.eof:
                fed = self._pending[used : used + _STEP_BYTES]
                try:
                    held.append(frame.decompress(fed))
                except zstandard.ZstdError as error:
                    raise self.damaged(f"frame {number}, at byte {start}: {error}") from error
                used += len(fed) - len(frame.unused_data)
                size_bytes += len(held[-1])
                if size_bytes > FRAME_BYTES:
                    raise self.damaged(f"frame {number}, at byte {start}, has no end")
            self._pass(self._pending[:used])
            self._pending = self._pending[used:]
        return b"".join(held)

    def _take(self, source: BinaryIO, length: int) -> bytes:
        self._fill(source, length)
        taken, self._pending = self._pending[:length], self._pending[length:]
        if len(taken) < length:
            raise self.damaged(f"it ends at byte {self._at + len(taken)}, before its checksum")
        self._pass(taken)
        return taken

    def _fill(self, source: BinaryIO, length: int) -> None:
        while len(self._pending) < length and (more := source.read(_READ_BYTES)):
            self._pending += more

    def _pass(self, taken: bytes) -> None:
        self._seen.update(taken)
        self._at += len(taken)


def _described(said: bytes) -> Description:
    """Read a description that its checksum has proven."""
    stated = json.loads(said)
    if stated["format"] > FORMAT:
        raise PreconditionFailed(
            f"the backup has format {stated['format']}, newer than this flagday ({FORMAT})",
            next_step="Use a newer flagday. Nothing was changed.",
        )
    return Description(**stated)
