"""Where an answer stands, as a path that opens from the working folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.index import Document, Import, Index, Symbol, Use, UsingFile
    from tasks.lake.lake import Lake

    Answer = Document | Import | Symbol | Use | UsingFile  # whatever has a root and a path
    PathOf = Callable[[Answer], str]


def paths_from_here(index: Index | Lake, answers: Iterable[Answer]) -> PathOf:
    """Return what writes the path of an answer: relative to the working folder, else absolute.

    Where a root is not on this disk, or was read at a commit, it is ``root/path``.
    """
    before = prefixes_from_here(index, answers)
    return lambda answer: before[answer.root] + answer.path


def prefixes_from_here(index: Index | Lake, answers: Iterable[Answer]) -> dict[str, str]:
    """Return what such a path of an answer begins with, by its root."""
    named = {answer.root: f"{answer.root}/" for answer in answers}
    places = {root: place for root, place in index.roots().items() if root in named}
    return named | prefixes_on_disk(places, working_folder())


def prefixes_on_disk(locations: Mapping[str, str], folder: str) -> dict[str, str]:
    """Return ``prefixes``; of a root that is not on this disk it is the name of the root."""
    there = {
        root: place
        for root, place in locations.items()
        if os.path.isdir(place)  # noqa: PTH112 -- a Path takes longer
    }
    return {root: f"{root}/" for root in locations} | prefixes(there, folder)


def working_folder() -> str:
    """Return the working folder; where it was removed, a place in which nothing lies."""
    try:
        return os.getcwd()  # noqa: PTH109 -- as above
    except FileNotFoundError:
        return os.devnull


def prefixes(locations: Mapping[str, str], folder: str) -> dict[str, str]:
    """Return for each root what turns a path in it into one that ``folder`` can open.

    ``locations`` are the absolute paths of roots by name. Inside of ``folder``, which is absolute,
    the paths are relative to it, elsewhere absolute.
    """
    inside = f"{folder}/".replace("//", "/")
    places = {root: f"{location}/".replace("//", "/") for root, location in locations.items()}
    return {root: place.removeprefix(inside) for root, place in places.items()}


def listed(words: Iterable[str], most: int = 5) -> str:
    """Write words as a person lists them; of many, the first."""
    shown = list(words)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
    before = [", ".join(shown[:-1])] if shown[1:] else []
    return " and ".join([*before, *shown[-1:]])
