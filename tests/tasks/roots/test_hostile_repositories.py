"""A root may be anyone's repository: nothing that it holds is ever run."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tasks.errors import StepFailed
from tests.tasks.roots.conftest import git, listed, repository
from verification.listing import list_root

COMMANDS = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.gitProxy",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.alternateRefsCommand",
    "credential.helper",
    "diff.external",
    "filter.bad.clean",
    "filter.bad.smudge",
    "filter.bad.process",
    "gpg.program",
    "alias.ls-files",
    "alias.rev-parse",
    "alias.check-ignore",
)
HOOKS = ("post-index-change", "fsmonitor-watchman", "pre-auto-gc", "reference-transaction")


@pytest.fixture
def trap(tmp_path):
    """A program that leaves a trace; return it and the trace."""
    trace, program = tmp_path / "trace", tmp_path / "trap"
    program.write_text(f"#!/bin/sh\ntouch {trace}\nexit 1\n")
    program.chmod(0o755)
    return program, trace


def test_commands_in_the_settings_of_a_repository_and_its_hooks_are_not_run(tmp_path, trap):
    program, trace = trap
    files = {"a.py": "", ".gitattributes": "* filter=bad diff=bad merge=bad\n"}
    root = repository(tmp_path / "r", files)
    for command in COMMANDS:
        git(root, "config", command, str(program))
    for hook in HOOKS:
        shutil.copy(program, root / ".git/hooks" / hook)
    (root / "a.py").write_text("changed = 1\n")

    assert listed(root) == [".gitattributes", "a.py"]
    assert list_root(root, ()) == {".gitattributes", "a.py"}
    assert not trace.exists()


@pytest.mark.parametrize("place", ["a .gitignore", "an included file"])
def test_a_pipe_that_git_reads_is_not_waited_for_without_end(tmp_path, monkeypatch, place):
    root = repository(tmp_path / "r", {"a.py": "", "b/b.py": ""})
    if place == "a .gitignore":
        os.mkfifo(root / "b/.gitignore")
    else:
        git(root, "config", "include.path", str(tmp_path / "pipe"))
        os.mkfifo(tmp_path / "pipe")
    for module in ("tasks.roots.git", "verification.listing"):
        monkeypatch.setattr(f"{module}._TIMEOUT_S", 0.3)

    with pytest.raises(StepFailed, match=f"git cannot list {root}: .* longer than 0.3 s"):
        listed(root)
    with pytest.raises(OSError, match=r"longer than 0\.3 s"):
        list_root(root, ())


def lose_tree(root: Path, folder: str) -> None:
    """Leave a folder of the index as a tree alone, and take that tree away."""
    git(root, "sparse-checkout", "set", "--cone", "--sparse-index", "kept")
    git(root, "config", "extensions.partialClone", "origin")
    git(root, "config", "remote.origin.promisor", "true")
    words = ["git", "-C", str(root), "rev-parse", f"HEAD:{folder}"]
    tree = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()


def test_objects_that_a_partial_clone_left_out_are_not_fetched(tmp_path, trap):
    program, trace = trap
    root = repository(tmp_path / "r", {"kept/a.py": "", "left/b.py": "x = 1\n"})
    git(root, "remote", "add", "origin", str(repository(tmp_path / "o", {"o.py": ""})))
    git(root, "config", "remote.origin.uploadpack", str(program))
    lose_tree(root, "left")
    with pytest.raises(StepFailed, match=f"git cannot list {root}: .*(not allowed|Could not read)"):
        listed(root)
    with pytest.raises(OSError, match="git cannot list"):
        list_root(root, ())

    assert not trace.exists()
