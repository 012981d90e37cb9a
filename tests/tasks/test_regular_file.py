"""A file of a root is read as a regular file of that folder, or not at all."""

import os
import socket
from pathlib import Path

import pytest

from tasks.regular_file import read_regular

MOST = 1000


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    (folder / "a.py").write_bytes(b"a = 1\n")
    (tmp_path / "secret").write_bytes(b"secret\n")
    return folder.resolve()


def test_a_regular_file_is_read_whole_and_a_larger_one_up_to_the_bound(root):
    assert read_regular(root / "a.py", MOST) == b"a = 1\n"
    assert read_regular(root / "a.py", 2) == b"a "


def a_pipe(file):
    os.mkfifo(file)


def a_socket(file):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(file))


def a_device(file):
    file.symlink_to("/dev/zero")


def a_link_out_of_the_root(file):
    file.symlink_to("../secret")


@pytest.mark.parametrize("put", [a_pipe, a_socket, a_device, a_link_out_of_the_root])
def test_what_took_the_place_of_a_file_is_neither_waited_for_nor_followed(root, put):
    (root / "a.py").unlink()
    put(root / "a.py")
    with pytest.raises(OSError, match="no regular file any more"):
        read_regular(root / "a.py", MOST)


def test_a_device_without_an_end_is_no_regular_file():
    with pytest.raises(OSError, match="no regular file any more"):
        read_regular(Path("/dev/zero"), MOST)


def test_a_folder_that_became_a_link_leads_nowhere(root, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/key.py").write_bytes(b"secret\n")
    (root / "folder").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="behind a symbolic link"):
        read_regular(root / "folder/key.py", MOST)


def test_names_of_any_bytes_are_read(root):
    names = [b"new\nline.py", b"\xff\xfe.py", b"n" * 255, b" (deleted)", b"-rf"]
    files = [root / os.fsdecode(name) for name in names]
    for file in files:
        file.write_bytes(b"x")

    assert [read_regular(file, MOST) for file in files] == [b"x"] * len(files)


def test_where_the_system_does_not_tell_where_a_file_lies_the_way_is_gone_by_hand(
    root, tmp_path, monkeypatch
):
    monkeypatch.setattr(os, "readlink", lambda _: (_ for _ in ()).throw(FileNotFoundError()))
    (root / "link").symlink_to(tmp_path)

    assert read_regular(root / "a.py", MOST) == b"a = 1\n"
    with pytest.raises(OSError, match="behind a symbolic link"):
        read_regular(root / "link/secret", MOST)
