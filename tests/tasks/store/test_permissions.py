"""A database is its owner's alone, or as open as the one that it replaces."""

import os
import stat

import pytest

from tasks.store.permissions import create_private, create_private_folder, take_after


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_umask():
    """A umask that would let everyone in."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_private_file_is_its_owners_alone_whatever_the_umask(tmp_path):
    assert mode(create_private(tmp_path / "a")) == 0o600


def test_a_file_that_is_there_becomes_private_and_keeps_its_bytes(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"kept")
    create_private(file)

    assert (mode(file), file.read_bytes()) == (0o600, b"kept")


def test_a_private_folder_is_its_owners_alone_and_those_above_follow_the_umask(tmp_path):
    folder = create_private_folder(tmp_path / "above" / "folder")

    assert (mode(folder), mode(folder.parent)) == (0o700, 0o777)


def test_a_file_takes_the_mode_of_the_one_before(tmp_path):
    before, file = tmp_path / "before", create_private(tmp_path / "file")
    before.touch()
    before.chmod(0o644)

    assert take_after(file, before) is None
    assert mode(file) == 0o644


def test_a_file_without_one_before_stays_as_it_is(tmp_path):
    file = create_private(tmp_path / "file")

    assert take_after(file, tmp_path / "gone") is None
    assert mode(file) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_takes_the_owner_of_the_one_before(tmp_path):
    before, file = create_private(tmp_path / "before"), create_private(tmp_path / "file")
    os.chown(before, 1234, 2345)

    assert take_after(file, before) is None
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 2345)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone who may not")
def test_an_owner_that_cannot_be_kept_is_said(tmp_path):
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    before = tmp_path / "before"
    before.touch(0o644)
    os.seteuid(1234)
    try:
        said = take_after(create_private(tmp_path / "file"), before)
    finally:
        os.seteuid(0)

    assert said == "owner 0:0 could not be kept: only root gives files away"
    assert mode(tmp_path / "file") == 0o666 & stat.S_IMODE(before.stat().st_mode)
