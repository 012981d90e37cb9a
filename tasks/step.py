"""A numbered step of the protocol, as Prefect sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import TagsContext

from tasks.timing import narrated

P = ParamSpec("P")
R = TypeVar("R")


def step(number: int, name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function step ``number`` of the flow, shown as ``<number> <name>``."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        made = task(name=f"{number} {name}", cache_policy=NO_CACHE)(
            narrated(number, name)(function)
        )

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            with untagged():
                return made(*args, **kwargs)

        return run

    return decorate


@contextmanager
def untagged() -> Iterator[None]:
    """Give the tags of the flow run to no task of it.

    For each tag of a task Prefect asks its server for a slot; over a connection that the server has
    closed meanwhile, as it does after five seconds, it asks again after two.
    """
    with TagsContext(current_tags=set()):
        yield
