"""What a damaged file shows before a single page of it is read."""

import os

import apsw
import pytest

from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.store.connection import open_read_only
from tasks.store.generations import candidate_of, seal, switch
from tasks.store.header import flaw_of
from tasks.store.untouched import untouched
from tests.tasks.store.conftest import new_index


@pytest.fixture
def service(tmp_path):
    """An index in service, as a flag day leaves it: a link to a sealed generation."""
    path = tmp_path / "index.db"
    candidate = candidate_of(path, "1")
    candidate.parent.mkdir()
    new_index(candidate)
    seal(candidate)
    switch(path, candidate)
    return path


def overwrite(database, at, content):
    with database.resolve().open("r+b") as file:
        file.seek(at)
        file.write(content)


def opened(service):
    for way in (open_read_only, lambda path: untouched(path).__enter__()):
        with pytest.raises(IndexDamaged) as refused:
            way(service)
    return refused.value


def test_a_whole_index_has_no_flaw(service, empty):
    assert (flaw_of(service), flaw_of(empty)) == (None, None)


@pytest.mark.parametrize("cut", [1, 4096, 100_000])
def test_a_truncated_index_is_found_at_open(service, cut):
    whole = service.stat().st_size
    os.truncate(service, whole - cut)

    assert f"it has {whole - cut} bytes; its header says" in opened(service).what


def test_an_index_with_bytes_after_its_end_is_found_at_open(service):
    with service.open("ab") as file:
        file.write(b"x")

    assert "its header says" in opened(service).what


def test_an_index_cut_within_its_header_is_found_at_open(service):
    os.truncate(service, 60)

    assert "it ends within its header, after 60 bytes" in opened(service).what


def test_an_empty_generation_is_damaged_and_an_empty_database_elsewhere_is_not(service, tmp_path):
    os.truncate(service, 0)
    (tmp_path / "new.db").touch()

    assert "it is empty: 0 bytes" in opened(service).what
    assert flaw_of(tmp_path / "new.db") is None


@pytest.mark.parametrize(("at", "value"), [(16, b"\x00\x03"), (16, b"\x00\x00"), (17, b"\x07")])
def test_a_page_size_that_there_is_not_is_found_at_open(service, at, value):
    overwrite(service, at, value)

    assert "its header names a page size of" in opened(service).what


@pytest.mark.parametrize("content", [b"not a database", b"once upon a time " * 4000])
def test_a_text_in_the_place_of_a_generation_is_damage_and_elsewhere_a_wrong_name(
    service, tmp_path, content
):
    service.resolve().write_bytes(content)
    (tmp_path / "notes.txt").write_bytes(content)

    assert "is corrupt: file is not a database" in opened(service).what
    with pytest.raises(PreconditionFailed, match=r"notes\.txt is not an SQLite database"):
        open_read_only(tmp_path / "notes.txt")


@pytest.mark.parametrize(("at", "value"), [(21, b"\x00"), (47, b"\x09"), (59, b"\x07")])
def test_a_flip_in_the_header_is_found_at_open(service, at, value):
    overwrite(service, at, value)

    assert "flagday run" in opened(service).next_step


def test_a_flip_in_the_schema_is_found_at_open(service):
    raw = service.read_bytes()
    service.resolve().write_bytes(raw.replace(b"CREATE TABLE files", b"CREATE BABLE files"))

    assert "is corrupt" in opened(service).what


def test_a_log_that_holds_what_the_file_has_not_yet_is_no_flaw(service):
    writer = apsw.Connection(str(service))
    writer.wal_autocheckpoint(0)
    writer.execute("CREATE TABLE more (x); INSERT INTO more VALUES (zeroblob(100000))")
    with service.resolve().open("ab") as file:
        file.write(bytes(8192))

    assert flaw_of(service) is None
    writer.close()


def test_what_is_no_file_is_left_to_sqlite(tmp_path):
    assert (flaw_of(tmp_path), flaw_of(tmp_path / "gone.db")) == (None, None)
