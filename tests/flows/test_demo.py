"""The demo: one whole day in a process of its own, and what it leaves behind."""

import os
import re
import shlex
import subprocess
import sys

import psutil
import pytest

from flows.cli import main
from flows.tour.stage import Stage
from tasks.errors import PreconditionFailed
from tasks.index import Index
from tests.docs.examples import examples, is_as_shown

FLAGDAY = [sys.executable, "-c", "from flows.cli import main; main()"]


@pytest.fixture(scope="module")
def toured(prefect, tmp_path_factory):  # noqa: ARG001 -- the day uses its server
    """A folder in which the demo was run, what it printed, and what it told."""
    folder = tmp_path_factory.mktemp("tour")
    ran = subprocess.run(
        [*FLAGDAY, "demo", "day"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return folder, ran.stdout, ran.stderr


def history(folder):
    words = ["git", "-C", folder / "day", "log", "--reverse", "--format=%s"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_demo_commits_the_inventory_before_any_change_and_the_reports_after(toured):
    folder, *_ = toured

    assert history(folder) == [
        "Keep a legacy index, its code and its plan",
        "Read by the golden join, and leave writing to flagday",
        "Take the inventory before the flag day",
        "Report a flag day: completed",
    ]


def test_the_day_stops_the_builder_and_starts_it_again_and_the_demo_leaves_nothing_running(toured):
    folder, out, _ = toured
    lines = [line.split() for line in (folder / "day/indexer.log").read_text().splitlines()]
    before, after = re.search(r"pid (\d+) was writing .* started again as pid (\d+)", out).groups()

    assert lines == [
        ["started", before],
        ["stopped", before],
        ["started", after],
        ["stopped", after],
    ]
    assert [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or [])
    ] == []


def test_the_demo_tells_its_acts_and_steps_on_stderr_and_what_happened_on_stdout(toured):
    _, out, err = toured

    assert [line[0] for line in err.splitlines()] == [*"·····", *"✓" * 13]
    assert re.findall(r"^  ([a-z ]+?)  ", out.partition("\nopen")[0], re.MULTILINE) == [
        *("before", "code", "builder", "after", "proof", "way home"),
        *["commit"] * 4,
    ]
    assert "verdict passed" in out


def test_every_report_that_the_demo_names_is_there(toured):
    folder, out, _ = toured
    named = re.findall(r"^  (day/reports/\S+)", out, re.MULTILINE)

    assert [name for name in named if not (folder / name).is_file()] == []
    assert len(named) == 4


def test_content_in_both_roots_is_stored_once_and_found_twice(toured):
    folder, *_ = toured
    with Index(folder / "day/symbols.db") as index:
        found = [(symbol.root, symbol.path) for symbol in index.where("price_of")]

    assert found == [("shop", "price.py"), ("tools", "price.py")]


def test_the_three_commands_to_try_have_answers(toured, monkeypatch, capsys):
    folder, out, _ = toured
    monkeypatch.chdir(folder)
    said = []
    for line in out.rstrip().split("\n")[-3:]:
        monkeypatch.setattr(sys, "argv", shlex.split(line))
        with pytest.raises(SystemExit) as ended:
            main()
        said.append((ended.value.code, bool(capsys.readouterr().out)))

    assert said == [(0, True)] * 3


def test_questions_in_the_folder_of_a_plan_ask_the_index_of_the_plan(toured, monkeypatch, command):
    monkeypatch.chdir(toured[0] / "day")

    assert command("where", "price_of")[1].splitlines()[0] == "shop/price.py:6:4  function price_of"


def test_the_readme_shows_what_the_demo_prints(toured):
    ((_, shown),) = [each for each in examples() if each[0] == "flagday demo"]

    assert is_as_shown(toured[1], shown)


@pytest.mark.parametrize(("asked", "shown"), examples()[1:])
def test_the_readme_shows_what_questions_answer_in_the_folder_of_the_demo(
    toured, monkeypatch, command, asked, shown
):
    monkeypatch.chdir(toured[0] / "day")
    program, *words = shlex.split(asked)
    code, out, _ = command(*words)

    assert (program, code) == ("flagday", 0)
    assert is_as_shown(out, shown)


def test_a_demo_in_a_folder_that_holds_something_is_refused_with_another_name(toured, command):
    folder, *_ = toured
    code, out, err = command("demo", folder / "day")

    assert (code, out) == (3, "")
    assert f"{folder}/day is there already" in err
    assert f"`flagday demo {folder}/day-2` makes another" in err


def test_a_demo_without_git_says_what_is_missing(tmp_path, command, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = command("demo", tmp_path / "day")

    assert (code, "git is not installed" in err) == (3, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone who may not")
def test_a_demo_where_nothing_can_be_written_is_refused_as_a_run_is(tmp_path):
    for folder in tmp_path.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o755)
    os.seteuid(1234)
    try:
        with pytest.raises(PreconditionFailed) as refused:
            Stage(tmp_path / "day").set_up()
    finally:
        os.seteuid(0)

    assert refused.value.what == f"{tmp_path}/day cannot be written to: Permission denied"
