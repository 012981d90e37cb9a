"""Parts made on a cluster: contents go out packed, parts come back, both are made sure of."""

import hashlib
import pickle
import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyarrow as pa

from tasks.clusters.cluster import Cluster, answered
from tasks.clusters.engine import Withdrawn
from tasks.clusters.errand import Errand, versions
from tasks.clusters.errors import altered
from tasks.contracts import Part, Slice
from tasks.errors import FlagDayError
from tasks.make_part import PartOrder
from tasks.packing import pack
from tasks.resume import made_of, note, take_over
from tasks.store.untouched import untouched
from tasks.worker import Bounds
from tasks.workers import WorkersEnded

_AHEAD: Final = 2  # parts under way for each place, so that none waits for its contents

_PACKING: Final = 4  # packs in memory at a time


class Elsewhere:
    """A maker of parts whose workers see neither the roots nor the index in service."""

    def __init__(self, cluster: Cluster, order: PartOrder, bounds: Bounds, max_failed: int) -> None:
        """Order nothing yet."""
        self.places: Final = cluster.engine.places()
        self._cluster: Final = cluster
        self._order: Final = order
        self._bounds: Final = bounds
        self._max_failed: Final = max_failed
        self._versions: Final = versions()
        self._room: Final = threading.Semaphore(_AHEAD * self.places)
        self._packing: Final = threading.Semaphore(_PACKING)
        self._failure: FlagDayError | None = None
        self._is_over = False

    def make(self, part: Slice) -> Part:
        """Have a part made, and bring it into the run's folder; callable from many threads.

        Raises what the first part raised that could not be made: then no more are ordered. Raises
        WorkersEnded where the block was left.
        """
        contents = self._order.rows(part)
        source = made_of(contents.to_pylist())
        path = self._order.folder / f"part-{part.number:04d}.arrow"
        if taken := take_over(path, source, self._order.left):
            return taken
        with self._room:
            try:
                self._require_going_on()
                made = self._make(part, contents, path)
            except Withdrawn as error:
                raise self._failure or WorkersEnded from error
            except FlagDayError as error:
                self._failure = self._failure or error
                self._cluster.engine.withdraw()
                raise
        note(made, source)
        return made

    def __enter__(self) -> Self:
        """Order parts inside of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Withdraw what is ordered; whoever waits for a part learns that the run is over."""
        self._is_over = True
        self._cluster.engine.withdraw()

    def _require_going_on(self) -> None:
        if self._is_over or self._failure:
            raise Withdrawn

    def _make(self, part: Slice, contents: pa.Table, path: Path) -> Part:
        storage, folder = self._cluster.storage, self._cluster.folder
        errand = self._errand(part, contents)
        made = answered(self._cluster.engine.ask(pickle.dumps(errand)), Part)
        unfinished = path.with_suffix(".unfinished")
        if storage.fetch(f"{folder}/{made.path}", unfinished) != made.sha256:
            raise altered(self._cluster.place, f"part {part.number}")
        unfinished.rename(path)
        storage.delete(f"{folder}/{errand.pack}")
        storage.delete(f"{folder}/{made.path}")
        return replace(made, path=path)

    def _errand(self, part: Slice, contents: pa.Table) -> Errand:
        """Put the contents of a part into the storage; return what to say of it."""
        with self._packing:
            packed, unread = self._pack(contents)
            digest = hashlib.sha256(packed).hexdigest()
            self._cluster.storage.put(f"{self._cluster.folder}/{digest}", packed)
        return Errand(
            storage=self._cluster.place,
            run=self._cluster.folder,
            versions=self._versions,
            part=replace(part, failed=(*part.failed, *unread)),
            pack=digest,
            parse_timeout_s=self._order.parse_timeout_s,
            bounds=self._bounds,
            max_failed=self._max_failed,
        )

    def _pack(self, contents: pa.Table) -> tuple[pa.Buffer, tuple[tuple[int, str], ...]]:
        if self._order.reuse_from is None:
            return pack(contents, None)
        with untouched(self._order.reuse_from) as index:
            return pack(contents, index)
