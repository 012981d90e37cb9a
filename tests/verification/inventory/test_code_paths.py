import os

import pytest

from verification.inventory.changes import NUMBERS
from verification.inventory.code_paths import find_code_paths
from verification.inventory.model import Area, CodePath, Confidence, Operation, Search, Site

READ_BY_FILE = CodePath(
    root="consumer",
    file="where.py",
    line=2,
    end_line=2,
    statement="SELECT name FROM symbols WHERE file_id = ?",
    language="python",
    tables=("symbols",),
    via=(),
    operation=Operation.SELECT,
    columns=("file_id", "name"),
    forbidden_columns=("file_id",),
    compiles_on_legacy=True,
    compiles_on_v5=False,
    error="no such column: file_id",
    site=Site.STATEMENT,
    confidence=Confidence.HIGH,
    reason="SQLite compiles it on the legacy schema",
    rewrite="SELECT name FROM golden_symbols WHERE file_id = ?",
    area=Area.CODE,
    accepted=None,
    changes=(NUMBERS,),
)


def test_a_read_by_file_is_found_with_its_columns_and_no_longer_compiles_on_v5(find):
    source = 'def where(db):\n    db.execute("SELECT name FROM symbols WHERE file_id = ?")\n'

    assert find({"where.py": source}) == [READ_BY_FILE]


def test_without_a_legacy_database_the_words_of_the_statement_decide(find):
    source = 'db.execute("SELECT name FROM symbols WHERE file_id = ?")\n'
    (path,) = find({"where.py": source}, with_legacy=False)

    assert (path.compiles_on_legacy, path.compiles_on_v5) == (None, False)
    assert (path.tables, path.operation, path.columns, path.forbidden_columns) == (
        ("symbols",),
        Operation.SELECT,
        ("file_id", "name"),
        ("file_id",),
    )


def test_an_insert_into_listed_columns_writes_them_and_what_triggers_write(find):
    source = """db.Exec("INSERT INTO symbols (file_id, name) " +
        "VALUES (?, ?)")"""
    (path,) = find({"write.go": f"package a\nfunc f() {{\n{source}\n}}\n"})

    assert (path.line, path.tables, path.operation) == (
        3,
        ("symbols", "symbols_fts"),
        Operation.INSERT,
    )
    assert path.forbidden_columns == ("file_id",)
    assert path.error == "table symbols has no column named file_id"


def test_an_insert_without_a_list_writes_every_column(find):
    (path,) = find({"a.rb": 'db.execute "INSERT INTO refs VALUES (?,?,?,?,?,?,?,?)"\n'})

    assert path.forbidden_columns == ("content_version_id", "file_id")


def test_a_template_is_compiled_with_its_holes_filled(find):
    source = (
        "const q = `\n  SELECT ${columns} FROM symbols\n  WHERE name = ${name} ${order}`;\n"
        "const n: number = 1;\n"
    )
    (path,) = find({"src/query.ts": source})

    assert (path.file, path.line, path.language) == ("src/query.ts", 2, "typescript")
    assert path.statement == "SELECT {} FROM symbols WHERE name = {} {}"
    assert (path.columns, path.compiles_on_legacy, path.compiles_on_v5) == (("name",), True, True)


def test_an_sql_file_is_read_statement_by_statement_with_triggers_whole(find):
    source = """-- a script; with a comment
DELETE FROM refs; /* ; */ SELECT name
FROM "symbols";
CREATE TRIGGER t AFTER UPDATE ON files BEGIN DELETE FROM symbols; SELECT 1; END;
SELECT 'symbols; refs' FROM files;
DROP TABLE symbols;
"""

    assert [
        (path.line, path.tables, path.operation) for path in find({"schema/script.sql": source})
    ] == [
        (2, ("refs",), Operation.DELETE),
        (2, ("symbols",), Operation.SELECT),
        (4, ("symbols",), Operation.DDL),
        (6, ("symbols",), Operation.DDL),
    ]


@pytest.mark.parametrize(
    "trigger",
    [
        "CREATE TRIGGER t BEFORE UPDATE ON refs FOR EACH ROW EXECUTE FUNCTION touch('begin');",
        "CREATE TRIGGER t BEFORE UPDATE ON refs FOR EACH ROW SET NEW.name = 1;",
        "DELIMITER //\n%s//\nDELIMITER ;",
        "DELIMITER ;;\n%s;;\nDELIMITER ;",
        "DELIMITER $$\n%s $$\nDELIMITER ;",
        "%s//",
        "%s\n/",
        "%s;  -- it is over",
        "%s",
    ],
)
def test_a_trigger_ends_where_its_dialect_ends_it(find, trigger):
    body = "BEGIN IF 1 THEN DELETE FROM refs WHERE ref_id = CASE 1 WHEN 1 THEN 2 END; END IF; END"
    whole = trigger.replace("%s", f"CREATE TRIGGER t AFTER UPDATE ON refs FOR EACH ROW {body}")
    source = f"{whole}\nDELETE FROM symbols WHERE file_id = 3;\nSELECT file_id FROM refs;\n"

    assert [(path.tables, path.operation) for path in find({"script.sql": source})] == [
        (("refs",), Operation.DDL),
        (("symbols", "symbols_fts"), Operation.DELETE),
        (("refs",), Operation.SELECT),
    ]


def test_the_create_that_made_a_legacy_table_compiles_on_the_legacy_schema_only(find):
    (path,) = find({"v4.sql": "CREATE TABLE symbols (symbol_id INTEGER, file_id INTEGER)"})

    assert (path.operation, path.forbidden_columns) == (Operation.DDL, ("file_id",))
    assert (path.compiles_on_legacy, path.compiles_on_v5) == (True, False)
    assert path.error == "table symbols already exists"


def test_a_table_of_ones_own_may_have_a_file_id_beside_a_reference_to_symbols(find):
    (path,) = find({"own.sql": "CREATE TABLE own (file_id, symbol REFERENCES symbols)"})

    assert (path.tables, path.columns, path.forbidden_columns) == (("symbols",), (), ())


def test_the_file_id_of_files_is_their_own_and_not_forbidden(tmp_path, legacy):
    (tmp_path / "a.sql").write_text("SELECT file_id FROM files")
    (path,) = find_code_paths((tmp_path / "a.sql",), frozenset({"files"}), legacy).code_paths

    assert (path.root, path.file) == (tmp_path.name, "a.sql")
    assert (path.columns, path.forbidden_columns) == (("file_id",), ())


def test_a_new_view_uses_what_its_select_reads(find):
    (path,) = find({"a.sql": "CREATE VIEW IF NOT EXISTS mine AS SELECT file_id FROM symbols"})

    assert (path.operation, path.forbidden_columns) == (Operation.DDL, ("file_id",))
    assert (path.compiles_on_legacy, path.compiles_on_v5) == (True, False)


def test_the_words_of_a_trigger_name_the_table_that_it_is_on(find):
    source = 'q = f"CREATE TRIGGER t AFTER UPDATE ON {db}.refs BEGIN DELETE FROM symbols; END"\n'
    (path,) = find({"a.py": source})

    assert (path.tables, path.operation) == (("refs", "symbols"), Operation.DDL)


def test_a_hole_may_stand_among_the_keywords(find):
    (path,) = find({"a.py": 'q = f"INSERT {conflict} INTO refs (name) VALUES (?)"\n'})

    assert (path.operation, path.compiles_on_legacy) == (Operation.INSERT, True)


def test_a_table_behind_a_view_is_found(find):
    (path,) = find({"a.sql": "SELECT path FROM symbol_locations"})

    assert path.tables == ("symbol_locations", "symbols")
    assert path.error == "no such table: symbol_locations"


def test_the_main_statement_of_a_with_says_whether_it_writes(find):
    written = "WITH old AS (SELECT 1 AS id) DELETE FROM refs WHERE ref_id IN old"
    broken = "WITH old AS (SELECT nothing FROM nowhere) DELETE FROM refs"

    assert [path.operation for path in find({"a.sql": f"{written};\n{broken};"})] == [
        Operation.DELETE,
        Operation.DELETE,
    ]


def test_new_code_compiles_on_v5_only(find):
    (path,) = find({"a.sql": "SELECT symbols.name FROM symbols JOIN golden_symbols USING (ast_id)"})

    assert (path.compiles_on_legacy, path.compiles_on_v5, path.error) == (False, True, None)
    assert path.forbidden_columns == ()


def test_a_statement_whose_table_is_filled_in_cannot_be_classified(find):
    (path,) = find({"a.py": 'q = f"SELECT symbols.name FROM {table} AS symbols"\n'})

    assert (path.tables, path.is_classified) == ((), False)
    assert path.statement == "SELECT symbols.name FROM {} AS symbols"


@pytest.mark.parametrize(
    "source",
    [
        '"""Select symbols from the index."""\n',
        'print("Select symbols from the list")\n',
        "# SELECT name FROM symbols\n",
        "q = \"SELECT path FROM files WHERE language = 'symbols'\"\n",
        'q = "SELECT symbol_count FROM symbols_by_kind"\n',
        'text = "the symbols are updated"\n',
        'text = "With symbols as they are, nothing follows from refs"\n',
        'text = "Update symbols, then set refs"\n',
        "symbols = refs\n",
    ],
)
def test_prose_comments_values_and_longer_names_are_no_code_paths(find, source):
    assert find({"a.py": source}) == []


@pytest.mark.parametrize(
    ("name", "source", "line"),
    [
        ("a.py", 'q = (\n    "SELECT name "\n    f"FROM symbols {where}"\n)\n', 2),
        ("a.py", 'q = "-- why\\nSELECT name\\nFROM symbols"\n', 1),
        ("a.py", 'q = "SELECT name FROM symbols WHERE name = %s" % name\n', 1),
        ("a.js", "db.all(sql`SELECT name FROM symbols`)\n", 1),
        ("a.tsx", "const q = 'SELECT name' + '\\n' + 'FROM symbols';\n", 1),
        ("A.java", 'class A { String q = """\n  SELECT name FROM symbols\n  """; }\n', 2),
        ("a.kt", 'val q = "SELECT name FROM symbols WHERE name = $x"\n', 1),
        ("a.cs", 'class A { string q = $"SELECT name FROM symbols {x}"; }\n', 1),
        ("a.scala", 'val q = s"SELECT name FROM symbols $x"\n', 1),
        ("a.rs", 'fn f() { let q = r#"SELECT name FROM symbols"#; }\n', 1),
        ("a.c", 'char *q = "SELECT name"\n  " FROM symbols";\n', 1),
        ("a.cpp", 'auto q = R"(\nSELECT name FROM symbols)";\n', 2),
        ("a.rb", "q = <<~SQL\n  SELECT name FROM symbols\nSQL\n", 2),
        ("a.php", '<?php $q = "SELECT name" . " FROM symbols {$x}";\n', 1),
        ("a.sh", 'sqlite3 x <<EOF\nSELECT name FROM "symbols";\nEOF\n', 2),
        ("a.sh", 'sqlite3 "$db" "SELECT name FROM \\"symbols\\""\n', 1),
        ("a.lua", 'q = "SELECT name" .. [[ FROM symbols]]\n', 1),
        ("a.pl", "my $q = 'SELECT name FROM symbols';\n", 1),
        ("a.swift", 'let q = "SELECT name FROM symbols \\(x)"\n', 1),
    ],
)
def test_statements_are_found_in_the_strings_of_each_language(find, name, source, line):
    (path,) = find({name: source})

    assert (path.line, path.tables, path.operation) == (line, ("symbols",), Operation.SELECT)
    assert (path.compiles_on_legacy, path.columns[0]) == (True, "name")


def test_code_paths_are_sorted_and_tool_folders_and_links_are_left_out(find, tmp_path):
    statement = "SELECT name FROM symbols"
    (tmp_path / "elsewhere.sql").write_text(statement)
    (tmp_path / "consumer").mkdir()
    (tmp_path / "consumer" / "link.sql").symlink_to(tmp_path / "elsewhere.sql")
    names = ["b.sql", "a/z.sql", "node_modules/x.sql", ".venv/x.sql", ".git/x.sql", "notes.txt"]

    assert [path.file for path in find(dict.fromkeys(names, statement))] == ["a/z.sql", "b.sql"]


def test_files_that_cannot_be_read_are_listed_with_the_reason(tmp_path):
    root = tmp_path / "consumer"
    root.mkdir()
    (root / "binary.py").write_bytes(b"symbols\0")
    (root / "large.sql").write_bytes(b" " * (4 << 20) + b" ")
    (root / "picture.png").write_bytes(b"symbols\0")
    os.mkfifo(root / "pipe.py")
    found = find_code_paths((root, tmp_path / "gone"), frozenset({"symbols"}), None)

    assert found == Search(
        unreadable=(
            ("consumer/binary.py", "binary content"),
            ("consumer/large.sql", "larger than 4 MiB"),
            ("consumer/pipe.py", "not a regular file"),
            ("gone", "No such file or directory"),
        ),
        file_count=4,
    )


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT s.name FROM symbols s JOIN app.notes n ON n.id = s.symbol_id", ("symbols",)),
        ("INSERT INTO symbols (name) SELECT name FROM stage.incoming", ("symbols",)),
        ("INSERT INTO app.symbols (name) SELECT name FROM refs", ("refs",)),
        ("VALUES ((SELECT COUNT(*) FROM refs))", ("refs",)),
        ("SELECT name FROM symbols UNION SELECT name FROM app.symbols", ("symbols",)),
    ],
)
def test_a_table_beside_one_of_another_database_counts(find, statement, tables):
    (path,) = find({"a.py": f'db.execute("{statement}")\n'})

    assert path.tables == tables
