"""What flagday writes itself for an index, wherever it lies: never a file of a root."""

from pathlib import Path

from tasks.companion.place import belongings
from tasks.home import HOME
from tasks.store import generations, quarantine
from tasks.store.audit import log_of


def home_of(service: Path) -> Path:
    """Return the folder beside an index that holds its runs and Prefect's state."""
    folder = service.parent
    return folder if folder.name == HOME else folder / HOME


def own_folders(service: Path, artifacts: Path | None, backups: Path) -> tuple[Path, ...]:
    """Name the folders and files of an index, its companion, its runs and its backups."""
    beside = (service.with_name(service.name + suffix) for suffix in ("-wal", "-shm", "-journal"))
    index = (service, service.resolve(), *beside, generations.folder_of(service), log_of(service))
    ours = (*index, quarantine.folder_of(service), *belongings(service), backups)
    return (home_of(service), *ours, *((artifacts,) if artifacts else ()))
