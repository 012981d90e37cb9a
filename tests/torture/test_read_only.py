"""A file system that may only be read: told in words before anything is begun, or at the step."""

import os
import subprocess

import pytest

from tests.torture import IS_LONG
from tests.torture.conftest import all_ended

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk"),
    pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture"),
]


@pytest.fixture
def read_only(tmp_path):
    """A folder of a file system that nobody, root included, writes to."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def frozen(victim):
    """Make the folder of the victim read-only; undone at the end."""
    folder = str(victim.folder)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    yield victim
    subprocess.run(["umount", "--lazy", folder], check=True)


def refused(victim, *flags):
    """Start a run that cannot write; return its exit code and what it told."""
    before = victim.digest()
    run = victim.start(*flags)
    below = run.below()
    code = run.wait()

    assert victim.digest() == before
    assert all_ended(below) == []
    assert "Traceback" not in victim.said()
    return code, victim.said()


def test_the_folder_of_the_index_is_read_only(frozen):
    code, said = refused(frozen)

    assert code == 3
    assert "Read-only file system" in said


def test_the_folder_of_the_artifacts_is_read_only(victim, read_only):
    code, said = refused(victim, "--artifacts", read_only / "reports")

    assert code == 4
    assert f"step 2, take inventory, failed: Read-only file system: {read_only}/reports" in said
    assert victim.runs_builder()


def test_the_folder_of_the_backups_is_read_only(victim, read_only):
    plan = victim.folder / "flagday.toml"
    whole = plan.read_text()
    plan.write_text(f'{whole}\n[backup]\nfolder = "{read_only}/backups"\n')
    code, said = refused(victim)
    plan.write_text(whole)

    assert code == 3
    assert "cannot be written to" in said
    assert victim.runs_builder()


def test_nothing_is_left_of_what_was_refused(victim):
    name = victim.change()

    assert victim.start().wait() == 0, victim.said()
    assert victim.answers(name)[1:] == (1, "ok")
