"""A first plan as text: what was found, and what else can be said, commented out.

A comment that starts with ``#key`` is TOML; one that starts with ``# `` is prose.
"""

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from tasks.plan import Legacy
from tasks.surroundings.found import Builders, Daemon, Surroundings, Unit

_TEMPLATE: Final = "flagday.toml.j2"
_UNKNOWN: Final = "false # say how"  # a command that fails until somebody does


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A builder, as a section of the plan."""

    why: str
    keys: Mapping[str, str | list[str]]


def plan_text(found: Surroundings) -> str:
    """Write a plan that names what was found."""
    database = found.database
    tables = database.tables if database and database.is_legacy else ()
    template = _templates().get_template(_TEMPLATE)
    return template.render(
        db=_short(database.path, found.folder) if database else None,
        said_of_db=_said_of(found),
        others=[
            {"what": other.what, "path": _short(other.path, found.folder)} for other in found.others
        ],
        workers=len(os.sched_getaffinity(0)),
        code=[_short(path, found.folder) for path in found.code],
        roots_from=found.roots_from or "a guess",
        roots=[_short(path, found.folder) for path in found.roots],
        tables=[] if tables == Legacy().tables else list(tables),
        unknown=list(database.unknown) if database else [],
        legacy_roots=database.roots if database and database.is_legacy else None,
        cron=found.builders.cron,
        builders=list(_suggestions(found.builders, found.folder)),
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("tasks.surroundings", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- TOML; every value goes through the filter `toml`
    )
    environment.filters |= {"toml": _toml, "prose": _prose}
    return environment


def _toml(value: str | list[str]) -> str:
    """Write a string, or a list of them, as TOML does: it escapes as JSON does, and DEL too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _said_of(found: Surroundings) -> str:
    database = found.database
    if database is None:
        return ""
    if database.is_legacy:
        return f"The index in service is legacy: {database.what}. A run rebuilds it."
    if database.unknown:
        return "The index in service: of another make, without tables that are known. See [legacy]."
    if database.what or database.path.exists():
        return "The index in service."
    return "The index in service; it is not there yet."


def _suggestions(builders: Builders, folder: Path) -> Iterator[Suggestion]:
    units = dict.fromkeys(builders.units)
    for daemon in builders.daemons:
        if daemon.unit:
            units.setdefault(daemon.unit)
        else:
            yield _daemon(daemon, folder)
    for unit in units:
        yield _unit(unit)


def running(found: Surroundings) -> list[str]:
    """Name the suggested builders that have the database open for writing now."""
    suggested = (
        _unit(daemon.unit) if daemon.unit else _daemon(daemon, found.folder)
        for daemon in found.builders.daemons
    )
    names = (suggestion.keys["name"] for suggestion in suggested)
    return list(dict.fromkeys(map(str, names)))


def _unit(unit: Unit) -> Suggestion:
    name = unit.name.rpartition(".")[0]
    keys = {"name": name, "kind": "systemd", "unit": unit.name, "scope": unit.scope}
    return Suggestion(f"systemd runs {unit.name} for this database.", keys)


def _daemon(daemon: Daemon, folder: Path) -> Suggestion:
    words = daemon.command.split()
    program = next((word for word in reversed(words) if not word.startswith("-")), "builder")
    why = f"pid {daemon.pid} has it open for writing: {daemon.command}"
    name = Path(program).stem
    if daemon.pid_file is None:
        commands = {"stop": _UNKNOWN, "start": _UNKNOWN}
        return Suggestion(why, {"name": name, "kind": "command", **commands})
    start = ["sh", "-c", f"cd {shlex.quote(str(daemon.folder))} && {shlex.join(words)} &"]
    keys: dict[str, str | list[str]] = {"name": name, "kind": "pid_file"}
    keys |= {"pid_file": _short(daemon.pid_file, folder), "command": program, "start": start}
    return Suggestion(why, keys)


def _prose(text: str) -> str:
    """Write text as a comment can hold it: on one line, without control characters."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _short(path: Path, folder: Path) -> str:
    """Write a path from the folder of the plan, where it lies below."""
    below = str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
    return str(path) if below.startswith("~") else below  # else it would be somebody's home
