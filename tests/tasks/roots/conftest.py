"""Folders to list, and a git that nobody's settings reach."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tasks.roots.listing import list_files

NO_LIMIT = 1 << 40


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hide the global git settings and ignores of whoever runs the tests."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))


def git(folder: Path, *words: str) -> None:
    """Run git in a folder, as somebody."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, env=environment)


def repository(folder: Path, files: Mapping[str, str], *, is_committed: bool = True) -> Path:
    """Make a repository of ``files``; return its folder."""
    write(folder, files)
    git(folder, "init", "-q")
    if is_committed:
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "all", "--allow-empty")
    return folder


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write ``files`` (path: text) below a folder; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def listed(root: Path, excluded: frozenset[Path] = frozenset()) -> list[str]:
    """List a root: paths in the order they come."""
    return [os.fsdecode(file.path) for file in list_files(root, excluded, NO_LIMIT)]
