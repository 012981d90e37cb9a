"""Builders that programs stop and start."""

from contextlib import suppress

import psutil
import pytest

from tasks.builders.builder import BuilderFailed
from tasks.builders.command import Command
from tasks.plan import CommandBuilder
from tests.tasks.builders.conftest import forever, in_background, of_this_test, shell


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Make a builder of commands that run in the test's folder; ``running`` is its mark."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "running").touch()

    def make(**keys):
        words = {"stop": "rm running", "start": "touch running", "stop_timeout_s": 10, **keys}
        return Command(CommandBuilder(kind="command", name="indexer", **words))

    return make


def test_it_runs_until_the_plan_says_that_it_has_stopped(command):
    builder = command(is_stopped="test ! -e running")
    before = builder.running()
    builder.stop()

    assert (before, builder.running()) == ("\"test '!' -e running\" exits 1", "")


def test_it_runs_while_the_plan_says_that_it_does(command):
    builder = command(is_running="test -e running")
    before = builder.running()
    builder.stop()

    assert (before, builder.running()) == ("'test -e running' exits 0", "")


def test_no_shell_reads_the_words_of_a_command(command, tmp_path):
    builder = command(stop=["touch", "a; touch b", "$HOME", "`touch c`", "*"])
    builder.stop()
    made = {path.name for path in tmp_path.iterdir()}

    assert made == {"running", "a; touch b", "$HOME", "`touch c`", "*"}


def test_without_a_question_it_has_stopped_when_its_stop_command_has_succeeded(command):
    builder = command()
    before = builder.running()
    builder.stop()

    assert (before, builder.running()) == ("'rm running' has not stopped it", "")


def test_it_is_started_again(command, tmp_path):
    builder = command()
    builder.stop()
    builder.start()

    assert (tmp_path / "running").exists()


@pytest.mark.parametrize("keys", [{"stop": "false"}, {"stop": "true", "is_stopped": "false"}])
def test_what_never_stopped_is_not_started_a_second_time(command, tmp_path, keys):
    builder = command(start="touch second", **keys)
    with suppress(BuilderFailed):
        builder.stop()
    builder.start()

    assert not (tmp_path / "second").exists()


def test_a_stop_command_that_fails_is_told_with_what_it_said(command):
    with pytest.raises(BuilderFailed, match=r"exited 7: no$"):
        command(stop=shell("echo no >&2; exit 7")).stop()


def test_a_stop_command_that_hangs_is_ended_with_all_that_it_started(command, tmp_path):
    hanging = f"{in_background(forever(tmp_path))} wait"
    with pytest.raises(BuilderFailed, match=r"^pid \d+ \(.* wait.*\) took longer than 0\.5 s$"):
        command(stop=shell(hanging), stop_timeout_s=0.5).stop()
    _, left = psutil.wait_procs(of_this_test(tmp_path), timeout=5)

    assert left == []


def test_a_question_that_hangs_is_ended_too(command):
    with pytest.raises(BuilderFailed, match=r"'sleep 600'\) took longer than 0\.2 s"):
        command(is_stopped="sleep 600", stop_timeout_s=0.2).running()


def test_a_start_command_that_leaves_a_daemon_behind_is_not_waited_for(command, tmp_path):
    builder = command(start=shell(f"{in_background(forever(tmp_path))} touch started"))
    builder.stop()
    builder.start()

    assert (tmp_path / "started").exists()
    assert len(of_this_test(tmp_path)) == 1


def test_a_start_command_that_fails_is_told(command):
    builder = command(start=shell("echo no >&2; exit 3"))
    builder.stop()

    with pytest.raises(BuilderFailed, match=r"exited 3: no$"):
        builder.start()
