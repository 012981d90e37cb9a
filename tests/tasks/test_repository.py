"""The git repository that keeps the artifacts."""

import os
import shutil
import subprocess

import pytest

from tasks.errors import StepFailed
from tasks.repository import commit, is_clean, top_of, why_nameless
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
    before = is_clean(top, but=[top / "runs"])
    write(top, change)

    assert (before, is_clean(top, but=[top / "runs"])) == (True, False)


def test_what_a_killed_run_left_among_the_reports_does_not_count(top):
    write(top, {"runs/1 [a]/report.md": "torn"})

    assert is_clean(top, but=[top / "runs/1 [a]"])
    assert not is_clean(top, but=[top / "runs/1 a"])


def test_git_without_a_name_or_an_address_says_what_is_missing(top):
    known = why_nameless(top)
    git(top, "config", "user.useConfigOnly", "true")
    git(top, "config", "--unset", "user.email")

    assert known is None
    assert "no email was given" in why_nameless(top)


def test_a_repository_that_git_cannot_tell_of_is_not_taken_for_clean(top):
    (top / ".git/index").write_bytes(b"no index at all")
    write(top, {"runs/1/report.md": "r"})

    with pytest.raises(StepFailed, match=r"git status in .* failed: .*index"):
        is_clean(top, but=[top / "runs"])
    with pytest.raises(StepFailed, match=r"git status in .* failed: .*index"):
        commit(top / "runs/1", "Report")


def test_a_commit_takes_the_folder_and_nothing_else(top):
    write(top, {"runs/1/report.md": "r", "other.txt": "", "staged.txt": ""})
    git(top, "add", "staged.txt")
    commit(top / "runs/1", "Report")

    assert said_by_git(top, "show", "--name-only", "--format=%s") == ["Report", "runs/1/report.md"]
    assert said_by_git(top, "status", "--porcelain") == ["A", "staged.txt", "??", "other.txt"]


def test_a_refusal_of_git_is_passed_on(top):
    (top / ".git/index.lock").touch()
    write(top, {"runs/1/report.md": "r"})

    with pytest.raises(StepFailed, match=r"git add in .*/runs/1 failed: .*index.lock"):
        commit(top / "runs/1", "Report")


@pytest.fixture
def trap(tmp_path):
    """A program that leaves a trace; return it and the trace."""
    trace, program = tmp_path / "trace", tmp_path / "trap"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> {trace}\nexit 1\n')
    program.chmod(0o755)
    return program, trace


SETTINGS = (
    "core.fsmonitor",
    "core.editor",
    "filter.bad.clean",
    "filter.bad.process",
    "filter.b.a=d.clean",
    "gpg.program",
    "gpg.ssh.defaultKeyCommand",
    "gc.recentObjectsHook",
    "diff.external",
    "diff.bad.textconv",
)
HOOKS = ("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-index-change")


def test_the_repository_of_the_reports_runs_nothing_of_its_own(top, trap):
    program, trace = trap
    write(top, {".gitattributes": "*.md filter=bad diff=bad\n*.txt filter=b.a=d\n"})
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "attributes")
    for setting in SETTINGS:
        git(top, "config", setting, str(program))
    for setting in ("commit.gpgSign", "filter.bad.required"):
        git(top, "config", setting, "true")
    git(top, "config", "gc.auto", "1")
    for hook in HOOKS:
        shutil.copy(program, top / ".git/hooks" / hook)
    (top / "a.txt").touch()  # git looks into it again
    was_clean = is_clean(top, but=[top / "runs"])
    write(top, {"runs/1/report.md": "r"})
    commit(top / "runs/1", "Report")

    assert (was_clean, is_clean(top, but=[top / "runs"]), trace.exists()) == (True, True, False)
    assert said_by_git(top, "show", "HEAD:runs/1/report.md") == ["r"]


def test_the_settings_of_whoever_commits_count(top, tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.write_text('[filter "shout"]\n\tclean = tr a-z A-Z\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(mine))
    write(top, {"runs/1/.gitattributes": "*.md filter=shout\n", "runs/1/report.md": "r"})
    commit(top / "runs/1", "Report")

    assert said_by_git(top, "show", "HEAD:runs/1/report.md") == ["R"]


def test_a_git_that_waits_for_ever_is_ended(top, monkeypatch):
    os.mkfifo(top / "pipe")
    git(top, "config", "include.path", str(top / "pipe"))
    monkeypatch.setattr("tasks.repository._TIMEOUT_S", 0.2)
    with pytest.raises(StepFailed, match=r"took longer than 0\.2 s"):
        is_clean(top, but=[top / "runs"])


def test_a_git_around_flagday_does_not_say_which_repository_is_meant(top, tmp_path, monkeypatch):
    other = repository(tmp_path / "other", {})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))

    assert top_of(top / "runs") == top
