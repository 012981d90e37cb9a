"""The git repository that keeps the artifacts of runs."""

import os
import re
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tasks.errors import StepFailed

_TIMEOUT_S: Final = 600.0
_OF_ROOT: Final = {"local", "worktree"}  # scopes of settings that a repository brings along
_OF_USER: Final = (
    "GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"
)  # fmt: skip
_FILTER: Final = re.compile(r"filter\.(?s:.*)\.(clean|smudge|process)")
_SIGNS: Final = re.compile(r"gpg\.((?s:.*)\.)?(program|defaultkeycommand)", re.IGNORECASE)
_NO_PROGRAM: Final = ""
_SAFE: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "maintenance.auto": "false",  # gc.recentObjectsHook is a program
    "gc.auto": "0",
}
_NO_SUBMODULES: Final = "--ignore-submodules=dirty"  # to look into them would heed their settings


def top_of(folder: Path) -> Path | None:
    """Return the top of the work tree around ``folder`` (which need not exist yet), or None."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    found = _git(existing, "rev-parse", "--show-toplevel")
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def is_clean(repository: Path, but: Collection[Path]) -> bool:
    """Tell whether nothing is changed, staged or untracked, but what flagday itself writes.

    What a killed run has left among the reports goes with those of the next one. Raises StepFailed
    where git cannot tell.
    """
    top = repository.resolve()
    places = {path.parent.resolve() / path.name for path in but} | {path.resolve() for path in but}
    inside = sorted(path.relative_to(top) for path in places if path.is_relative_to(top))
    return not _status(repository, ".", *(f":(top,exclude,literal){path}" for path in inside))


def is_ignored(folder: Path) -> bool:
    """Tell whether git's ignore rules keep ``folder`` out of its repository."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    return _git(existing, "check-ignore", "--quiet", "--", str(folder)).returncode == 0


def why_nameless(repository: Path) -> str | None:
    """Say why git has no name or address to commit with; None where it has both."""
    for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        asked = _git(repository, "var", who)
        if asked.returncode:
            *_, why = asked.stderr.strip().splitlines() or [f"no {who}"]
            return why.removeprefix("fatal: ")
    return None


def commit(folder: Path, message: str) -> None:
    """Commit what is new in ``folder``, and nothing else. Raises StepFailed where git refuses."""
    if not _status(folder, "."):
        return
    for words in (("add", "--", "."), ("commit", "--quiet", "-m", message, "--", ".")):
        _done(folder, *words)


def _status(folder: Path, *paths: str) -> str:
    return _done(folder, "status", "--porcelain", _NO_SUBMODULES, "--", *paths).strip()


def _done(folder: Path, *words: str) -> str:
    """Return what git says. Raises StepFailed where it refuses."""
    done = _git(folder, *words)
    if done.returncode:
        raise StepFailed(
            f"git {words[0]} in {folder} failed: {done.stderr.strip() or done.stdout.strip()}",
            next_step="Mend the repository (user.name?), then commit the folder by hand "
            "or run again.",
        )
    return done.stdout


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run git, and nothing that the repository itself brings along: it may be anyone's root.

    The settings of whoever runs flagday count; hooks and the programs that the repository's own
    settings name do not. Raises StepFailed where git takes too long.
    """
    return _run(folder, words, {**_SAFE, **_disarmed(folder)})


def _disarmed(folder: Path) -> dict[str, str]:
    """Return the settings of a repository that name programs, as settings that name none."""
    listed = _run(folder, ("config", "--null", "--show-scope", "--name-only", "--list"), {})
    words = listed.stdout.split("\0")[:-1]
    own = {key for scope, key in zip(words[::2], words[1::2], strict=True) if scope in _OF_ROOT}
    safe = {key: _NO_PROGRAM for key in sorted(own) if _FILTER.match(key)}
    for key in sorted(own):
        if _FILTER.match(key):
            safe[f"{key.rpartition('.')[0]}.required"] = "false"
        elif _SIGNS.match(key):
            safe["commit.gpgSign"] = "false"
    return safe


def _run(
    folder: Path, words: tuple[str, ...], settings: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run git with settings that win over all others, whatever stands in their keys."""
    kept = (key for key in os.environ if not key.startswith("GIT_") or key.startswith(_OF_USER))
    environment = {key: os.environ[key] for key in kept} | {"GIT_ALLOW_PROTOCOL": "none"}
    environment["GIT_CONFIG_COUNT"] = str(len(settings))
    for number, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            stdin=subprocess.DEVNULL,  # nothing waits for somebody to type
            check=False,
            env=environment,
            timeout=_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise StepFailed(
            f"git in {folder} took longer than {_TIMEOUT_S:g} s",
            next_step="Mend the repository of the reports. The index in service is unchanged.",
        ) from error
