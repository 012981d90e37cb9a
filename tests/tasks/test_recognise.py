"""What a database is, before the flag day, with a record and without."""

import apsw
import pytest

from migrations import runner
from tasks.contracts import Shape
from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.recognise import recognise
from tasks.store.generations import candidate_of, seal, switch
from tests import damage, legacy

UNRECORDED = {
    "v1": (Shape.UNRECORDED, 1, "v1"),
    "v2": (Shape.UNRECORDED, 2, "v2"),
    "v3": (Shape.UNRECORDED, 3, "v3"),
    "v3_text_keyed": (Shape.UNRECORDED, 3, "v3 text-keyed"),
    "v4": (Shape.UNRECORDED, 4, "v4"),
    "foreign": (Shape.FOREIGN, 0, ""),
}


def told(path):
    service = recognise(path)
    return service.shape, service.version, service.form


@pytest.mark.parametrize(("name", "expected"), UNRECORDED.items())
def test_a_database_without_a_record_is_told_by_its_tables(tmp_path, name, expected):
    assert told(legacy.found(name, tmp_path / "index.db")) == expected


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_a_database_with_a_record_is_what_the_record_says(tmp_path, version):
    path = legacy.recorded(f"v{version}", tmp_path / "index.db")

    assert told(path) == (Shape.LINEAGE, version, f"v{version}")


@pytest.mark.parametrize("version", [4, 5])
def test_a_version_of_other_bytes_than_todays_is_told_as_such(tmp_path, version):
    path = tmp_path / "index.db"
    connection = apsw.Connection(str(path))
    runner.up(connection, to=version)
    connection.execute("UPDATE schema_migrations SET checksum = 'other'")
    connection.close()

    assert told(path) == (Shape.CHANGED, version, f"v{version}")


def test_nothing_and_an_empty_database_have_no_form(tmp_path):
    (tmp_path / "empty.db").touch()

    assert told(tmp_path / "none.db") == (Shape.NONE, 0, "")
    assert told(tmp_path / "empty.db") == (Shape.EMPTY, 0, "")


def test_looking_at_a_database_changes_no_byte_of_it(tmp_path):
    path = legacy.found("v4", tmp_path / "index.db")
    before = path.read_bytes()
    recognise(path)

    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["index.db"]


def test_a_database_newer_than_the_tool_is_refused(tmp_path):
    path = legacy.recorded("v4", tmp_path / "index.db")
    connection = apsw.Connection(str(path))
    connection.execute(
        "INSERT INTO schema_migrations VALUES (?, 'later', '', '', 0, '9')", [runner.LATEST + 1]
    )
    connection.close()

    with pytest.raises(PreconditionFailed, match="newer than this flagday"):
        recognise(path)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", damage.KINDS, ids=lambda kind: kind.__name__)
def test_a_damaged_index_of_ours_is_told_as_such_however_it_was_damaged(tmp_path, kind, seed):
    path, candidate = tmp_path / "index.db", candidate_of(tmp_path / "index.db", "1")
    candidate.parent.mkdir()
    connection = apsw.Connection(str(candidate))
    runner.up(connection)
    connection.close()
    seal(candidate)
    switch(path, candidate)
    kind(candidate, seed)

    with pytest.raises(IndexDamaged) as refused:
        recognise(path)
    assert f"`flagday run ROOT… --db {path}`" in refused.value.next_step


def of_an_application(path, table):
    connection = apsw.Connection(str(path))
    connection.create_collation("theirs", lambda a, b: (a < b) - (a > b))
    connection.create_scalar_function("measured", len, 1, deterministic=True)
    connection.execute(f"CREATE TABLE {table}")
    connection.execute("INSERT INTO notes (a) VALUES ('one'), ('two'), ('three')")
    connection.close()
    return path


def test_a_collation_of_an_application_is_no_damage(tmp_path):
    table = "notes (a TEXT COLLATE theirs PRIMARY KEY)"

    assert told(of_an_application(tmp_path / "index.db", table)) == (Shape.FOREIGN, 0, "")


def test_a_database_that_only_its_application_can_examine_is_refused_as_such(tmp_path):
    table = "notes (a TEXT, b INT AS (measured(a))) STRICT"
    path = of_an_application(tmp_path / "index.db", table)

    with pytest.raises(PreconditionFailed, match=r"cannot be examined: unknown function: measured"):
        recognise(path)
