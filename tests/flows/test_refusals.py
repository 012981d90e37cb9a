"""What can be refused without Prefect is refused before it is loaded, and recorded as ever."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.legacy import v4
from tests.tasks.roots.conftest import git, repository

NO_PREFECT = "import sys; sys.modules['prefect'] = None; from flows.cli import main; main()"
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def refused(tmp_path):
    """Run without a Prefect that could be loaded; return the exit code and what was said."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("def f():\n    return 1\n")

    def run(*words, stderr=subprocess.PIPE):
        done = subprocess.run(
            [sys.executable, "-c", NO_PREFECT, "run", "src", *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "GIT_CONFIG_GLOBAL": "/dev/null"},
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    return run


def test_reports_that_could_not_be_committed_are_refused_with_all_that_is_wrong(refused, tmp_path):
    top = repository(tmp_path / "reports", {".gitignore": "day\n"})
    git(top, "config", "user.useConfigOnly", "true")
    (top / "draft").write_text("")
    code, said = refused("--artifacts", top / "day", "--commit")
    results = json.loads((top / "day/run_results.json").read_text())

    assert code == 3
    assert f"the repository {top} has uncommitted changes; --commit: git ignores {top}/day" in said
    assert f"git does not know who commits in {top}: no " in said
    assert "`git stash -u`, then run again. Name a folder" in said
    assert "`git config user.name NAME`" in said
    assert (results["state"], results["failed_step"], results["steps"]) == ("failed", 1, [])
    assert "uncommitted changes" in results["failure"]


def test_a_database_that_somebody_has_open_is_refused_with_who_and_what_to_do(
    refused, tmp_path, held_open
):
    pid = held_open(v4(tmp_path / "index.db"))
    code, said = refused("--db", "index.db")
    audit = (tmp_path / "index.db.audit.jsonl").read_text()

    assert code == 3
    assert f"{tmp_path}/index.db is open for writing in pid {pid} (" in said
    assert f"next: Stop pid {pid}, or have the run do so" in said
    assert '"refused"' in audit


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("artifacts", 'artifacts = "src"'),
        ("backup.folder", '[backup]\nfolder = "."'),
        ("lake.folder", '[lake]\nfolder = "linked"'),
    ],
)
def test_a_folder_to_write_to_that_is_a_root_or_holds_one_is_refused_before_anything_is_written(
    refused, tmp_path, key, text
):
    (tmp_path / "linked").symlink_to("src")
    (tmp_path / "flagday.toml").write_text(text)
    before = sorted(tmp_path.rglob("*"))
    code, said = refused()

    assert code == 3
    assert f"{key} is {tmp_path}" in said
    assert f"and the root {tmp_path}/src (roots) lies in it" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_root_that_is_a_link_to_itself_is_refused_as_broken_wherever_is_written(
    refused, tmp_path
):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "flagday.toml").write_text('artifacts = "reports"')
    code, said = refused("loop")

    assert (code, f"root {tmp_path}/loop " in said) == (3, True)


def test_a_code_folder_that_is_not_there_is_refused(refused):
    code, said = refused("--code", "gone")

    assert (code, "gone is not a readable folder" in said) == (3, True)


def test_a_root_whose_path_is_not_utf_8_is_refused(refused, tmp_path):
    (tmp_path / "bad\udcff").mkdir()
    code, said = refused("bad\udcff")

    assert code == 3
    assert rf"the path of root {tmp_path}/bad\xff is not UTF-8; rename it" in said
    assert "next: Mend that, or name folders that have files in them" in said


def test_a_folder_of_flagday_that_came_with_a_repository_is_refused_untouched(refused, tmp_path):
    (tmp_path / "kept").write_text("of the user\n")
    (tmp_path / ".flagday").mkdir()
    (tmp_path / ".flagday/.gitignore").symlink_to(tmp_path / "kept")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".flagday")
    code, said = refused()

    assert (code, (tmp_path / "kept").read_text()) == (3, "of the user\n")
    assert f"{tmp_path}/.flagday came with its git repository, and not from flagday" in said
    assert [path.name for path in (tmp_path / ".flagday").iterdir()] == [".gitignore"]


def test_an_index_in_a_repository_is_not_refused_for_its_other_files(refused, tmp_path):
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "src")
    code, said = refused()

    assert (code, "came with" in said, (tmp_path / ".flagday/runs").exists()) == (1, False, True)


@pytest.mark.parametrize(
    ("name", "code"), [("src/log", 3), ("log", 1), ("src/.flagday/log", 1), ("src/kept.log", 1)]
)
def test_a_log_is_refused_where_it_is_a_file_of_a_root_alone(refused, tmp_path, name, code):
    (tmp_path / "src/.gitignore").write_text("*.log\n")
    (tmp_path / "src/.flagday").mkdir()
    with (tmp_path / name).open("w") as log:
        got, _ = refused("--db", "src/.flagday/index.db", stderr=log)
    said = (tmp_path / name).read_text()

    assert got == code  # 1: there is no Prefect
    assert ("what this run says is written to it" in said) is (code == 3)
