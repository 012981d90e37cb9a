"""A numbered step of the protocol, as Prefect sees it."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.timing import narrated

P = ParamSpec("P")
R = TypeVar("R")


def step(number: int, name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function step ``number`` of the flow, shown as ``<number> <name>``."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        return task(name=f"{number} {name}", cache_policy=NO_CACHE)(
            narrated(number, name)(function)
        )

    return decorate
