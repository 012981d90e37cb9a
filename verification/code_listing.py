"""Code paths as a page lists them: file by file, each with an anchor that stays the same."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code path of the inventory, and where on the page it stands."""

    anchor: str
    path: dict[str, Any]  # as in inventory.json
    problems: tuple[str, ...]  # none: nothing to mend


@dataclass(frozen=True, slots=True)
class CodeFile:
    """The listed code paths of one file."""

    anchor: str
    name: str  # code root/file
    lines: tuple[CodeLine, ...]


def code_listing(paths: list[dict[str, Any]], limit: int) -> list[CodeFile]:
    """Group at most ``limit`` code paths by file. Those with a problem are chosen first."""
    chosen = sorted(paths, key=lambda path: not problems_of(path))[:limit]
    files = groupby(sorted(chosen, key=_place), key=lambda path: (path["root"], path["file"]))
    return [_file(f"{root}/{file}", list(members)) for (root, file), members in files]


def problems_of(path: dict[str, Any]) -> tuple[str, ...]:
    """Say what is to be mended at a code path before it works on schema v5."""
    said = []
    if not path["tables"]:
        said.append("cannot be classified")
    if path["error"]:
        said.append("breaks on v5")
    if path["forbidden_columns"]:
        said.append(f"forbidden: {', '.join(path['forbidden_columns'])}")
    if path["changes"] and not path["breaks_on_v5"]:
        said.append("answers otherwise on v5")
    return tuple(said)


def _place(path: dict[str, Any]) -> tuple[str, str, int, str]:
    return path["root"], path["file"], path["line"], path["statement"]


def _file(name: str, paths: list[dict[str, Any]]) -> CodeFile:
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    anchor = f"code-{digest}"
    seen = Counter[int]()
    lines = []
    for path in paths:
        seen[path["line"]] += 1
        again = f"-{seen[path['line']]}" if seen[path["line"]] > 1 else ""
        lines.append(CodeLine(f"{anchor}-L{path['line']}{again}", path, problems_of(path)))
    return CodeFile(anchor, name, tuple(lines))
