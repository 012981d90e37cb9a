"""What happens beside a run while its steps go on."""

import logging

import pytest

from tasks.timing import log


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
