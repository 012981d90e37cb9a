"""What a terminal is told while something goes on: a sign of life, or how far a step has come."""

import io
import os
import re
import signal
import sys
import time
from contextlib import suppress

import pytest
from rich.progress import Progress

from flows.cli import waiting as module
from flows.cli.narration import _Rate, narrated
from flows.cli.waiting import waiting
from tasks.stopping import Stopped
from tasks.timing import narrated as step_of
from tasks.timing import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Sit down at a terminal: from then on stderr is one."""

    def sit_down(term="xterm", patience_s=0.0):
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", term)
        monkeypatch.setattr(module, "_PATIENCE_S", patience_s)
        monkeypatch.setattr(module, "_TICK_S", 0.001)
        return stream

    return sit_down


def wait_until_told(stream, what="packing, "):
    deadline = time.monotonic() + 60
    while what not in stream.getvalue() and time.monotonic() < deadline:
        time.sleep(0.001)


def test_on_a_terminal_it_says_what_goes_on_and_clears_the_line(terminal):
    stream = terminal()
    with waiting("packing"):
        wait_until_told(stream)

    assert re.search(r"\r\033\[Kpacking, \d+ s\r\033\[K$", stream.getvalue())


def test_an_error_passes_and_the_line_is_cleared(terminal):
    stream = terminal()

    def fail():
        with waiting("packing"):
            wait_until_told(stream)
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert stream.getvalue().endswith("\r\033[K")


def test_a_dumb_terminal_is_told_nothing(terminal):
    stream = terminal(term="dumb")
    with waiting("packing"):
        time.sleep(0.05)

    assert stream.getvalue() == ""


def test_a_pipe_is_told_nothing(terminal, monkeypatch):
    stream = terminal()
    monkeypatch.setattr(stream, "isatty", lambda: False, raising=False)
    with waiting("packing"):
        time.sleep(0.05)

    assert stream.getvalue() == ""


def test_what_is_soon_over_is_not_mentioned(terminal):
    stream = terminal(patience_s=60.0)
    with waiting("packing"):
        time.sleep(0.05)

    assert stream.getvalue() == ""


def step(done):
    """A bar of a step of 5,000, as it is when so many are done."""
    clock = iter((0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0))
    bars = Progress(get_time=lambda: next(clock, 2.0), disable=True)
    bar = bars.add_task("step", total=5000)
    for part in (done // 2, done):
        bars.update(bar, completed=part)
    return bars.tasks[0]


def test_a_bar_tells_how_far_a_step_is_how_fast_and_how_long_it_will_take():
    assert re.fullmatch(
        r"1,000 of 5,000, [\d,.]+/s, \d:\d\d:\d\d left", _Rate().render(step(1000)).plain
    )


def test_a_bar_of_a_step_that_does_not_count_tells_nothing():
    bars = Progress(disable=True)
    bars.add_task("step", total=None)

    assert _Rate().render(bars.tasks[0]).plain == ""


def test_a_step_that_a_signal_ends_is_marked_as_neither_done_nor_failed(capsys):
    @step_of(8, "extract")
    def extract():
        raise Stopped

    with narrated(), suppress(Stopped):
        extract()

    assert capsys.readouterr().err.startswith("–  8 extract")  # noqa: RUF001 -- a dash, no minus


def test_a_bar_names_a_root_in_nothing_that_a_terminal_obeys(terminal):
    stream = terminal()

    @step_of(7, "rediscover roots")
    def rediscover():
        progress(0, 1, "1/2 [bold]x\x1b]0;t\x9b31m\u202e")
        wait_until_told(stream, "1/2")

    with narrated():
        rediscover()

    assert "1/2 [bold]x\\u001b]0;t\\u009b31m\\u202e" in stream.getvalue()
    assert re.findall("\x1b]0;|[\x9b\u202e]", stream.getvalue()) == []


def test_a_signal_is_acknowledged_whoever_hears_of_it_later(capsys):
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    with narrated():
        os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGTERM, before)

    assert capsys.readouterr().err == "stopping …\n"
