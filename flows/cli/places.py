"""Where an answer stands, as a path that opens from the working folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
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
    from tasks.index.formats.paths import prefixes  # noqa: PLC0415 -- help needs none

    named = {answer.root for answer in answers}
    places = {root: place for root, place in index.roots().items() if root in named}
    there = {root: place for root, place in places.items() if os.path.isdir(place)}  # noqa: PTH112 -- of thousands
    before = {root: f"{root}/" for root in named} | prefixes(there, Path.cwd())
    return lambda answer: before[answer.root] + answer.path


def listed(words: Iterable[str], most: int = 5) -> str:
    """Write words as a person lists them; of many, the first."""
    shown = list(words)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
    before = [", ".join(shown[:-1])] if shown[1:] else []
    return " and ".join([*before, *shown[-1:]])
