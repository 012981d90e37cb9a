"""What flagday writes itself for an index, wherever it lies: never a file of a root."""

from pathlib import Path

from tasks.companion.place import belongings
from tasks.errors import PreconditionFailed
from tasks.faults import fault_of
from tasks.home import HOME
from tasks.roots.git import git
from tasks.store import generations, quarantine
from tasks.store.audit import log_of


def home_of(service: Path) -> Path:
    """Return the folder beside an index that holds its runs and Prefect's state."""
    folder = service.parent
    return folder if folder.name == HOME else folder / HOME


def require_own_home(service: Path) -> None:
    """Raise PreconditionFailed where a repository brings that folder along, or links for it.

    What lies there is believed, and written to; git is told to ignore what flagday makes.
    """
    home = home_of(service)
    if git(home.parent, "ls-files", "--", home.name).stdout:
        raise PreconditionFailed(
            f"{home} came with its git repository, and not from flagday",
            next_step=f"Take it out of git (`git rm -r {home.name}`), or name another place with "
            "--db. Nothing was changed.",
        )


def make_home(service: Path) -> Path:
    """Make that folder, of which git lists nothing. Raises PreconditionFailed where it cannot."""
    home = home_of(service)
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".gitignore").write_text("*\n", "utf-8")
    except OSError as error:
        raise PreconditionFailed(
            f"{home} cannot be written to: {fault_of(error)}",
            next_step="Name another place with --db. Nothing was changed.",
        ) from error
    return home


def own_folders(service: Path, artifacts: Path | None, backups: Path) -> tuple[Path, ...]:
    """Name the folders and files of an index, its companion, its runs and its backups."""
    beside = (service.with_name(service.name + suffix) for suffix in ("-wal", "-shm", "-journal"))
    index = (service, service.resolve(), *beside, generations.folder_of(service), log_of(service))
    ours = (*index, quarantine.folder_of(service), *belongings(service), backups)
    return (home_of(service), *ours, *((artifacts,) if artifacts else ()))
