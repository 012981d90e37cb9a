"""What the plan says of code paths: their area, and what may remain."""

import pytest

from verification.inventory.code_paths import find_code_paths
from verification.inventory.gate import Acceptance, Rules, ruled, to_mend, unclassified
from verification.inventory.model import Area

CONSOLE = "import sqlite3\ndef run(db, sql):\n    return db.execute(sql)\n"


@pytest.fixture
def search(tmp_path):
    """Write files, search them, and apply the rules."""

    def searched(files, rules=None, tables=("symbols",)):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        found = find_code_paths((tmp_path,), frozenset(tables), None)
        return ruled(found, rules or Rules(), {tmp_path.name: tmp_path})

    return searched


def test_paths_of_tests_archives_and_documents_are_kept_and_called_so(search):
    names = ["a.py", "tests/a.py", "pkg/test_a.py", "archive/a.py", "docs/a.py", "b.spec.ts"]
    found = search(dict.fromkeys(names, 'q = "SELECT name FROM symbols"\n'))

    assert {path.file: path.area for path in found.code_paths} == {
        "a.py": Area.CODE,
        "tests/a.py": Area.TEST,
        "pkg/test_a.py": Area.TEST,
        "archive/a.py": Area.ARCHIVE,
        "docs/a.py": Area.DOCUMENTATION,
        "b.spec.ts": Area.TEST,
    }


def test_the_plan_may_name_other_archives(search):
    rules = Rules(archive=("retired/**",))
    (path,) = search({"retired/a.py": 'q = "SELECT name FROM symbols"\n'}, rules).code_paths

    assert path.area is Area.ARCHIVE


def test_what_nobody_can_classify_is_left_until_it_is_accepted_with_a_reason(search):
    accept = Acceptance("console.py", "db.execute(sql)", "people type it")

    assert [path.line for path in unclassified(search({"console.py": CONSOLE}))] == [3]
    assert unclassified(search({"console.py": CONSOLE}, Rules(accept=(accept,)))) == ()


def test_to_mend_is_what_breaks_and_is_neither_accepted_nor_the_history_of_the_schema(search):
    files = {
        "a.py": 'q = "SELECT file_id FROM symbols"\n',
        "b.py": 'q = "SELECT name FROM symbols"\n',
        "c.py": 'q = "DELETE FROM symbols WHERE file_id = ?"\n',
        "d.sql": "CREATE TABLE symbols (file_id INTEGER, name TEXT);\n",
        "e.sql": "CREATE VIEW v AS SELECT file_id FROM symbols;\n",
    }
    found = search(files, Rules(accept=(Acceptance("c.py", "DELETE", "never runs"),)))

    assert [path.file for path in to_mend(found)] == ["a.py", "e.sql"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.js", "const knex = require('knex')(); knex('symtbl').del();\n"),
        ("a.py", 'import sqlite_utils\ndb["symtbl"].insert({"a": 1})\n'),
        ("a.py", 'import pandas as pd\npd.read_sql_table("symtbl", "sqlite:///a.db")\n'),
        ("a.py", 'class Sym(Base):\n    __tablename__ = "symtbl"\n'),
        ("a.go", 'package a\nfunc (Sym) TableName() string { return "symtbl" }\n'),
    ],
)
def test_what_names_a_table_without_a_namesake_on_v5_is_to_mend_whatever_names_it(
    search, name, code
):
    found = search({name: code, f"tests/{name}": code}, tables=("symtbl",))

    assert {(path.file, path.area, path.error) for path in to_mend(found)} == {
        (name, Area.CODE, "no such table: symtbl"),
        (f"tests/{name}", Area.TEST, "no such table: symtbl"),
    }
    assert to_mend(search({name: code.replace("symtbl", "symbols")})) == ()


def test_what_hands_statements_on_breaks_nothing_itself(search):
    found = search({"a.py": CONSOLE + 'run(db, "DELETE FROM symtbl")\n'}, tables=("symtbl",))

    assert [(path.line, path.breaks_on_v5) for path in found.code_paths] == [(3, False), (4, True)]


NEEDED = "needs symtbl, which is gone"


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("DROP TABLE symtbl", "no such table: symtbl"),
        ("ALTER TABLE symtbl ADD COLUMN note TEXT", "no such table: symtbl"),
        ("CREATE INDEX by_name ON symtbl (name)", "no such table: main.symtbl"),
        ("CREATE TABLE IF NOT EXISTS symtbl (name TEXT)", "brings symtbl back"),
        ("CREATE TABLE child (name TEXT REFERENCES symtbl (name))", NEEDED),
        ("CREATE VIRTUAL TABLE found USING fts5 (name, content='symtbl')", NEEDED),
    ],
)
def test_code_that_makes_or_changes_a_table_that_is_gone_is_to_mend_unless_it_is_history(
    search, statement, error
):
    code = f'import sqlite3\nsqlite3.connect("a.db").execute("{statement}")\n'
    history = {"db/migrations/1_begin.py": code, "schema.sql": f"{statement};\n"}
    found = search({"a.py": code, **history}, tables=("symtbl",))

    assert len(found.code_paths) == 3
    assert [(path.file, path.error) for path in to_mend(found)] == [("a.py", error)]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("CREATE VIEW symtbl AS SELECT name FROM symbols", "brings symtbl back"),
        (
            "CREATE TRIGGER kept AFTER INSERT ON files "
            "BEGIN INSERT INTO symtbl (name) VALUES (new.path); END",
            NEEDED,
        ),
    ],
)
def test_a_view_or_a_trigger_on_a_table_that_is_gone_is_to_mend_wherever_it_stands(
    search, statement, error
):
    code = f'import sqlite3\nsqlite3.connect("a.db").execute("{statement}")\n'
    found = search({"a.py": code, "migrations/1.sql": f"{statement};\n"}, tables=("symtbl",))

    assert {(path.file, path.error) for path in to_mend(found)} == {
        ("a.py", error),
        ("migrations/1.sql", error),
    }


def test_a_table_that_is_dropped_where_it_is_there_is_none_to_mend(search):
    code = 'import sqlite3\nsqlite3.connect("a.db").execute("DROP TABLE IF EXISTS symtbl")\n'

    assert to_mend(search({"a.py": code}, tables=("symtbl",))) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.py", 'import sqlite_utils\nif db["symtbl"].exists():\n    pass\n'),
        ("a.py", 'import sqlite_utils\ndb["symtbl"].drop(ignore=True)\n'),
        ("a.js", "const knex = require('knex')(); knex.schema.dropTableIfExists('symtbl');\n"),
        ("a.sh", "sqlite-utils drop-table a.db symtbl --ignore\n"),
    ],
)
def test_what_asks_first_whether_a_table_is_there_is_none_to_mend(search, name, code):
    found = search({name: code}, tables=("symtbl",))

    assert (len(found.code_paths), to_mend(found)) == (1, ())


@pytest.mark.parametrize(
    "stale",
    [
        Acceptance("console.py", "db.execute(query)", "the line has changed"),
        Acceptance("other.py", "db.execute(sql)", "the file is gone"),
    ],
)
def test_an_acceptance_whose_line_is_gone_accepts_nothing_and_is_told(search, stale):
    found = search({"console.py": CONSOLE}, Rules(accept=(stale,)))

    assert len(unclassified(found)) == 1
    assert found.stale_acceptances == (f"{stale.file}: {stale.line!r} ({stale.reason})",)
