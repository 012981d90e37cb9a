"""A disk that is full, or may only be read: named, with its room, by whatever command meets it."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from tests.legacy import v4

MIB = 1 << 20

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk of one MiB, which is the working folder, with a legacy index on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    v4(folder / "index.db")
    monkeypatch.chdir(folder)
    yield folder
    monkeypatch.chdir(tmp_path)
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def frozen(folder):
    """Let a disk only be read."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


def fill(folder):
    """Leave not a byte."""
    with (folder / "hog").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 12))
        except OSError:
            return


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "words",
    [["backup", "--to", "../b.zst"], ["backup", "--to", "../b.zst", "--dry-run"], ["maintain"]],
    ids=" ".join,
)
def test_where_no_lock_can_be_written_the_folder_is_named_and_what_to_do(command, disk, words):
    with frozen(disk):
        code, out, said = command(*words, "--db", "index.db")

    assert (code, out) == (3, "")
    assert said == (
        f"flagday: {disk} cannot be written to: Read-only file system\n"
        "  next: Have write access to that folder: whoever changes or backs up an index holds a "
        "lock beside it. Nothing was changed.\n"
    )


def test_a_plan_that_cannot_be_written_is_told_with_what_to_do(command, disk):
    with frozen(disk):
        code, out, said = command("init")

    assert (code, out) == (3, "")
    assert said == (
        f"flagday: {disk}/flagday.toml cannot be written: Read-only file system\n"
        "  next: Have write access to that folder, and room in it; or redirect what "
        "`flagday init --dry-run` prints. Nothing was changed.\n"
    )


@pytest.mark.parametrize("words", [["backup"], ["maintain"], ["roll-back"]], ids=" ".join)
def test_a_full_disk_is_named_with_its_room_where_not_even_a_lock_fits(command, disk, words):
    fill(disk)
    code, out, said = command(*words, "--db", "index.db")
    hog = names(disk)

    assert (code, out) == (3, "")
    assert f"the disk of {disk}/index.db.generations is full (0 of 1 MiB free)" in said
    assert "hog" in hog


def test_a_backup_for_which_there_is_no_room_names_the_disk_that_is_full(command, disk, tmp_path):
    index = v4(tmp_path / "elsewhere.db")
    fill(disk)
    code, out, said = command("backup", "--db", index, "--to", disk / "b.zst")

    assert (code, out) == (3, "")
    assert said == (
        f"flagday: the backup {disk}/b.zst cannot be written: the disk of {disk}/b.zst is full "
        "(0 of 1 MiB free)\n"
        "  next: Make room, or name another folder. The index in service is unchanged.\n"
    )
