"""How many broken roots a run puts up with."""

import pytest

from tasks.contracts import RootProblem
from tasks.errors import StepFailed
from tasks.plan import Limits, Plan, Root
from tasks.read_root import RootRead
from tasks.rediscover_roots import require_few_broken

WELL, BROKEN = RootRead([]), RootRead([], problem=RootProblem.MISSING)


def plan(roots, allowed):
    names = [f"r{number}" for number in range(roots)]
    limits = Limits(max_failed_roots=allowed)
    return Plan(roots=tuple(Root(path=name, name=name) for name in names), limits=limits)


@pytest.mark.parametrize(
    ("read", "allowed"), [([WELL, WELL], 0), ([WELL, BROKEN], 1), ([BROKEN], 1)]
)
def test_as_many_broken_roots_as_the_plan_allows_are_put_up_with(read, allowed):
    assert require_few_broken(plan(2, allowed), read) is None


@pytest.mark.parametrize(
    ("read", "allowed"), [([WELL, BROKEN], 0), ([BROKEN, BROKEN, WELL], 1), ([BROKEN] * 3, 10)]
)
def test_more_broken_roots_or_nothing_else_stop_the_run(read, allowed):
    with pytest.raises(StepFailed, match=r"roots are broken, the last is r\d: it is not there"):
        require_few_broken(plan(len(read), allowed), read)
