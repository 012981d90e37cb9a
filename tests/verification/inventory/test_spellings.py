"""How languages spell a statement: each spelling is read as the code that runs it means it."""

import json

import pytest

SPELLED = [
    ("a.php", "<?php\n$q = <<<'SQL'\nSELECT name FROM symbols\nSQL;\n", 3),
    ("b.php", "<?php\nq(<<<SQL\n  SELECT name FROM symbols WHERE name = {$x}\n  SQL);\n", 3),
    ("a.rb", "q = <<~SQL.squish\n  SELECT name FROM symbols\nSQL\n", 2),
    ("a.sh", "sqlite3 x.db <<EOF\n.mode csv\nSELECT name FROM symbols;\nEOF\n", 3),
    ("b.sh", "\tcat <<-EOF | sqlite3 x.db\n\t.headers on\n\tSELECT name FROM symbols;\n\tEOF\n", 3),
    ("c.sh", 'echo "$t: $(sqlite3 x.db "SELECT name FROM symbols")"\n', 1),
    ("a.sql", ".timeout 100\nSELECT name FROM symbols WHERE name = sqlc.arg(name);\n", 2),
    ("a.scala", 'val q = """\n  |SELECT name\n  |FROM symbols\n  """.stripMargin\n', 2),
    ("A.java", 'class A { String q = "SELECT %s FROM symbols".formatted(c); }\n', 1),
    ("a.c", 'void f() { snprintf(s, 9, "SELECT name FROM symbols WHERE 1 = %ld", i); }\n', 1),
    ("b.c", 'void f() { strcpy(s, "SELECT name ");\n strcat(s, "FROM symbols"); }\n', 1),
    ("c.c", '#define Q "SELECT name " \\\n  "FROM symbols"\n', 1),
    ("d.c", '#define Q(c) run(db, "SELECT " #c \\\n  " FROM symbols")\n', 1),
    ("e.c", '#define Q "SELECT name \\\n  FROM symbols"\n', 1),
    ("f.c", '#define T "sym" \\\n  "bols"\nchar *q = "SELECT name FROM " T; // symbols\n', 3),
    ("a.fish", 'echo "SELECT name FROM symbols;" | sqlite3 x.db\n', 1),
    ("b.py", 'COLS = "name"\nFROM = "FROM symbols"\nQ = f"SELECT {COLS} {FROM}"\n', 3),
    ("a.py", 'Q = {\n  "a": "SELECT name FROM symbols",\n  "b": "SELECT path FROM files",\n}\n', 2),
]


@pytest.mark.parametrize(("name", "text", "line"), SPELLED, ids=[name for name, *_ in SPELLED])
def test_a_statement_compiles_today_however_it_is_spelled(find, name, text, line):
    found = [(path.line, path.tables, path.compiles_on_legacy) for path in find({name: text})]

    assert found == [(line, ("symbols",), True)]


@pytest.mark.parametrize(
    "cell",
    [
        "%sql SELECT name FROM symbols\n",
        "names = %sql SELECT name FROM symbols\n",
        "%%sql\nSELECT name FROM symbols\n",
        "%%script sqlite3 x.db\nSELECT name FROM symbols;\n",
        "!sqlite3 x.db 'SELECT name FROM symbols'\n",
    ],
)
def test_a_statement_in_a_magic_of_a_notebook_is_found(find, cell):
    book = {"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)}]}
    (path,) = find({"a.ipynb": json.dumps(book)})

    assert (path.tables, path.compiles_on_legacy) == (("symbols",), True)


@pytest.mark.parametrize(
    "text",
    [
        "[q]\nfind = SELECT name FROM symbols WHERE name = ?\nwipe = DELETE FROM refs\n",
        "find: SELECT name\n  FROM symbols\n  WHERE\n  name = ?\nwipe: DELETE FROM refs\n[x]\n",
        "find = SELECT name \\\nFROM symbols WHERE \\\nname = ?\nwipe = DELETE FROM refs\n# END\n",
        "export FIND=SELECT name FROM symbols WHERE name = ?\nexport WIPE='DELETE FROM refs'\n",
        "[q]\n\tfind = SELECT name FROM symbols WHERE name = ?\n\twipe = DELETE FROM refs\n",
    ],
)
@pytest.mark.parametrize("name", ["a.ini", "a.cfg", "a.conf", "a.properties", ".env"])
def test_the_next_key_ends_a_statement_without_quotes(find, name, text):
    assert [path.statement for path in find({name: text})] == [
        "SELECT name FROM symbols WHERE name = ?",
        "DELETE FROM refs",
    ]


def test_a_macro_whose_table_is_a_parameter_is_left_unclassified(find):
    macros = '#define WIPE(t) "DELETE FROM " #t\n#define TWO "SELECT name FROM files", "symbols"\n'

    assert [(path.line, path.tables) for path in find({"a.h": macros})] == [(1, ())]


def test_a_cte_named_like_a_table_hides_it(find):
    hidden = "WITH symbols (path) AS (SELECT path FROM files) SELECT path FROM symbols;"
    used = "WITH symbols AS (SELECT name FROM main.symbols) SELECT name FROM symbols;"

    assert [path.statement for path in find({"a.sql": f"{hidden}\n{used}\n"})] == [used[:-1]]


def test_a_constant_of_another_language_fills_nothing(find):
    files = {
        "a.sh": 'table=${1:-symbols}\nsqlite3 x.db "SELECT name FROM $table"\n',
        "B.java": 'class B { static final String table = "refs"; }\n',
    }

    assert [path.tables for path in find(files)] == [("symbols",)]


def test_an_fts_table_over_a_table_is_a_use_of_it(find):
    made = "CREATE VIRTUAL TABLE words USING fts5 (name, content = 'symbols')"

    assert [path.tables for path in find({"a.sql": f"{made};\n"})] == [("symbols",)]
