"""``flagday init`` from outside."""

import re
from contextlib import closing

import apsw

from tasks.read_plan import read_plan
from tests.legacy import v4

SOURCE = "def f(): pass\n"


def test_init_writes_a_plan_that_is_read_and_says_what_to_do_next(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    v4(tmp_path / "old.db")
    code, out, err = command("init")

    assert (code, out) == (0, "flagday.toml\n")
    assert err.splitlines() == [
        f"roots     {tmp_path}  (a guess: nothing names any)",
        f"index     {tmp_path}/old.db  v4",
        "code      none that names legacy tables",
        "builders  none seen",
        "next: read flagday.toml, then `flagday rehearse`",
    ]
    assert read_plan(None, {}).db == tmp_path / "old.db"


def test_a_database_that_is_not_there_is_told_beside_those_that_are(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    v4(tmp_path / "legacy.db")
    code, _, err = command("init", "--db", "legcy.db")

    assert code == 0
    assert err.splitlines()[1:3] == [
        f"index     {tmp_path}/legcy.db  is not there yet: a run makes it",
        f"also      {tmp_path}/legacy.db  v4",
    ]


def test_init_lists_the_tables_of_a_database_whose_make_nobody_knows(
    command, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with closing(apsw.Connection("theirs.db")) as connection:
        connection.execute("CREATE TABLE symtbl (symName); CREATE TABLE configtbl (configKey)")
    code, _, err = command("init", "--db", "theirs.db")
    plan = (tmp_path / "flagday.toml").read_text()

    assert code == 0
    assert err.splitlines()[1:] == [
        f"index     {tmp_path}/theirs.db  keeps no symbols that are known",
        "code      not searched: no table is known to be legacy",
        "builders  none seen",
        "next: read flagday.toml, name the tables of the old index in legacy.tables, "
        "then `flagday rehearse`",
    ]
    assert '\n#[legacy]\n#tables = ["configtbl", "symtbl"]\n' in plan
    assert "not there yet" not in plan


def test_init_after_a_run_names_its_index_and_the_roots_of_that(indexed, command):
    home = indexed.folder / ".flagday"
    home.mkdir(exist_ok=True)
    indexed.db.resolve().rename(home / "index.db")
    indexed.db.unlink()
    code, _, err = command("init")

    assert code == 0
    assert err.splitlines()[:2] == [
        f"roots     {indexed.folder}/src  (those that the index knows)",
        f"index     {home}/index.db  v5",
    ]


def test_init_names_the_builder_that_would_stop_the_day(command, tmp_path, monkeypatch, held_open):
    monkeypatch.chdir(tmp_path)
    pid = held_open(v4(tmp_path / "old.db"))
    (tmp_path / "builder.pid").write_text(f"{pid}\n")
    *_, last = command("init")[2].splitlines()
    (name,) = re.findall(r'^#name = "(.*)"$', (tmp_path / "flagday.toml").read_text(), re.MULTILINE)

    assert last == (
        f"next: read flagday.toml, uncomment [[builders]] {name}, which runs now, or the day stops"
        " in front of it, then `flagday rehearse`"
    )


def test_init_overwrites_no_plan_and_prints_one_when_asked(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flagday.toml").write_text("workers = 3\n")
    refused, _, err = command("init")
    code, out, _ = command("init", "--db", "new.db", "--dry-run")

    assert (refused, "is not overwritten" in err) == (3, True)
    assert (code, 'db = "new.db"' in out) == (0, True)
    assert (tmp_path / "flagday.toml").read_text() == "workers = 3\n"
