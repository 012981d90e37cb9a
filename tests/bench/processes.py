"""What a command costs as a whole: CPU, wall and memory of it and of all that it starts."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

SAMPLE_S = 0.25
_HELD = ("Pss_Anon:", "Pss_Shmem:")


@dataclass(frozen=True, slots=True)
class Usage:
    """The cost of one run of a command."""

    cpu_s: float  # user and system, of all processes that have ended with it
    wall_s: float
    peak_mib: int  # of all processes together, shared pages once, without those of files
    first_word_s: float  # until it wrote its first line to stderr; inf: it wrote none

    @classmethod
    def middle(cls, usages: Sequence["Usage"]) -> "Usage":
        """Take the median of each figure."""
        return cls(
            median(usage.cpu_s for usage in usages),
            median(usage.wall_s for usage in usages),
            int(median(usage.peak_mib for usage in usages)),
            median(usage.first_word_s for usage in usages),
        )


def cost(command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None) -> Usage:
    """Run a command to its end; what it says on stdout is dropped.

    Raises subprocess.CalledProcessError where it fails, with what it said on stderr.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak = [0]
    watch = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watch.start()
    assert process.stderr
    said, first_word_s = [], float("inf")
    for line in process.stderr:
        first_word_s = min(first_word_s, time.monotonic() - began)
        said.append(line)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.monotonic() - began
    watch.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=b"".join(said))
    return Usage(usage.ru_utime + usage.ru_stime, wall_s, peak[0] >> 20, first_word_s)


def _watch(pid: int, peak: list[int]) -> None:
    try:
        top = psutil.Process(pid)
        while top.status() != psutil.STATUS_ZOMBIE:
            peak[0] = max(peak[0], sum(map(_size, [top, *top.children(recursive=True)])))
            time.sleep(SAMPLE_S)
    except psutil.NoSuchProcess:
        pass


def _size(process: psutil.Process) -> int:
    """Return the bytes that a process holds and the kernel cannot read again from a file."""
    try:
        told = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0
    kibibytes = dict(line.split()[:2] for line in told.splitlines() if line.endswith("kB"))
    return sum(int(kibibytes[name]) for name in _HELD) << 10
