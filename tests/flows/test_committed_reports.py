"""With --commit the inventory is in git before any change, and the rest at the end."""

import json
import subprocess

import pytest

from tasks.errors import FlagDayError, PreconditionFailed, VerdictFailed
from tests.legacy import v4

SOURCE = "def f():\n    return 1\n"


def git(folder, *words):
    done = subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1]


@pytest.fixture
def reports(bench, monkeypatch):
    """A git repository for the reports beside the index; return the artifacts folder in it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    top = bench.folder / "reports"
    git(bench.folder, "init", "--quiet", top)
    git(top, "config", "user.name", "a")
    git(top, "config", "user.email", "a@example.org")
    git(top, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    bench.flags = {"artifacts": top / "day", "commit": True}
    bench.write(src={"a.py": SOURCE})
    return top / "day"


def subjects(reports):
    return git(reports.parent, "log", "--reverse", "--format=%s")


INVENTORY_OF_A_DAY = "Take the inventory before the flag day"
INVENTORY = [f"day/inventory.{form}" for form in ("html", "json", "md", "sarif")]


def tree_of(reports, commit):
    """Return the files that a commit has, whoever put them there."""
    return git(reports.parent, "ls-tree", "-r", "--name-only", commit)


def files_of(reports, commit):
    return git(reports.parent, "show", "--name-only", "--format=", commit)


def test_the_inventory_is_committed_before_any_change_and_the_rest_at_the_end(bench, reports):
    bench.run("src")

    assert subjects(reports) == [
        "Begin",
        "Take the inventory before the flag day",
        "Report a flag day: completed",
    ]
    assert files_of(reports, "HEAD~1") == INVENTORY
    assert "day/run_results.json" in files_of(reports, "HEAD")
    assert git(reports.parent, "status", "--porcelain") == []


def test_the_commit_before_a_rehearsal_holds_its_inventory_and_no_report_of_an_earlier_run(
    bench, reports
):
    bench.run("src", commit=False)
    (reports / "notes.md").write_text("mine")
    bench.run("src", rehearse=True)

    assert subjects(reports) == [
        "Begin",
        "Take the inventory before the rehearsal",
        "Report a rehearsal: completed",
    ]
    assert tree_of(reports, "HEAD~1") == [*INVENTORY, "day/notes.md"]


def test_a_second_day_says_anew_what_it_found_and_changes_its_clock_alone(bench, reports):
    for _ in range(2):
        bench.run("src")
    before = len(subjects(reports))
    bench.run("src")

    assert subjects(reports)[before:] == [
        "Take the inventory before the flag day",
        "Report a flag day: completed",
    ]
    assert tree_of(reports, "HEAD~1") == INVENTORY
    assert git(reports.parent, "diff", "--name-only", "HEAD~2") == ["day/run_results.json"]


def test_the_report_of_a_day_that_failed_is_committed_too(bench, reports):
    v4(bench.db)
    bench.write(app={"reader.py": 'Q = "SELECT file_id FROM symbols WHERE name = ?"\n'})
    with pytest.raises(VerdictFailed):
        bench.run("src", code=[bench.folder / "app"])

    assert subjects(reports)[-1] == "Report a flag day: failed"
    assert json.loads((reports / "run_results.json").read_text())["failed_step"] == 10
    assert git(reports.parent, "status", "--porcelain") == []


def test_a_repository_with_uncommitted_changes_is_a_failed_precondition(bench, reports):
    (reports.parent / "draft").write_text("")
    with pytest.raises(PreconditionFailed, match="uncommitted changes"):
        bench.run("src")

    assert subjects(reports) == ["Begin"]


def test_an_index_in_the_repository_of_the_reports_is_no_change_of_it(bench, reports):
    for _ in range(2):
        bench.run("src", db=reports.parent / "idx/index.db")

    assert len(subjects(reports)) == 5
    assert git(reports.parent, "status", "--porcelain") == ["?? idx/"]


def test_no_repository_is_a_failed_precondition(bench, reports):
    elsewhere = bench.folder / "elsewhere"
    with pytest.raises(PreconditionFailed, match="not inside of a git repository"):
        bench.run("src", artifacts=elsewhere)

    assert subjects(reports) == ["Begin"]


def test_a_folder_that_git_ignores_is_a_failed_precondition(bench, reports):
    (reports.parent / ".gitignore").write_text("day\n")
    git(reports.parent, "add", ".gitignore")
    git(reports.parent, "commit", "--quiet", "-m", "Ignore")

    with pytest.raises(PreconditionFailed, match="git ignores"):
        bench.run("src")


def test_reports_that_git_refuses_after_the_cut_over_are_told_and_committed_by_the_next_run(
    bench, reports, at_each_step
):
    lock = reports.parent / ".git/index.lock"
    at_each_step(lambda: lock.touch() if len(subjects(reports)) == 2 else None, first=13)
    with pytest.raises(
        FlagDayError, match="is done, but not all of its reports are written or comm"
    ):
        bench.run("src")
    left, found = subjects(reports), bench.where("f")
    lock.unlink()
    bench.run("src")

    assert (left, found) == (["Begin", INVENTORY_OF_A_DAY], [("src", "a.py", 1)])
    assert subjects(reports) == [*left, INVENTORY_OF_A_DAY, "Report a flag day: completed"]
    assert "day/run_results.json" in tree_of(reports, "HEAD")
    assert git(reports.parent, "status", "--porcelain") == []
