"""Which file systems are recognised as a network's, and what journal an index on them keeps."""

from pathlib import Path
from types import SimpleNamespace

import apsw
import pytest

from tasks.store.file_systems import (
    NETWORK,
    NETWORK_PROGRAMS,
    Journal,
    is_network,
    journal_for,
    mounts,
    network_type_of,
    type_of,
)
from tasks.store.generations import seal
from tests.tasks.store.conftest import new_index


def mounted(**types):
    """Say what is mounted, in order: a folder below the root and its type."""
    folders = [(f"/{name}".replace("__", "/"), fstype) for name, fstype in types.items()]
    return [SimpleNamespace(mountpoint=folder, fstype=fstype) for folder, fstype in folders]


@pytest.mark.parametrize(
    "fstype", ["nfs", "nfs4", "NFS", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "virtiofs"]
)
def test_a_network_file_system_gets_a_rollback_journal(fstype):
    assert (is_network(fstype), journal_for(fstype)) == (True, Journal.ROLLBACK)


@pytest.mark.parametrize(
    "fstype", ["ext4", "xfs", "btrfs", "overlay", "tmpfs", "apfs", "fuseblk", "fuse.ntfs-3g", None]
)
def test_a_local_file_system_gets_a_log(fstype):
    assert (is_network(fstype), journal_for(fstype)) == (False, Journal.LOG)


def test_types_are_written_as_they_are_looked_up():
    assert [name for name in NETWORK | NETWORK_PROGRAMS if name != name.lower()] == []


def test_the_deepest_mount_that_holds_a_path_tells_its_type():
    found = mounted(a="nfs", **{"": "ext4", "a__b": "xfs", "a__bc": "cifs"})

    assert {path: type_of(Path(path), found) for path in ("/x", "/a/x", "/a/b/x", "/a/bcd")} == {
        "/x": "ext4",
        "/a/x": "nfs",
        "/a/b/x": "xfs",
        "/a/bcd": "nfs",
    }


def test_of_two_mounts_on_one_folder_the_later_one_counts():
    found = [
        SimpleNamespace(mountpoint="/a", fstype="nfs"),
        SimpleNamespace(mountpoint="/a", fstype="ext4"),
    ]

    assert type_of(Path("/a/x"), found) == "ext4"


def test_what_no_mount_holds_has_no_type():
    assert type_of(Path("/x"), []) is None


def test_a_link_is_followed_to_where_its_file_lies(tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "index.db").symlink_to("share/1.db")
    found = [
        SimpleNamespace(mountpoint="/", fstype="ext4"),
        SimpleNamespace(mountpoint=str(tmp_path / "share"), fstype="nfs4"),
    ]

    assert type_of(tmp_path / "index.db", found) == "nfs4"


def test_this_host_tells_what_is_mounted(tmp_path):
    assert type_of(tmp_path, mounts()) is not None
    assert network_type_of(tmp_path / "index.db") is None


@pytest.mark.parametrize(("fstype", "mode"), [("nfs4", "delete"), ("ext4", "wal")])
def test_a_sealed_index_keeps_the_journal_of_its_file_system(tmp_path, fstype, mode):
    index = new_index(tmp_path / "index.db")
    seal(index, fstype)
    connection = apsw.Connection(str(index))
    found = [connection.pragma(name) for name in ("journal_mode", "application_id", "user_version")]
    connection.close()

    assert found == [mode, int.from_bytes(b"flgd", "big"), 5]
