"""What is taken for a builder: what names the database, or has it open for writing."""

from pathlib import Path

from tasks.surroundings.builders import Places, builders_of
from tasks.surroundings.found import Builders, CronLine, Unit

NOWHERE = Places((), (), ())


def test_a_unit_that_names_the_database_is_a_builder_and_so_is_its_timer(tmp_path):
    database = tmp_path / "a.db"
    units = tmp_path / "units"
    units.mkdir()
    (units / "indexer.service").write_text(f"[Service]\nExecStart=/bin/indexer {database}\n")
    (units / "indexer.timer").write_text("[Timer]\nOnCalendar=daily\n")
    (units / "other.service").write_text("[Service]\nExecStart=/bin/other\n")
    places = Places(((units, "user"),), (), ())

    assert builders_of(database, (), (), places) == Builders(
        units=(Unit("indexer.service", "user"), Unit("indexer.timer", "user"))
    )


def test_a_line_of_cron_that_names_the_database_or_its_code_is_told(tmp_path):
    tables = tmp_path / "cron.d"
    tables.mkdir()
    database, code = tmp_path / "a.db", tmp_path / "app"
    (tables / "jobs").write_text(
        f"# 1 * * * * x {database}\n5 *  * * * root index {database}\n"
        f"7 * * * * root {code}/run.py\n9 * * * * root other\n"
    )
    (tmp_path / "crontab").write_text("")
    places = Places((), (tmp_path / "crontab", tables, tmp_path / "gone"), ())

    assert builders_of(database, (code,), (), places).cron == (
        CronLine(tables / "jobs", f"5 * * * * root index {database}"),
        CronLine(tables / "jobs", f"7 * * * * root {code}/run.py"),
    )


def test_a_process_that_has_it_open_for_writing_is_told_with_the_file_that_names_it(
    tmp_path, held_open
):
    database = tmp_path / "a.db"
    database.write_bytes(b"x")
    pid = held_open(database)
    pid_file = tmp_path / "run" / "indexer.pid"
    pid_file.parent.mkdir()
    pid_file.write_text(f"{pid}\n")
    (daemon,) = builders_of(database, (), (pid_file,), NOWHERE).daemons

    assert (daemon.pid, daemon.pid_file, daemon.folder) == (pid, pid_file, Path.cwd())


def test_a_pid_file_of_a_process_that_has_nothing_to_do_with_it_is_no_builder(tmp_path):
    (tmp_path / "web.pid").write_text("1\n")
    (tmp_path / "a.db").write_bytes(b"x")

    assert builders_of(tmp_path / "a.db", (), (), NOWHERE) == Builders()
