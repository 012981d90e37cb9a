"""How a run connects to Ray, beside a Ray that is none: to test this, it need not be installed."""

import importlib.util
import sys
from types import ModuleType

import pytest

import tasks.clusters
from tasks.errors import FlagDayError


def module(name, **content):
    made = ModuleType(name)
    vars(made).update(content)
    return made


@pytest.fixture
def server_starts(monkeypatch):
    """Have Ray start a server at the nth time alone; return our module, and what Ray was asked."""
    asked, kinds = [], ("RayError", "RayTaskError", "TaskCancelledError")

    def at(nth):
        def init(address, **_):
            asked.append(address)
            if len(asked) < nth:
                raise ConnectionAbortedError("Initialization failure from server")

        for fake in (
            module(
                "ray",
                init=init,
                shutdown=lambda: None,
                cluster_resources=lambda: {"CPU": 2.0},
                remote=lambda **_: lambda function: function,
            ),
            module("ray.util"),
            module("ray.util.scheduling_strategies", NodeAffinitySchedulingStrategy=object),
            module("ray.exceptions", **{kind: type(kind, (Exception,), {}) for kind in kinds}),
        ):
            monkeypatch.setitem(sys.modules, fake.__name__, fake)
        place = f"{tasks.clusters.__path__[0]}/on_ray.py"
        spec = importlib.util.spec_from_file_location("on_a_ray_that_is_none", place)
        on_ray = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(on_ray)
        return on_ray, asked

    return at


def test_a_server_that_ray_loses_is_asked_for_again(server_starts):
    on_ray, asked = server_starts(4)
    with on_ray.connected("ray://head:1") as engine:
        assert (engine.places(), asked) == (2, ["ray://head:1"] * 4)


def test_a_ray_that_starts_no_server_cannot_be_used(server_starts):
    on_ray, asked = server_starts(5)
    with pytest.raises(FlagDayError, match="cannot be used"), on_ray.connected("ray://head:1"):
        pass

    assert len(asked) == 4
