"""Universal Ctags, where it is installed: run it on files, read what it says."""

import json
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_TIMEOUT_S: Final = 600.0
_COMMAND: Final = (
    "ctags",
    "--options=NONE",
    "--output-format=json",
    "--fields=+n",
    "--sort=no",
    "-f",
    "-",
    "-L",
    "-",
)
_ANONYMOUS: Final = (
    "__anon",
    "anonFunc",
    "anonymousFunction",
    "AnonymousFunction",
    "Anonymous",
    "<",
)  # names it makes up


class Unusable(Exception):  # noqa: N818 -- says what is wrong
    """There is no ctags that could be asked; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Tag:
    """One definition as ctags reports it."""

    path: str  # as it was given
    line: int  # from 1
    name: str
    kind: str  # in the words of ctags
    scope_kind: str = ""  # of the definition around it; '' where it says none
    scope: str = field(default="", compare=False)  # the path of that
    text: str = field(default="", compare=False)  # the line, cut where it is long


def version() -> str:
    """Return the first line of ``ctags --version``, up to its date. Raises Unusable."""
    said = _run(("ctags", "--version"), b"").decode(errors="replace")
    first = said.partition("\n")[0].partition(",")[0].strip()
    if not first.startswith("Universal Ctags"):
        raise Unusable(f"ctags is {first or 'mute'}, and not Universal Ctags")
    if b"json" not in _run(("ctags", "--list-features"), b""):
        raise Unusable(f"{first} was built without JSON")
    return first


def tags_of(language: str, paths: Iterable[str], scratch: Path) -> set[Tag]:
    """Return what ctags finds in files, all taken as of one language, in its own words for both.

    It writes down in a folder what it finds, before it tells. Raises Unusable.
    """
    command = (*_COMMAND, f"--language-force={language}")
    listed = "".join(f"{path}\n" for path in paths).encode(errors="surrogateescape")
    return read_tags(_run(command, listed, scratch))


def read_tags(said: bytes) -> set[Tag]:
    """Read the JSON lines of ctags; names that it makes up are left out. Raises Unusable."""
    tags = set()
    for line in said.splitlines():
        try:
            entry: dict[str, Any] = json.loads(line.decode(errors="replace"))
        except ValueError as error:
            raise Unusable(f"ctags said what is no JSON: {error}") from error
        if entry.get("_type") == "tag" and not entry["name"].startswith(_ANONYMOUS):
            place = (entry["path"], entry["line"], _spelled(entry["name"]))
            scope = (entry.get("scopeKind", ""), entry.get("scope", ""))
            tags.add(Tag(*place, entry["kind"], *scope, _line(entry.get("pattern", ""))))
    return tags


def _spelled(name: str) -> str:
    """Spell an operator as sources and readers do: ``operator ()`` is ``operator()``."""
    return re.sub(r"^operator (?=[^\w\s])", "operator", name)


def _line(pattern: str) -> str:
    """Return the line that a search pattern of ctags finds: ``/^line$/`` or, cut, ``/^line/``."""
    return pattern.removeprefix("/^").removesuffix("/").removesuffix("$")


def _run(command: tuple[str, ...], fed: bytes, scratch: Path | None = None) -> bytes:
    told = os.environ | ({"TMPDIR": str(scratch)} if scratch else {})
    try:
        done = subprocess.run(
            command, input=fed, capture_output=True, env=told, timeout=_TIMEOUT_S, check=False
        )
    except FileNotFoundError as error:
        raise Unusable("ctags is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise Unusable(f"ctags took longer than {_TIMEOUT_S:g} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise Unusable(f"ctags ended with {done.returncode}: {' '.join(said)}")
    return done.stdout
