"""From every legacy shape to a verified v5 index: what is legacy goes, what others keep stays."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import closing
from functools import cache

import apsw
import pytest

from flows.cli import main
from migrations import runner
from migrations.catalogue import migrations
from tasks.cache import Cache, Factors
from tasks.cache.statistics import cache_stats
from tasks.errors import PreconditionFailed
from tasks.store import audit, backups
from tests import legacy
from tests.conftest import Bench

OF_OTHERS = {
    "notes",
    "notes_by_text",
    "note_stars",
    "notes_fts",
    *(f"notes_fts_{part}" for part in ("config", "data", "docsize", "idx")),
    "notes_fts_insert",
    "starred_notes",
}
KEPT = {
    "v4": {"build_queue", "discovery_queue"},
    "foreign": {"source_file", "symbol_docs", "todo", "all_files"},
}
FLAGS = {"foreign": {"legacy": {"tables": ["defs", "usages"], "queues": ["todo"]}}}
WAS = {
    "v1": "v1, a version of our lineage without a record",
    "v2": "v2, a version of our lineage without a record",
    "v3": "v3, a version of our lineage without a record",
    "v3_text_keyed": "v3 text-keyed, a version of our lineage without a record",
    "v4": "v4, a version of our lineage without a record",
    "foreign": "a schema of another make",
}
# What the v4 fixture says of lib/stock.py and lib/gone.py, which have changed or gone since.
STALE = [
    ("count", "function", "lib/stock.py", 1),
    ("forgotten", "function", "lib/gone.py", 1),
    ("recount", "function", "lib/stock.py", 4),
    ("total", "function", "lib/stock.py", 8),
]
# What the files hold that the v4 fixture does not know, or knows from another content.
UNKNOWN_TO_V4 = [
    ("Basket", "class", "web/price.js", 5),
    ("add", "method", "web/price.js", 6),
    ("count", "function", "lib/stock.py", 1),
    ("price", "function", "web/price.js", 1),
    ("recount", "function", "lib/stock.py", 5),
]


@pytest.fixture(scope="module")
def day(prefect, tmp_path_factory):  # noqa: ARG001 -- runs need the server
    """Run the flag day on a legacy database over the sources of its rows, once a database."""

    @cache
    def run(name):
        bench = Bench(tmp_path_factory.mktemp(name))
        legacy.found(name, bench.db)
        shutil.copytree(legacy.SOURCES, bench.folder / "src")
        return bench, bench.run("src", **FLAGS.get(name, {}))

    return run


def read(workspace, artifact):
    return json.loads((workspace.artifacts / artifact).read_text())


def names_in(connection):
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {name for (name,) in found}


@pytest.mark.parametrize("name", legacy.NAMES)
def test_a_legacy_index_becomes_v5_with_a_passed_verdict_and_nothing_legacy_is_left(day, name):
    bench, workspace = day(name)
    index, fresh = apsw.Connection(str(bench.db)), apsw.Connection(":memory:")
    runner.apply_alone(fresh, migrations()[-1])
    states = [entry.state for entry in runner.status(index)]
    left = names_in(index) - names_in(fresh)
    index.close()

    assert read(workspace, "verification.json")["verdict"] == "passed"
    assert states[-1] == "applied"
    assert left == OF_OTHERS | KEPT.get(name, set())


@pytest.mark.parametrize(
    ("key", "names"),
    [("tables", ["defs", "usagez"]), ("queues", ["todoo"]), ("not_queues", ["symbol_docz"])],
)
def test_a_name_in_the_plan_that_no_table_has_is_refused(bench, key, names):
    legacy.found("foreign", bench.db)
    bench.write(src={"a.py": "a = 1"})
    before = bench.db.read_bytes()

    with pytest.raises(PreconditionFailed, match=f"legacy.{key} names {names[-1]}, and .* no such"):
        bench.run("src", legacy={key: names})
    assert bench.db.read_bytes() == before


def test_a_plan_may_name_what_the_day_has_dropped_and_a_name_in_other_letters(bench):
    legacy.found("foreign", bench.db)
    bench.write(src={"a.py": "a = 1"})
    names = {"tables": ["symbols", "DEFS", "usages"], "queues": ["Todo"]}
    verdicts = [
        read(bench.run("src", legacy=names), "verification.json")["verdict"] for _ in range(2)
    ]

    assert verdicts == ["passed", "passed"]


@pytest.fixture
def refused_for_utf_16(bench):
    """The refusal of a database in UTF-16 with row ids that have gaps, and search over them."""
    with closing(apsw.Connection(str(bench.db))) as connection:
        connection.execute(
            "PRAGMA encoding = 'UTF-16be'; CREATE TABLE symbols (name); CREATE TABLE notes (text);"
            "INSERT INTO notes (rowid, text) VALUES (2, 'größe'), (7, '');"
            "CREATE VIRTUAL TABLE notes_fts USING fts5 (text, content = 'notes');"
            "INSERT INTO notes_fts (notes_fts) VALUES ('rebuild')"
        ).fetchall()
    bench.write(src={"a.py": "größe = 1"})
    with pytest.raises(PreconditionFailed, match="is in UTF-16be, and an index is") as refused:
        bench.run("src")
    return refused.value


def test_a_database_in_utf_16_is_refused_with_the_command_that_makes_a_copy_in_utf_8(
    bench, refused_for_utf_16
):
    copy = bench.db.with_name(f"{bench.db.stem}-utf8.db")

    assert refused_for_utf_16.next_step.startswith(
        f"Make a copy with `sqlite3 {bench.db} '.dump --preserve-rowids' | sqlite3 {copy}`, "
    )


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="the shell of SQLite is not installed")
def test_the_copy_in_utf_8_keeps_row_ids_and_what_searches_by_them(bench, refused_for_utf_16):
    command = refused_for_utf_16.next_step.split("`")[1]
    subprocess.run(["sh", "-c", command], check=True)
    copy = bench.db.with_name(f"{bench.db.stem}-utf8.db")
    verdict = read(bench.run("src", db=copy), "verification.json")["verdict"]

    assert verdict == "passed"
    assert bench.rows("SELECT rowid, text FROM notes", copy) == [(2, "größe"), (7, "")]
    assert bench.rows("SELECT rowid FROM notes_fts ('größe')", copy) == [(2,)]


@pytest.mark.parametrize("name", legacy.NAMES)
def test_the_inventory_says_what_the_database_was(day, name):
    _, workspace = day(name)

    assert read(workspace, "inventory.json")["was"] == WAS[name]
    assert f"The database was: {WAS[name]}." in (workspace.artifacts / "inventory.md").read_text()


@pytest.mark.parametrize("name", legacy.NAMES)
def test_what_others_keep_in_a_legacy_index_stays_with_its_rows_and_works(day, name):
    bench, _ = day(name)
    tables = ("notes", "note_stars", "notes_fts", "starred_notes")

    assert {table: bench.rows(f"SELECT * FROM {table}") for table in tables} == {
        "notes": [(1, "not ours"), (7, "and kept")],
        "note_stars": [(7, 5)],
        "notes_fts": [("not ours",), ("and kept",)],
        "starred_notes": [("and kept", 5)],
    }
    assert bench.rows("SELECT rowid FROM notes_fts WHERE notes_fts MATCH 'kept'") == [(7,)]


def test_queues_of_a_v4_index_are_empty(day):
    bench, _ = day("v4")

    assert bench.rows("SELECT * FROM build_queue") == []
    assert bench.rows("SELECT * FROM discovery_queue") == []


def test_analyses_of_a_v4_index_are_carried_over_into_the_companion_and_counted(day):
    bench, workspace = day("v4")
    content = hashlib.sha256((bench.folder / "src/app/main.py").read_bytes()).digest()
    with Cache(bench.db) as cache:
        value = cache.get(Factors("v4", content, prompt_hash="k"))
        counts = cache_stats(cache).by_type["summary"]
        entries = cache_stats(cache).total.entries
    (lost,) = [
        finding
        for finding in read(workspace, "verification.json")["findings"]
        if finding["check_id"] == "V-057"
    ]
    rows = {item["name"]: item["rows"] for item in read(workspace, "inventory.json")["tables"]}

    assert (value, entries) == ({"text": "A till."}, 1)
    assert (counts.hits, counts.misses) == (3, 1)
    assert rows["cache_entries"] == 2
    assert [row["cache_key"] for row in lost["evidence"]] == ["broken"]
    assert audited(bench) == [1]


def audited(bench):
    switches = (line for line in audit.lines(bench.db) if line.action == "cut over")
    return [line.detail["analyses"] for line in switches if line.result == audit.Result.DONE]


def test_tables_of_another_make_stay_unless_they_depend_on_what_goes_or_v5_has_their_name(
    day,
):
    bench, workspace = day("foreign")

    assert bench.rows("SELECT * FROM source_file") == [
        (1, "lib/queue.c", "d41d8cd9"),
        (2, "lib/stock.py", None),
    ]
    assert bench.rows("SELECT * FROM symbol_docs") == [("queue", "A ring.")]
    assert bench.rows("SELECT * FROM todo") == []
    assert {
        item["name"]: (item["rows"], item["why"])
        for item in read(workspace, "inventory.json")["tables"]
        if item["fate"] == "dropped"
    } == {
        "Defs Search": (3, "takes its content from defs"),
        "defs": (3, "named as legacy by the plan"),
        "imports": (1, "schema v5 has one of this name"),
        "runs": (1, "schema v5 has one of this name"),
        "schema_migrations": (2, "schema v5 has one of this name"),
        "usages": (1, "a foreign key refers to defs; named as legacy by the plan"),
    }


def test_an_index_with_a_name_that_v5_takes_goes_and_its_table_stays(day):
    _, workspace = day("foreign")
    closure = {
        item["name"]: (item["kind"], item["why"])
        for item in read(workspace, "inventory.json")["closure"]
    }

    assert closure["refs_by_name"] == ("index", "schema v5 has one of this name")
    assert "source_file" not in closure


def test_where_the_rows_of_a_v4_index_were_right_the_golden_join_gives_the_same(day):
    bench, _ = day("v4")
    (backup,) = (bench.folder / "index.db.backups").iterdir()
    before = bench.folder / "before.db"
    backups.bring_back(backup, before, None)
    file_bound = bench.rows(
        "SELECT symbols.name, symbol_type, path, line_number, content_hash"
        " FROM symbols INNER JOIN files USING (file_id)"
        " INNER JOIN content_versions USING (content_version_id)",
        before,
    )
    right = Counter(row[:4] for row in file_bound if is_of_today(bench.folder / "src", *row[2::2]))
    wrong = Counter(row[:4] for row in file_bound) - right
    golden = Counter(bench.rows("SELECT name, symbol_type, path, line_number FROM golden_symbols"))

    assert golden == right + Counter(UNKNOWN_TO_V4)
    assert wrong == Counter(STALE)
    assert right.total() == 19


def is_of_today(root, path, content_hash):
    file = root / path
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == content_hash


def test_rows_that_a_v4_index_had_once_a_file_are_stored_once_a_content(day):
    bench, _ = day("v4")

    assert bench.rows("SELECT COUNT(*) FROM symbols WHERE name = 'Till'") == [(1,)]
    assert bench.where("Till") == [
        ("src", "app/main.py", 8),
        ("src", "app/main_of_last_year.py", 8),
    ]


@pytest.mark.parametrize(
    ("name", "what"), [("v3_text_keyed", "has schema v3, not v5"), ("foreign", "is not a flagday")]
)
def test_a_reader_of_a_legacy_index_is_told_what_it_is(tmp_path, monkeypatch, capsys, name, what):
    path = legacy.found(name, tmp_path / "index.db")
    monkeypatch.setattr(sys, "argv", ["flagday", "where", "f", "--db", str(path)])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 3
    assert f"index.db {what}" in capsys.readouterr().err
