"""Whether a lake is what its catalogue says: every file is there, whole, and no other."""

from collections.abc import Iterator
from pathlib import Path

from tasks.lake.catalogue import Partition, read_catalogue
from tasks.lake.sweeping import leftovers
from tasks.whole_files import file_sha256


def problems(folder: Path) -> list[str]:
    """Tell which files are missing, changed or too many, one sentence each; reads every byte.

    Raises what ``read_catalogue`` raises.
    """
    catalogue = read_catalogue(folder)
    changed = [problem for each in catalogue.partitions for problem in _problems(folder, each)]
    more = leftovers(folder, catalogue)
    return [*changed, *(f"{path.relative_to(folder)} is in no catalogue" for path in more)]


def _problems(folder: Path, partition: Partition) -> Iterator[str]:
    try:
        digest = file_sha256(folder / partition.path)
    except OSError as error:
        yield f"{partition.path} cannot be read: {error.strerror or error}"
        return
    if digest != partition.sha256:
        yield f"{partition.path} is not the file that was written"
