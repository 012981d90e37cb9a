"""What of a lake is as it was written. Nothing else of it is ever copied into another partition."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tasks.errors import StepFailed
from tasks.lake.catalogue import Catalogue, Partition
from tasks.whole_files import file_sha256

_Read = TypeVar("_Read")


class Damaged(Exception):  # noqa: N818 -- named after what happened
    """A file that the catalogue names is gone, or is not the one that was written."""


def bytes_of(folder: Path, partition: Partition) -> bytes:
    """Read the file of a partition. Raises Damaged, StepFailed."""
    read = _read(folder / partition.path, Path.read_bytes)
    if read is None or hashlib.sha256(read).hexdigest() != partition.sha256:
        raise Damaged(partition.path)
    return read


def without_damage(folder: Path, catalogue: Catalogue) -> Catalogue:
    """Leave out of a catalogue what is damaged; reads every byte.

    With symbols or refs go the ASTs that tell which rows there must be. What a file of files held,
    nobody knows any more: no index is whole then. Raises StepFailed.
    """
    damaged = {each for each in catalogue.partitions if not _is_as_written(folder, each)}
    has_lost_files = any(each.table == "files" for each in damaged)
    places = {each.place for each in damaged if each.table != "files"}
    return Catalogue(
        indexes=tuple(
            each.model_copy(update={"is_whole": each.is_whole and not has_lost_files})
            for each in catalogue.indexes
        ),
        partitions=tuple(
            each
            for each in catalogue.partitions
            if each not in damaged and (each.table == "files" or each.place not in places)
        ),
    )


def rows_lost(folder: Path, indexes: Iterable[str]) -> str:
    """Tell which indexes are not whole in a lake, and what makes them so again."""
    return (
        f"the lake {folder} lacks rows of {', '.join(indexes)}, lost with a damaged file: to have "
        "them again, export these indexes"
    )


def _is_as_written(folder: Path, partition: Partition) -> bool:
    return _read(folder / partition.path, file_sha256) == partition.sha256


def _read(file: Path, reading: Callable[[Path], _Read]) -> _Read | None:
    """Read a file; None where there is none. One that is kept from us may be whole."""
    try:
        return reading(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StepFailed(
            f"{file} of the lake cannot be read: {error.strerror or error}",
            next_step="Mend that, or delete the file, and export again. Readers see the lake of "
            "before.",
        ) from error
