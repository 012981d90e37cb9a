import errno
import os

import pytest

from tasks.whole_files import write_whole, written_whole


def test_a_file_takes_the_place_of_the_one_before_when_it_is_whole(tmp_path):
    file = tmp_path / "note.json"
    file.write_text("before")
    with written_whole(file) as unfinished:
        unfinished.write_text("aft")
        meanwhile = file.read_text()
        unfinished.write_text("after")

    assert (meanwhile, file.read_text()) == ("before", "after")
    assert list(tmp_path.iterdir()) == [file]


def begin_and_fail(file, *, is_durable):
    with written_whole(file, is_durable=is_durable) as unfinished:
        unfinished.write_text("aft")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("is_durable", [False, True])
def test_where_the_writing_fails_the_file_is_as_it_was_and_nothing_is_left(tmp_path, is_durable):
    file = tmp_path / "note.json"
    file.write_text("before")
    with pytest.raises(OSError, match="No space left"):
        begin_and_fail(file, is_durable=is_durable)

    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_killed_process_left_under_the_unfinished_name_is_written_over(tmp_path):
    (tmp_path / ".unfinished.note.json").write_text("the longer beginning of a note")
    write_whole(tmp_path / "note.json", "whole", is_durable=True)

    assert [path.name for path in tmp_path.iterdir()] == ["note.json"]
    assert (tmp_path / "note.json").read_text() == "whole"


def test_a_private_file_is_private_from_its_first_byte(tmp_path):
    with written_whole(tmp_path / "part", 0o600) as unfinished:
        mode = unfinished.stat().st_mode & 0o777

    assert (mode, (tmp_path / "part").stat().st_mode & 0o777) == (0o600, 0o600)
