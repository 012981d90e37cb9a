"""What flagday writes itself for an index, wherever it lies: never a file of a root."""

from pathlib import Path

from tasks.companion.place import belongings
from tasks.errors import PlanInvalid, PreconditionFailed
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
    return (home_of(service), *_data(service), backups, *((artifacts,) if artifacts else ()))


def require_not_own(target: Path, service: Path, *folders: Path) -> None:
    """Raise PlanInvalid where a command is told to write in the place of an index, or inside.

    ``folders`` are refused besides. Among the runs of an index anyone may write.
    """
    places = _places(target)
    for own in (*_data(service), *folders):
        if any(place.is_relative_to(known) for place in places for known in _places(own)):
            raise PlanInvalid(
                f"{target} belongs to the index {service}",
                next_step="Name another place to write to. Nothing was written.",
            )


def _data(service: Path) -> tuple[Path, ...]:
    """Name what an index and its companion consist of, and what says what became of them."""
    files = (
        location.with_name(location.name + suffix)
        for location in (service, service.resolve())
        for suffix in ("", "-wal", "-shm", "-journal")
    )
    folders = (generations.folder_of(service), quarantine.folder_of(service))
    return (*files, *folders, log_of(service), *belongings(service))


def _places(path: Path) -> set[Path]:
    """Return where a path is, and where it leads."""
    return {path.absolute().parent.resolve() / path.name, path.resolve()}
