"""The database that Prefect's server begins with is the one that it would have made."""

from contextlib import closing

from flows.prefect_history import begin_where_none
from migrations.opening import connect
from tests.prefect_history import dumped, migrated


def rows(database):
    """Count the rows of each table."""
    with closing(connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {
            name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').get
            for (name,) in tables.fetchall()
        }


def in_any_order(statements):
    """Sort the statements, and within each its lines, which are constraints among others."""
    return sorted(sorted(line.strip(" ,\t") for line in each.splitlines()) for each in statements)


def test_a_new_history_is_what_the_migrations_of_prefect_come_to(tmp_path):
    of_prefect, ours = tmp_path / "prefect", tmp_path / "ours"
    for home in (of_prefect, ours):
        home.mkdir()
    begin_where_none(ours)
    made = migrated(of_prefect)

    assert in_any_order(dumped(made)) == in_any_order(dumped(ours / "prefect.db"))
    assert rows(made) == rows(ours / "prefect.db")
    assert sum(rows(made).values()) == 1  # its revision


def test_a_history_that_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "prefect.db").write_bytes(b"of runs")

    begin_where_none(tmp_path)

    assert (tmp_path / "prefect.db").read_bytes() == b"of runs"


def test_what_cannot_be_written_is_left_to_the_server(tmp_path):
    (tmp_path / ".unfinished.prefect.db").mkdir()

    begin_where_none(tmp_path)

    assert not (tmp_path / "prefect.db").exists()


def test_others_may_not_read_it(tmp_path):
    begin_where_none(tmp_path)

    assert (tmp_path / "prefect.db").stat().st_mode & 0o777 == 0o600
