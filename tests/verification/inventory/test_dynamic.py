"""Places that name no table in a statement, or reach it by a detour."""

import json

import pytest

from verification.inventory.model import Confidence, Operation, Site


def told(paths):
    return [(path.file, path.line, path.site, path.operation.value, path.tables) for path in paths]


BOTH = ("refs", "symbols")


@pytest.mark.parametrize(
    ("name", "source", "line"),
    [
        (
            "a.py",
            'TABLES = ("symbols", "refs")\nfor t in TABLES:\n    x(f"SELECT 1 FROM {t}")\n',
            3,
        ),
        ("a.py", 'x(*[f"SELECT 1 FROM {t}" for t in ("symbols", "refs")])\n', 1),
        (
            "a.go",
            'package a\nfunc f() {\n\tfor _, t := range []string{"symbols", "refs"} {\n'
            '\t\tdb.Query(fmt.Sprintf("SELECT 1 FROM %s", t))\n\t}\n}\n',
            4,
        ),
        ("a.ts", 'for (const t of ["symbols", "refs"]) db.all(`SELECT 1 FROM ${t}`);\n', 1),
        ("a.js", '["symbols", "refs"].forEach((t) => db.all("SELECT 1 FROM " + t));\n', 1),
        (
            "a.rs",
            'fn f() { for t in ["symbols", "refs"] { q(&format!("SELECT 1 FROM {t}")); } }',
            1,
        ),
        ("a.rb", '%w[symbols refs].each do |t|\n  db.execute("SELECT 1 FROM #{t}")\nend\n', 2),
        ("a.sh", 'for t in symbols refs; do\n  sqlite3 db "SELECT 1 FROM $t"\ndone\n', 2),
        (
            "A.java",
            'class A { void f() { for (var t : new String[] {"symbols", "refs"}) '
            '{ q("SELECT 1 FROM " + t); } } }',
            1,
        ),
        (
            "a.kt",
            'val ts = listOf("symbols", "refs")\nval x = ts.map { q("SELECT 1 FROM $it") }\n',
            2,
        ),
        (
            "a.cs",
            'class A { void F() { foreach (var t in new[] { "symbols", "refs" }) '
            '{ Q($"SELECT 1 FROM {t}"); } } }',
            1,
        ),
        ("a.php", '<?php foreach (["symbols", "refs"] as $t) { q("SELECT 1 FROM $t"); }\n', 1),
    ],
)
def test_a_loop_over_table_names_reads_all_of_them(find, name, source, line):
    assert told(find({name: source})) == [(name, line, Site.TABLE_LIST, "SELECT", BOTH)]


@pytest.mark.parametrize(
    "source",
    [
        'T = "symbols"\nq = f"SELECT name FROM {T}"\n',
        'T = "symbols"\nq = "SELECT name FROM %s" % T\n',
        'T = "symbols"\nq = "SELECT name FROM {}".format(T)\n',
        'T = "symbols"\nq = "SELECT name FROM {t}".format(t=T)\n',
        'T = "symbols"\nq = "SELECT name FROM " + T\n',
    ],
)
def test_a_table_name_in_a_variable_is_looked_up(find, source):
    assert told(find({"a.py": source})) == [
        ("a.py", 2, Site.TABLE_VARIABLE, "SELECT", ("symbols",))
    ]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.go", 'package a\nconst t = "symbols"\nvar q = fmt.Sprintf("SELECT name FROM %s", t)\n'),
        ("a.kt", 'const val T = "symbols"\nval q = "SELECT name FROM $T"\n'),
        ("a.c", '#define T "symbols"\nchar *q = "SELECT name FROM " T;\n'),
        ("a.cpp", 'std::string t = "symbols";\nauto q = "SELECT name FROM " + t;\n'),
        (
            "a.cs",
            'class A { string T = "symbols"; void F() { var q = $"SELECT name FROM {T}"; } }\n',
        ),
        ("a.php", '<?php $t = "symbols"; $q = sprintf("SELECT name FROM %s", $t);\n'),
        ("a.rb", 'T = "symbols"\nq = "SELECT name FROM #{T}"\n'),
        ("a.lua", 'local t = "symbols"\nlocal q = "SELECT name FROM " .. t\n'),
        ("a.swift", 'let t = "symbols"\nlet q = "SELECT name FROM \\(t)"\n'),
        ("a.ex", '@t "symbols"\nq = "SELECT name FROM #{@t}"\n'),
        ("a.scala", 'val t = "symbols"\nval q = s"SELECT name FROM $t"\n'),
        ("a.sh", 'T=symbols\nsqlite3 i.db "SELECT name FROM $T"\n'),
    ],
)
def test_a_table_name_in_a_variable_is_looked_up_in_any_language(find, name, source):
    (path,) = find({name: source})

    assert (path.site, path.tables) == (Site.TABLE_VARIABLE, ("symbols",))


def test_a_constant_of_another_file_is_looked_up(find):
    files = {
        "names.py": 'SYMBOLS_TABLE = "symbols"\n',
        "use.py": 'import names\nq = f"DELETE FROM {names.SYMBOLS_TABLE}"\n',
    }
    (path,) = find(files)

    assert (path.file, path.operation, "symbols" in path.tables) == (
        "use.py",
        Operation.DELETE,
        True,
    )


def test_a_table_name_among_options_is_looked_up(find):
    source = (
        'const defaults = { table: "symbols", size: 255 };\n'
        "class Store {\n"
        "  constructor(o) { this.opts = Object.assign({}, defaults, o); }\n"
        "  all() { return this.db.all(`SELECT name FROM ${this.opts.table}`); }\n"
        "}\n"
    )
    (path,) = find({"a.js": source})

    assert (path.line, path.tables) == (4, ("symbols",))


def test_what_callers_pass_tells_the_table(find):
    source = (
        'def count(db, table):\n    return db.execute(f"SELECT COUNT(*) FROM {table}")\n'
        'count(db, "symbols")\ncount(db, "files")\n'
    )
    (path,) = find({"a.py": source})

    assert (path.line, path.tables) == (2, ("symbols",))
    assert "count is called with it" in path.reason


def test_a_table_that_is_known_to_be_another_one_is_no_code_path(find):
    assert find({"a.py": 'T = "files"\nq = f"SELECT path FROM {T}"\nx = "symbols"\n'}) == []


def test_a_table_that_nothing_tells_is_found_and_left_unclassified(find):
    source = 'def f(db, t):\n    db.execute(f"DELETE FROM {t} WHERE id = ?")\n'
    (path,) = find({"a.py": source})

    assert (path.line, path.tables, path.is_classified) == (2, (), False)
    assert path.confidence is Confidence.LOW


def test_raw_sql_that_is_passed_through_is_found(find):
    source = "import sqlite3\ndef query(db, sql):\n    return db.execute(sql).fetchall()\n"

    assert told(find({"a.py": source})) == [("a.py", 3, Site.PASS_THROUGH, "ANY", ())]


def test_a_registry_is_found_with_its_statements_and_where_one_is_chosen(find):
    source = (
        'import sqlite3\nQUERIES = {\n    "names": "SELECT name FROM symbols",\n}\n'
        "def run(db, which):\n    return db.execute(QUERIES[which])\n"
    )

    assert told(find({"a.py": source})) == [
        ("a.py", 3, Site.REGISTRY, "SELECT", ("symbols",)),
        ("a.py", 6, Site.REGISTRY, "ANY", ("symbols",)),
    ]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.py", 'q = "SELECT name FROM symbols"\nq += " WHERE file_id = ?"\n'),
        ("a.js", 'let q = "SELECT name FROM symbols";\nq += " WHERE file_id = ?";\n'),
        ("a.py", 'p = ["SELECT name FROM symbols"]\np.append("WHERE file_id = ?")\n'),
        (
            "A.java",
            "class A { void f() { StringBuilder sb = new StringBuilder();\n"
            'sb.append("SELECT name ").append("FROM symbols WHERE file_id = ?"); } }',
        ),
        (
            "a.go",
            'package a\nfunc f() {\n\tsb.WriteString("SELECT name ")\n'
            '\tsb.WriteString("FROM symbols WHERE file_id = ?")\n}\n',
        ),
        ("a.py", 'q = " ".join(["SELECT name", "FROM symbols", "WHERE file_id = ?"])\n'),
    ],
)
def test_a_statement_put_together_from_pieces_is_read_as_one(find, name, source):
    (path,) = find({name: source})

    assert path.statement == "SELECT name FROM symbols WHERE file_id = ?"
    assert (path.site, path.forbidden_columns) == (Site.ASSEMBLED, ("file_id",))


def test_constant_columns_count(find):
    (path,) = find({"a.py": 'C = "name, file_id"\nq = f"SELECT {C} FROM symbols"\n'})

    assert path.forbidden_columns == ("file_id",)


@pytest.mark.parametrize(
    ("name", "source", "operations"),
    [
        (
            "a.py",
            'class Symbol(Base):\n    __tablename__ = "symbols"\n'
            "session.query(Symbol).filter_by(name=1)\nsession.execute(delete(Symbol))\n",
            ["ANY", "SELECT", "DELETE"],
        ),
        (
            "b.py",
            'class Symbol(models.Model):\n    class Meta:\n        db_table = "symbols"\n'
            "Symbol.objects.filter(name=1)\n",
            ["ANY", "SELECT"],
        ),
        (
            "c.ts",
            '@Entity("symbols")\nexport class Sym {}\nconst r = ds.getRepository(Sym);\n',
            ["ANY", "SELECT"],
        ),
        (
            "d.ts",
            'import { sqliteTable } from "drizzle-orm/sqlite-core";\n'
            'export const syms = sqliteTable("symbols", {});\nawait db.delete(syms);\n',
            ["ANY", "DELETE"],
        ),
        ("e.prisma", 'model Sym {\n  id Int @id\n  @@map("symbols")\n}\n', ["ANY"]),
        (
            "f.rs",
            "diesel::table! {\n    symbols (id) { id -> Integer, }\n}\n"
            "fn f() { symbols::table.load(c); }\n",
            ["ANY", "SELECT"],
        ),
        (
            "g.go",
            "package a\ntype Sym struct {}\n"
            'func (Sym) TableName() string { return "symbols" }\nfunc f() { db.Find(&Sym{}) }\n',
            ["ANY", "SELECT"],
        ),
        ("h.js", 'const knex = require("knex");\nknex("symbols").where({});\n', ["SELECT"]),
        ("i.js", 'const knex = require("knex");\nknex("symbols").del();\n', ["DELETE"]),
        ("j.rb", "class Symbol < ApplicationRecord\nend\n", ["ANY"]),
    ],
)
def test_models_their_uses_and_builders_are_code_paths(find, name, source, operations):
    paths = find({name: source})

    assert [path.operation.value for path in paths] == operations
    assert {path.tables for path in paths} == {("symbols",)}


@pytest.mark.parametrize(
    ("statement", "way"),
    [
        ("SELECT path FROM symbol_locations", "view symbol_locations"),
        ("SELECT rowid FROM symbols_fts WHERE symbols_fts MATCH ?", "fts table symbols_fts"),
        (
            "INSERT INTO content_versions (file_id, content_hash) VALUES (?, ?)",
            "trigger content_versions_replace",
        ),
    ],
)
def test_a_statement_that_takes_a_detour_names_the_way(find, statement, way):
    (path,) = find({"a.sql": statement})

    assert "symbols" in path.tables
    assert way in path.via


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.py", 'log.info("DELETE FROM symbols")\n'),
        ("a.py", 'raise ValueError("SELECT name FROM symbols")\n'),
        ("a.js", 'console.log("SELECT name FROM symbols");\n'),
        ("a.sh", 'echo "delete from symbols"\ngit show-ref refs/heads/main\n'),
        ("a.py", 'import psycopg2\ncur.execute("SELECT name FROM symbols")\n'),
        ("a.py", 'x("SELECT name FROM analytics.symbols")\n'),
        ("a.py", 'x("SELECT name FROM analytics.symbols JOIN analytics.notes")\n'),
        ("a.py", 'label = "Delete from refs"\n'),
        ("a.py", 'agent.run("select the best from symbols")\n'),
        ("a.py", 'c.execute("Select all of it from symbols")\n'),
        ("a.py", 'c.execute("delete from refs what is old")\n'),
        ("a.ts", 'const xs = Array.from("symbols"); path.join(root, "refs");\n'),
        ("a.ts", 'import Database from "better-sqlite3";\nimport x from "symbols";\n'),
        ("a.md", "SELECT name FROM symbols is what we ran.\n"),
        ("a.json", '{"symbols": ["refs"], "title": "the symbols of refs"}\n'),
    ],
)
def test_false_friends_stay_out(find, name, source):
    assert find({name: source}) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.py", 'c.execute("select usr from symbols")\n'),
        ("a.py", 'c.execute("insert into symbols select extra from staging")\n'),
        ("a.rb", 'db.execute "select usr from symbols"\n'),
        ("a.sh", 'sqlite3 x.db "select usr from symbols"\n'),
    ],
)
def test_what_a_call_runs_is_no_prose_where_it_compiles_on_neither_schema(find, name, source):
    (path,) = find({name: source})

    assert (path.tables, path.confidence) == (("symbols",), Confidence.LOW)


@pytest.mark.parametrize(
    ("name", "source", "line", "area"),
    [
        ("a.yaml", "q:\n  find: SELECT name FROM symbols\n", 2, "code"),
        ("a.yaml", 'run: sqlite3 i.db "SELECT name FROM symbols"\n', 1, "code"),
        ("a.toml", 'q = """\nSELECT name FROM symbols"""\n', 2, "code"),
        ("a.json", '{"q": "SELECT name FROM symbols"}\n', 1, "code"),
        ("a.xml", "<q>\nSELECT name FROM symbols\n</q>\n", 2, "code"),
        ("a.md", "# A\n\n```sql\nSELECT name FROM symbols;\n```\n", 4, "documentation"),
        ("a.rst", ".. code-block:: sql\n\n   SELECT name FROM symbols\n", 3, "documentation"),
        ("b.md", '```ipynb\n"source": "SELECT name FROM symbols"\n```\n', 2, "documentation"),
        ("Makefile", 'all:\n\tsqlite3 i.db "SELECT name FROM symbols"\n', 2, "code"),
        ("broken.py", 'def f(:\n    q("SELECT name FROM symbols"\n', 2, "code"),
        ("a.c", '#define Q "SELECT name FROM symbols"\n', 1, "code"),
        ("tool", '#!/usr/bin/env python3\nq = "SELECT name FROM symbols"\n', 2, "code"),
        ("a.zig", "const q =\n    \\\\SELECT name\n    \\\\FROM symbols\n;\n", 2, "code"),
        ("a.clj", '(def q "SELECT name FROM symbols")\n', 1, "code"),
        ("a.ex", '@q """\nSELECT name FROM symbols\n"""\n', 2, "code"),
        ("a.tcl", "db eval {SELECT name FROM symbols}\n", 1, "code"),
        ("a.hs", 'q = "SELECT name " ++ "FROM symbols"\n', 1, "code"),
        ("a.r", 'q <- paste("SELECT name", "FROM symbols")\n', 1, "code"),
        ("a.vue", '<script>\nq("SELECT name FROM symbols")\n</script>\n', 2, "code"),
    ],
)
def test_statements_are_found_in_any_kind_of_file(find, name, source, line, area):
    (path,) = find({name: source})

    assert (path.line, path.tables, path.area.value) == (line, ("symbols",), area)


def test_a_notebook_is_read_by_its_cells_with_the_lines_of_its_file(find):
    book = """{
 "cells": [
  {"cell_type": "code", "source": [
    "import sqlite3\\n",
    "db.execute(\\"SELECT name FROM symbols\\")\\n"
  ]},
  {"cell_type": "code", "source": ["%%sql\\n", "DELETE FROM refs"]}
 ], "metadata": {}, "nbformat": 4
}
"""

    assert [(path.line, path.operation.value) for path in find({"a.ipynb": book})] == [
        (5, "SELECT"),
        (7, "DELETE"),
    ]


CODE = {
    "cell_type": "code",
    "source": ["%%sql\n", "SELECT name FROM symbols WHERE scope = '\ud800'"],
}


@pytest.mark.parametrize(
    "book",
    [
        {"cells": [CODE]},
        {"cells": [CODE], "metadata": None},
        {"cells": [CODE], "metadata": {"kernelspec": None, "language_info": ["python"]}},
        {"cells": [CODE], "metadata": {"kernelspec": {"language": 3}}},
        {"cells": None, "kept": CODE},
        {"cells": [None, CODE]},
        {"cells": [CODE, {"cell_type": "code", "source": None}]},
        {"cells": [CODE, {"cell_type": "code", "source": [None]}]},
        {"worksheets": [{"cells": [CODE]}]},
        [CODE],
    ],
)
def test_an_odd_notebook_is_read_as_far_as_it_is_one_and_else_as_text(find, book):
    (path,) = find({"a.ipynb": json.dumps(book)})

    assert (path.line, path.tables, path.columns) == (1, ("symbols",), ("name", "scope"))


def test_a_notebook_that_is_nested_too_deep_is_read_as_text(find):
    (path,) = find({"a.ipynb": '["SELECT name FROM symbols",' + "[" * 100_000})

    assert (path.line, path.tables) == (1, ("symbols",))


def test_a_table_of_another_shape_that_the_code_makes_itself_is_doubtful(find):
    source = (
        'a("CREATE TABLE symbols (ticker TEXT, price REAL)")\n'
        'b("SELECT price FROM symbols WHERE ticker = ?")\n'
    )
    paths = find({"stocks.py": source})

    assert [path.confidence for path in paths] == [Confidence.LOW, Confidence.LOW]
