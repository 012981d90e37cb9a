"""Lines in the order of their bytes, however many, in bounded memory."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from tempfile import TemporaryFile
from typing import IO, Final

_RUN_BYTES: Final = 64 << 20


def sorted_lines(lines: Iterable[bytes], run_bytes: int = _RUN_BYTES) -> Iterator[bytes]:
    """Yield ``lines`` as ``LC_ALL=C sort -u`` orders them: by bytes, equal ones once.

    Lines have no newline. More than ``run_bytes`` of them wait, sorted in runs, in temporary
    files. Raises OSError where these cannot be written.
    """
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        waiting: list[bytes] = []
        size = 0
        for line in lines:
            waiting.append(line)
            size += len(line)
            if size >= run_bytes:
                runs.append(_set_aside(sorted(waiting), files.enter_context(TemporaryFile())))
                waiting, size = [], 0
        yield from _distinct(merge(*runs, sorted(waiting)) if runs else sorted(waiting))


def _set_aside(run: list[bytes], file: IO[bytes]) -> Iterator[bytes]:
    file.writelines(line + b"\n" for line in run)
    file.seek(0)
    return (line[:-1] for line in file)


def _distinct(lines: Iterable[bytes]) -> Iterator[bytes]:
    last = None
    for line in lines:
        if line != last:
            yield line
        last = line
