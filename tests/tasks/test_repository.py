"""The git repository that keeps the artifacts."""

import subprocess

import pytest

from tasks.errors import StepFailed
from tasks.repository import commit, is_clean, top_of
from tests.tasks.roots.conftest import git, repository, write


@pytest.fixture
def top(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    top = repository(tmp_path / "r", {"a.txt": "a"})
    git(top, "config", "user.name", "a")
    git(top, "config", "user.email", "a@example.org")
    return top


def said_by_git(top, *words):
    return subprocess.run(
        ["git", "-C", top, *words], check=True, capture_output=True, text=True
    ).stdout.split()


def test_the_top_is_found_from_a_folder_that_is_not_there_yet(top):
    assert top_of(top / "runs/1/parquet") == top


def test_a_folder_in_no_repository_has_no_top(tmp_path):
    assert top_of(tmp_path / "runs") is None


@pytest.mark.parametrize("change", [{"a.txt": "b"}, {"new.txt": ""}])
def test_a_repository_with_a_changed_or_a_new_file_is_not_clean(top, change):
    before = is_clean(top)
    write(top, change)

    assert (before, is_clean(top)) == (True, False)


def test_a_commit_takes_the_folder_and_nothing_else(top):
    write(top, {"runs/1/report.md": "r", "other.txt": "", "staged.txt": ""})
    git(top, "add", "staged.txt")
    commit(top / "runs/1", "Report")

    assert said_by_git(top, "show", "--name-only", "--format=%s") == ["Report", "runs/1/report.md"]
    assert said_by_git(top, "status", "--porcelain") == ["A", "staged.txt", "??", "other.txt"]


def test_a_refusal_of_git_is_passed_on(top):
    hook = top / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    write(top, {"runs/1/report.md": "r"})

    with pytest.raises(StepFailed, match=r"git commit in .*/runs/1 failed: not today"):
        commit(top / "runs/1", "Report")
