"""Which indexes are in a lake, and whether one may be: by its name, and by the roots it has."""

from collections.abc import Collection
from pathlib import Path
from shlex import quote

from tasks.errors import PreconditionFailed
from tasks.lake.catalogue import CATALOGUE, Catalogue, read_catalogue
from tasks.lake.sweeping import foreign_entries


def catalogue_for(folder: Path, name: str, roots: Collection[str]) -> Catalogue:
    """Return what is in a lake that an index of these roots may be put into, or be renewed in.

    It is empty where no export has come to its end. Raises PreconditionFailed where the folder is
    no lake, where another index has one of the roots, and where the index by this name has none of
    them; OSError.
    """
    catalogue = _catalogue_of(folder)
    members = {member.name: member for member in catalogue.indexes}
    place = quote(str(folder))
    for other in members.values():
        if other.name != name and (taken := sorted(other.roots.keys() & roots)):
            raise PreconditionFailed(
                f"the root {taken[0]} is in the lake {folder} already, from the index {other.name}",
                next_step="If that is this index under a former name, take it out with "
                f"`flagday export --layout lake --to {place} --drop {quote(other.name)}`; else "
                "give the root another name in the plan. The lake is unchanged.",
            )
    known = members.get(name)
    if known and known.roots and roots and not known.roots.keys() & roots:
        had = ", ".join(sorted(known.roots))
        raise PreconditionFailed(
            f"the lake {folder} has an index {name} of other roots: {had}",
            next_step="If these are this index's former roots, take it out with "
            f"`flagday export --layout lake --to {place} --drop {quote(name)}`; else call this "
            "one otherwise: --as, or lake.name in the plan. The lake is unchanged.",
        )
    return catalogue


def require_index(folder: Path, name: str, catalogue: Catalogue) -> None:
    """Raise PreconditionFailed where a lake has no index of this name."""
    names = [member.name for member in catalogue.indexes]
    if name not in names:
        raise PreconditionFailed(
            f"the lake {folder} has no index {name}",
            next_step=f"It has: {', '.join(names) or 'none'}. The lake is unchanged.",
        )


def _catalogue_of(folder: Path) -> Catalogue:
    if (folder / CATALOGUE).exists():
        return read_catalogue(folder)
    if folder.exists() and (foreign := foreign_entries(folder)):
        raise PreconditionFailed(
            f"{folder} is no lake, and has {foreign[0]} in it",
            next_step="Name a folder that is empty or not there yet. Nothing was changed.",
        )
    return Catalogue(indexes=(), partitions=())
