"""Builders that are units of systemd, asked through a systemctl of our own making."""

import os

import pytest

from tasks.builders.builder import BuilderFailed
from tasks.builders.processes import process_of, worded
from tasks.builders.systemd import SystemdUnit
from tasks.plan import SystemdBuilder


@pytest.fixture
def unit(units):
    def make(name, state, **keys):
        if state:
            (units / name).write_text(f"{state}\n")
        return SystemdUnit(SystemdBuilder(kind="systemd", name="indexer", unit=name, **keys))

    return make


def calls(units, but=("is-active", "show")):
    words = [line.split() for line in (units / "calls").read_text().splitlines()]
    return [" ".join(line) for line in words if line[1] not in but]


def test_an_active_unit_is_named_with_its_process(unit):
    process = worded(process_of(os.getpid()))

    assert unit("a.service", "active").running() == f"unit a.service is active, {process}"


@pytest.mark.parametrize("state", ["activating", "deactivating", "reloading"])
def test_a_unit_between_two_states_runs(unit, state):
    assert unit("a.service", state).running().startswith(f"unit a.service is {state}")


@pytest.mark.parametrize("state", ["inactive", "failed"])
def test_a_unit_that_is_not_active_does_not_run(unit, state):
    assert unit("a.service", state).running() == ""


@pytest.mark.parametrize("scope", ["system", "user"])
def test_a_unit_is_stopped_and_started_in_its_scope(unit, units, scope):
    builder = unit("a.service", "active", scope=scope)
    builder.stop()
    stopped = builder.running()
    builder.start()

    assert stopped == ""
    assert calls(units) == [f"--{scope} stop a.service --no-block", f"--{scope} start a.service"]


def test_a_unit_that_was_not_stopped_is_not_started(unit, units):
    builder = unit("a.service", "inactive")
    builder.running()
    builder.start()

    assert calls(units) == []


def test_a_unit_that_does_not_stop_runs_on_and_is_started_for_it_may_stop_later(unit, units):
    builder = unit("stubborn.service", "active")
    builder.stop()
    running = builder.running()
    builder.start()

    assert running.startswith("unit stubborn.service is deactivating")
    assert calls(units)[-1] == "--system start stubborn.service"


def test_a_unit_that_systemd_does_not_know_is_refused(unit):
    with pytest.raises(BuilderFailed, match=r"systemd has no unit indxer\.service"):
        unit("indxer.service", None).running()


def test_a_unit_that_does_not_start_is_told_with_what_systemd_said(unit):
    builder = unit("broken.service", "active")
    builder.stop()

    with pytest.raises(BuilderFailed, match=r"exited 1: Job for broken\.service failed\.$"):
        builder.start()


def test_a_host_without_systemd_is_told(unit, monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(BuilderFailed, match="cannot be run: No such file or directory"):
        unit("a.service", "active").running()
