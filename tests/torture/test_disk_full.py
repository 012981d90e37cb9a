"""A disk that fills up in the middle of a day: told in words, and nothing is lost."""

import os
import subprocess

import pytest

from tests.torture import IS_LONG
from tests.torture.conftest import Victim, begin

STEPS = range(1, 14) if IS_LONG else (5, 9, 12)
SIZE_MIB = 160
FAILED = {3, 4}  # exit codes of a run that did not come to its end

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")


@pytest.fixture(scope="module")
def small(prefect, tmp_path_factory):  # noqa: ARG001 -- runs use the server of the tests
    """A victim on a disk of its own."""
    disk = tmp_path_factory.mktemp("disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", disk], check=True)
    try:
        yield begin(Victim(disk))
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(folder):
    """Leave not a byte; return the file that takes the room."""
    hog = folder / "hog"
    with hog.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            return hog


@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_is_full_from_a_step_on_changes_nothing_and_is_named(small, step):
    before, name = small.digest(), small.change()
    run = small.paused(step)
    hog = fill(small.folder)
    code = run.go_on()
    said, after = small.said(), small.digest()
    hog.unlink()
    again = small.start().wait()

    assert (code in FAILED, after) == (True, before)
    assert any(words in said for words in (f"full (0 of {SIZE_MIB} MiB free)", "has 0 MiB free"))
    assert "Traceback" not in said
    assert (again, small.answers(name)[1:], small.runs_builder()) == (0, (1, "ok"), True)
