"""What flagday writes itself for an index, wherever it lies: never a file of a root."""

from pathlib import Path

from tasks.plan import HOME
from tasks.store import generations
from tasks.store.audit import log_of


def own_folders(service: Path, artifacts: Path | None, backups: Path) -> tuple[Path, ...]:
    """Name the folders and files that an index, its runs and its backups consist of."""
    home = service.parent if service.parent.name == HOME else service.parent / HOME
    beside = (service.with_name(service.name + suffix) for suffix in ("-wal", "-shm", "-journal"))
    index = (service, service.resolve(), *beside, generations.folder_of(service), log_of(service))
    return (home, *index, backups, *((artifacts,) if artifacts else ()))
