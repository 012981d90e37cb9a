"""Which file system an index lies on, and whether other hosts may have it open at the same time.

A write-ahead log needs memory that all who have the database open share; hosts share none. There
SQLite keeps a rollback journal, whose locks the file system carries, more or less well.
Source: https://sqlite.org/wal.html, section 1; https://sqlite.org/useovernet.html.
"""

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

NETWORK: Final = frozenset(
    {
        "9p",  # of virtual machines and of WSL
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "pvfs2",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "webdav",
    }
)
# What programs mount through FUSE: `fuse.<one of these>`.
NETWORK_PROGRAMS: Final = frozenset(
    {
        "beegfs",
        "ceph",
        "cephfs",
        "davfs",
        "davfs2",
        "gcsfuse",
        "glusterfs",
        "grpcfuse",
        "juicefs",
        "mount_s3",
        "osxfs",
        "rclone",
        "s3fs",
        "smbnetfs",
        "sshfs",
        "vmhgfs-fuse",
    }
)


class Journal(StrEnum):
    """How an index keeps what a writer has not finished."""

    LOG = "WAL"
    ROLLBACK = "DELETE"


class Mount(Protocol):
    """A mounted file system, as psutil tells it."""

    @property
    def mountpoint(self) -> str:
        """The folder that it is mounted on."""

    @property
    def fstype(self) -> str:
        """Its type, in the system's own word."""


def mounts() -> list[Mount]:
    """Return what is mounted, in the order of mounting; nothing where the system does not tell."""
    import psutil  # noqa: PLC0415 -- slow to load, and most who open an index do not ask

    try:
        return list(psutil.disk_partitions(all=True))
    except (OSError, psutil.Error):
        return []


def type_of(path: Path, mounted: Iterable[Mount]) -> str | None:
    """Return the type of the file system that a path lies on, the last one mounted there.

    None where nothing that is mounted holds it.
    """
    location = path.resolve()
    found, depth = None, -1
    for mount in mounted:
        folder = Path(mount.mountpoint)
        if location.is_relative_to(folder) and len(folder.parts) >= depth:
            found, depth = mount.fstype, len(folder.parts)
    return found


def is_network(fstype: str | None) -> bool:
    """Tell whether other hosts may have the same files open. What is not recognised is local."""
    name = (fstype or "").lower()
    kind, _, program = name.partition(".")
    return name in NETWORK or (kind in {"fuse", "macfuse"} and program in NETWORK_PROGRAMS)


def network_type_of(path: Path) -> str | None:
    """Return the type of the network file system that a path lies on; None where it is local."""
    fstype = type_of(path if os.path.lexists(path) else path.parent, mounts())
    return fstype if is_network(fstype) else None


def journal_for(fstype: str | None) -> Journal:
    """Choose the journal of a database on a file system of this type."""
    return Journal.ROLLBACK if is_network(fstype) else Journal.LOG
