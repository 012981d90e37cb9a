"""Files that the driver and all workers of a cluster see.

A storage is an absolute path, or the URI of any file system of pyarrow or, as ``fsspec+…://``, of
fsspec. Names are relative to it, with ``/``.
"""

import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import fs

from tasks.errors import StepFailed

_CHUNK_BYTES: Final = 1 << 20
_NOT_FOR_OTHERS: Final = 0o2770
_NEXT: Final = (
    "See that this host and the workers reach the storage, with its endpoint and credentials in "
    "their environments. The index in service is unchanged."
)


class Storage:
    """A place for files. Every method raises StepFailed where the storage does not do it."""

    def __init__(self, place: str) -> None:
        """Open a storage; a folder must exist."""
        self._place: Final = place
        with self._told("opened"):
            self._files, base = fs.FileSystem.from_uri(place)
        self._base: Final = base.rstrip("/")

    def make_folder(self, name: str) -> None:
        """Make a folder that nobody but the storage's own owner and group can enter.

        Object stores have no folders: whoever may read the bucket may read what is in it.
        """
        with self._told("written to"):
            if isinstance(self._files, fs.LocalFileSystem):
                mode = stat.S_IMODE(Path(self._base).stat().st_mode) & _NOT_FOR_OTHERS
                Path(self._base, name).mkdir()
                Path(self._base, name).chmod(mode)
            elif isinstance(self._files, fs.PyFileSystem):  # of fsspec: it may need one
                self._files.create_dir(self._path(name))

    def put(self, name: str, data: pa.Buffer | bytes) -> None:
        """Write a file, whole when this returns."""
        with self._told("written to"), self._files.open_output_stream(self._path(name)) as sink:
            sink.write(data)

    def put_file(self, name: str, source: Path) -> None:
        """Write a file that is the same as one of this host."""
        with pa.memory_map(str(source)) as mapped:
            self.put(name, mapped.read_buffer())

    def fetch(self, name: str, target: Path) -> str:
        """Copy a file to this host, for its owner alone; return the SHA-256 of what came."""
        digest = hashlib.sha256()
        target.touch(0o600)
        with (
            self._told("read"),
            self._files.open_input_stream(self._path(name)) as source,
            target.open("wb") as written,
        ):
            while chunk := source.read(_CHUNK_BYTES):
                digest.update(chunk)
                written.write(chunk)
        return digest.hexdigest()

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        with self._told("read"):
            return bool(self._files.get_file_info(self._path(name)).type == fs.FileType.File)

    def delete(self, name: str) -> None:
        """Delete a file, where it is there."""
        with self._told("written to"), suppress(FileNotFoundError):
            self._files.delete_file(self._path(name))

    def names(self) -> list[str]:
        """Return what lies in the storage, in order; not what lies in its folders."""
        with self._told("read"):
            found = self._files.get_file_info(fs.FileSelector(self._base, allow_not_found=True))
        return sorted(entry.base_name for entry in found)

    def delete_folder(self, name: str) -> None:
        """Delete a folder and all that is in it, where it is there."""
        with self._told("written to"), suppress(FileNotFoundError):
            self._files.delete_dir(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._base}/{name}"

    @contextmanager
    def _told(self, how: str) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            raise StepFailed(
                f"storage {self._place} cannot be {how}: {error}", next_step=_NEXT
            ) from error
