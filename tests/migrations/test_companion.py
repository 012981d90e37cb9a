"""The lineage of the companion is kept like that of the index."""

from contextlib import closing

import apsw
import pytest

from migrations import runner
from migrations.catalogue import MigrationError, migrations
from migrations.manifest import FOLDER
from tests.migrations.conftest import schema

LINEAGE = FOLDER / "companion"


@pytest.fixture
def companion(connection):
    for migration in migrations(LINEAGE):
        runner.apply(connection, migration)
    return connection


def test_every_version_of_a_companion_is_applied_and_fits_the_lineage(companion):
    runner.check(companion, LINEAGE)

    assert [(entry.version, entry.state) for entry in runner.status(companion, LINEAGE)] == [
        (1, "applied")
    ]


def test_the_way_back_leaves_nothing(companion):
    for migration in reversed(migrations(LINEAGE)):
        companion.execute(migration.down.decode()).fetchall()

    assert schema(companion) == []


def test_a_companion_of_a_newer_flagday_does_not_fit(companion):
    companion.execute("INSERT INTO schema_migrations VALUES (9, 'next', '', '', 0, '')")

    with pytest.raises(MigrationError, match=r"schema v9, newer than this flagday \(v1\)"):
        runner.check(companion, LINEAGE)


def test_every_table_of_a_companion_is_strict():
    with closing(apsw.Connection(":memory:")) as connection:
        connection.execute(migrations(LINEAGE)[0].up.decode()).fetchall()
        loose = connection.execute(
            "SELECT name FROM pragma_table_list"
            " WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"
        ).fetchall()

    assert loose == []
