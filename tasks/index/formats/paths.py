"""Paths that a reader can open from where it stands."""

from collections.abc import Mapping
from pathlib import Path


def prefixes(locations: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return for each root what turns a path in it into one that ``folder`` can open.

    ``locations`` are the absolute paths of roots by name. Inside of ``folder`` the paths are
    relative to it, elsewhere absolute.
    """
    return {root: _prefix(Path(location), folder) for root, location in locations.items()}


def _prefix(location: Path, folder: Path) -> str:
    if location == folder:
        return ""
    near = location.relative_to(folder) if location.is_relative_to(folder) else location
    return f"{near}/".replace("//", "/")
