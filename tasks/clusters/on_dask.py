"""A Dask cluster as an engine: each question is a task of its scheduler.

The tasks are Dask's own, not Prefect's: its workers need no way to Prefect's server.
"""

import logging
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Final

import dask
from distributed import Client, Future, KilledWorker

from tasks.clusters.engine import Withdrawn, asker
from tasks.clusters.errors import failed, unreachable
from tasks.errors import FlagDayError

_TIMEOUT_S: Final = 10.0  # to be answered, and for a first worker to come
_LOOK_S: Final = 10.0  # between two looks whether the scheduler is still there
_SILENCE_S: Final = 30.0  # after which it is lost: TCP alone may wait for ever


class Dask:
    """The workers of one scheduler, as an Engine."""

    def __init__(self, client: Client, address: str) -> None:
        """Keep the connection."""
        self._client: Final = client
        self._address: Final = address
        self._asked: Final[set[Future[bytes]]] = set()
        self._looking: Final = threading.Lock()
        self._seen_s = time.monotonic()  # when the scheduler answered last
        self._is_withdrawn = False

    def places(self) -> int:
        """Return how many tasks run at a time: the threads of all workers."""
        return sum(self._client.nthreads().values())

    def ask_each(self, question: bytes) -> dict[str, bytes]:
        """Return the answer of every worker, by its address."""
        try:
            answers = self._client.run(_asker_aside(), question, on_error="return")
        except Exception as error:
            raise failed(f"the cluster at {self._address}", error) from error
        for worker, answer in sorted(answers.items()):
            if isinstance(answer, FlagDayError):
                raise answer
            if isinstance(answer, Exception):
                raise failed(f"worker {worker} of {self._address}", answer)
        return dict(sorted(answers.items()))

    def ask(self, question: bytes) -> bytes:
        """Return the answer of any worker; Dask asks another where one is lost."""
        key = f"flagday-{secrets.token_hex(8)}"
        future = self._client.submit(asker(), question, key=key, pure=False)
        self._asked.add(future)
        try:
            return self._result(future)
        except (FlagDayError, Withdrawn):
            raise
        except CancelledError as error:
            if self._is_withdrawn:
                raise Withdrawn from error
            raise failed(f"the scheduler {self._address}", _why_cancelled(error)) from error
        except KilledWorker as error:
            raise failed(f"the workers of {self._address}", error) from error
        except Exception as error:
            raise failed(f"a worker of {self._address}", error) from error
        finally:
            self._asked.discard(future)

    def withdraw(self) -> None:
        """Cancel every task; one that runs goes on to its end, and nobody reads what it says."""
        self._is_withdrawn = True
        self._client.cancel(list(self._asked), force=True)

    def _result(self, future: "Future[bytes]") -> bytes:
        while True:
            try:
                answer: bytes = future.result(timeout=_LOOK_S)
            except TimeoutError:
                if future.done():
                    raise
                self._require_scheduler()
            else:
                return answer

    def _require_scheduler(self) -> None:
        """Raise StepFailed where the scheduler is silent; one thread asks for all."""
        with self._looking:
            if self._is_withdrawn:
                raise Withdrawn
            if time.monotonic() - self._seen_s < _LOOK_S:
                return
            ask = self._client.scheduler.echo  # type: ignore[union-attr]  # once connected
            try:
                self._client.sync(ask, callback_timeout=_SILENCE_S, data=b"")
            except (OSError, TimeoutError) as error:
                said = f"it has said nothing for {_SILENCE_S:g} s"
                raise failed(f"the scheduler {self._address}", said) from error
            self._seen_s = time.monotonic()


def _asker_aside() -> Callable[[bytes], Awaitable[bytes]]:
    """Return what :func:`asker` does, for where a worker must go on meanwhile."""

    async def ask(question: bytes) -> bytes:
        import asyncio  # noqa: PLC0415 -- of the worker

        from tasks.clusters import beside  # noqa: PLC0415 -- of the worker

        return await asyncio.to_thread(beside.ask, question)

    return ask


def _why_cancelled(error: CancelledError) -> str:
    return str(getattr(error, "reason", error))


@contextmanager
def connected(address: str) -> Iterator[Dask]:
    """Connect to a scheduler that has a worker. Raises StepFailed where there is none."""
    dask.config.set({"distributed.comm.timeouts.connect": f"{_TIMEOUT_S:g}s"})
    for name in ("distributed", "distributed.client"):  # an error is told once, by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_TIMEOUT_S, name="flagday", set_as_default=False)
    except (OSError, ValueError) as error:
        raise unreachable(address, error) from error
    try:
        _require_a_worker(client, address)
        yield Dask(client, address)
    finally:
        client.close(timeout=_TIMEOUT_S)


def _require_a_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_TIMEOUT_S)
    except TimeoutError as error:
        raise unreachable(address, f"no worker came within {_TIMEOUT_S:g} s") from error
