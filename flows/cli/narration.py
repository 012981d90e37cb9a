"""Steps and their progress, told on stderr while a run goes on."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from flows.cli.plain import plain
from tasks.timing import StepTime, log


class _Rate(ProgressColumn):
    """How much of a step is done, how much in a second, and how long it will take."""

    def render(self, task: Task) -> Text:
        """Write 1,200 of 5,000, 340.0/s, 0:00:12 left; nothing where a step does not count."""
        if task.total is None:
            return Text("")
        said = [f"{task.completed:,.0f} of {task.total:,.0f}"]
        if task.speed:
            said.append(f"{task.speed:,.1f}/s")
        if task.time_remaining:
            said.append(f"{timedelta(seconds=round(task.time_remaining))} left")
        return Text(", ".join(said), style="dim")


class Narrator(logging.Handler):
    """Turn the log records of steps into lines, or into bars on a terminal."""

    def __init__(self, console: Console) -> None:
        """Tell on ``console``."""
        super().__init__()
        self._console = console
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TimeElapsedColumn(),
            _Rate(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._bar: TaskID | None = None
        self._step = ""
        self._details: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Tell what a record says of a step."""
        kinds: dict[str, Callable[[Any], None]] = {
            "waiting": self._wait,
            "told": self._say,
            "started": self._start,
            "progress": self._advance,
            "done": partial(self._end, "[green]✓[/]"),
            "failed": partial(self._end, "[red]✗[/]"),
            "stopped": partial(self._end, "[yellow]–[/]"),  # noqa: RUF001 -- a dash, no minus
        }
        if kind := next((kind for kind in kinds if hasattr(record, kind)), None):
            kinds[kind](getattr(record, kind))
        elif record.levelno >= logging.WARNING:
            self._warn(record.getMessage())
        else:
            self._details.append(record.getMessage())

    def _wait(self, what: str) -> None:
        """Show on a terminal that it goes on, elsewhere that it has begun."""
        if self._console.is_terminal:
            self._begin(f"{what} …")
        else:
            self._say(f"{what} …")

    def _say(self, what: str) -> None:
        self._remove()
        self._console.print(f"·    {escape(plain(what))}", highlight=False, soft_wrap=True)

    def _start(self, step: tuple[int, str]) -> None:
        number, name = step
        self._details = []
        self._begin(f"{number:>2} {name}")

    def _advance(self, come: tuple[int, int, str]) -> None:
        done, total, at = come
        if self._bar is not None:
            self._bars.update(self._bar, completed=done, total=total)
            if at:
                self._bars.update(self._bar, description=f"{self._step} {escape(plain(at))}")

    def _begin(self, what: str) -> None:
        self._remove()
        self._step = what
        self._bar = self._bars.add_task(what, total=None)

    def _remove(self) -> None:
        if self._bar is not None:
            self._bars.remove_task(self._bar)
            self._bar = None

    def _end(self, mark: str, step: StepTime) -> None:
        self._remove()
        details = escape(plain("  ".join(self._details)))
        line = f"{mark} {step.number:>2} {step.name:<20} {step.took_s:7.1f} s  [dim]{details}[/]"
        self._console.print(line, highlight=False, soft_wrap=True)

    def _warn(self, message: str) -> None:
        self._console.print(
            f"[bold red]![/]  {escape(plain(message))}", highlight=False, soft_wrap=True
        )

    def __enter__(self) -> "Narrator":
        """Start drawing."""
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop drawing."""
        self._bars.stop()


@contextmanager
def narrated() -> Iterator[Console]:
    """Tell every step of the run inside of the ``with`` block on stderr."""
    console = Console(stderr=True)
    level, propagates = log.level, log.propagate
    log.setLevel(logging.DEBUG)
    with Narrator(console) as narrator, _acknowledged(console):
        log.addHandler(narrator)
        log.propagate = False
        try:
            yield console
        finally:
            log.removeHandler(narrator)
            log.setLevel(level)
            log.propagate = propagates


@contextmanager
def _acknowledged(console: Console) -> Iterator[None]:
    """Say at once that a signal asks to end; what hears of it may be deep in a library for seconds.

    Python's own handler writes the signal's number into a pipe the moment that it comes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard, rung = os.pipe()
    os.set_blocking(rung, False)
    before = signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
    thread = threading.Thread(target=_acknowledge, args=(console, heard), daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(rung)
        thread.join()
        os.close(heard)


def _acknowledge(console: Console, heard: int) -> None:
    while number := os.read(heard, 1):
        if number[0] in {signal.SIGINT, signal.SIGTERM}:
            console.print("stopping …", highlight=False)
            return
