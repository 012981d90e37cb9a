"""An address names the kind of the runner, and two runners at once are refused."""

import pytest

from flows.cli.run import _cluster
from tasks.contracts import RunnerKind
from tasks.errors import PlanInvalid

DASK, RAY = "tcp://head:1", "ray://head:2"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("flags", "section"),
    [
        ((None, None, None, None), {}),
        ((RunnerKind.LOCAL, None, None, None), {"kind": "local"}),
        ((None, None, None, "/shared"), {"storage": "/shared"}),
        (
            (None, DASK, None, "/shared"),
            {"kind": "dask", "address": DASK, "storage": "/shared"},
        ),
        ((None, None, RAY, None), {"kind": "ray", "address": RAY}),
        ((RunnerKind.RAY, None, RAY, None), {"kind": "ray", "address": RAY}),
    ],
)
def test_an_address_says_the_kind_of_the_runner(flags, section):
    assert _cluster(*flags) == section


@pytest.mark.parametrize(
    ("kind", "dask", "ray"),
    [
        (None, DASK, RAY),
        (RunnerKind.DASK, DASK, RAY),
        (RunnerKind.RAY, DASK, None),
        (RunnerKind.LOCAL, None, RAY),
    ],
)
def test_flags_that_name_two_runners_are_refused(kind, dask, ray):
    with pytest.raises(PlanInvalid, match="the flags name two runners"):
        _cluster(kind, dask, ray, None)


@pytest.mark.parametrize("word", ["run", "rehearse"])
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--dask-address", DASK], "runner dask needs a storage"),
        (["--ray-address", RAY], "runner ray needs a storage"),
        (["--runner", "ray", "--storage", "/s"], "runner ray needs an address"),
        (["--runner", "local", "--dask-address", DASK], "the flags name two runners"),
    ],
    ids=str,
)
def test_the_flags_of_a_runner_reach_the_plan(command, here, word, flags, said):
    code, _, told = command(word, str(here), *flags)

    assert (code, said in told) == (2, True), told
