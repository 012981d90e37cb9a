"""A bench with an index, and what happens beside a run while its steps go on."""

import logging

import pytest

from tasks.timing import log
from tests.conftest import at_work


@pytest.fixture(scope="module")
def begun(built, request):
    """A bench with an index in service of one file, the ``SOURCE`` of the module."""
    built.begin(src={"a.py": request.module.SOURCE})
    return built


@pytest.fixture
def indexed(begun, monkeypatch):
    """That bench as its first day left it."""
    begun.bring_back()
    yield from at_work(begun, monkeypatch)


class _AtStep(logging.Handler):
    """Do something whenever a step starts, as a process beside the run might."""

    def __init__(self, action, first):
        super().__init__()
        self._action = action
        self._first = first
        self.results = {}

    def emit(self, record):
        number, _ = getattr(record, "started", (0, ""))
        if number >= self._first:
            self.results[number] = self._action()


@pytest.fixture
def at_each_step():
    handlers = []

    def begin(action, first=1):
        handlers.append(_AtStep(action, first))
        log.setLevel(logging.INFO)
        log.addHandler(handlers[-1])
        return handlers[-1].results

    yield begin
    for handler in handlers:
        log.removeHandler(handler)
    log.setLevel(logging.NOTSET)
