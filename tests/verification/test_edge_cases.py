"""What single checks accept and refuse beyond their offence."""

import hashlib
import os
from dataclasses import replace

import apsw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.reextract import EXTRACTOR
from tasks.spelling import spelled
from tests.verification.conftest import KNOCK, ROOM, digest
from tests.verification.offences import rewritten, run, undone
from verification.catalogue import checks
from verification.subject import NotApplicable
from verification.verify import verify


def evidence(subject, check_id):
    """Return the evidence of one check."""
    (finding,) = (each for each in verify(subject).findings if each.check_id == check_id)
    return finding.evidence


def recoded(subject, data):
    """Let ``wide.c`` hold other bytes, in the index and on disk."""
    (subject.database.parent / "left" / "wide.c").write_bytes(data)
    for table in ("files", "asts"):
        run(
            subject.database,
            f"UPDATE {table} SET content_hash = x'{digest(data).hex()}', size_bytes = {len(data)}"
            f" WHERE content_hash = x'{digest(KNOCK).hex()}'",
        )
    return undone(subject)


@pytest.mark.parametrize("column", ["file_path", "FileId", "path", "content_version_id"])
def test_a_column_that_names_a_file_is_found_by_any_name(good, column):
    run(good.database, f"ALTER TABLE refs ADD COLUMN {column} TEXT")

    assert evidence(good, "V-001") == (
        {"table_name": "refs", "column_name": column, "refers_to": None},
    )


def test_a_column_that_refers_to_files_is_found_by_any_name(good):
    run(good.database, "ALTER TABLE refs ADD COLUMN origin INTEGER REFERENCES files (file_id)")

    assert evidence(good, "V-001") == (
        {"table_name": "refs", "column_name": "origin", "refers_to": "files"},
    )


@pytest.mark.parametrize(
    ("column", "holds"),
    [("path", "paths"), ("file_id", "file ids"), ("content_hash", "content hashes")],
)
def test_values_that_are_files_are_found_under_a_harmless_name(good, column, holds):
    run(
        good.database,
        "ALTER TABLE refs ADD COLUMN origin ANY; UPDATE refs SET origin ="
        f" (SELECT {column} FROM golden_refs WHERE golden_refs.ref_id = refs.ref_id)",
    )
    (found,) = evidence(good, "V-014")

    assert (found["table_name"], found["column_name"], found["holds"]) == ("refs", "origin", holds)


def test_a_unique_key_that_ignores_case_is_none(good):
    run(
        good.database,
        "DROP INDEX symbols_identity; CREATE UNIQUE INDEX symbols_identity"
        " ON symbols (ast_id, symbol_type, name COLLATE NOCASE, line_number, column_number)",
    )

    assert [row["table_name"] for row in evidence(good, "V-004")] == ["symbols"]


def test_an_index_over_some_rows_only_is_none(good):
    run(
        good.database,
        "DROP INDEX files_by_content;"
        "CREATE INDEX files_by_content ON files (content_hash) WHERE language = 'c'",
    )

    assert evidence(good, "V-003") == ({"table_name": "files", "required_columns": "content_hash"},)


def test_a_missing_table_of_v5_is_found(good):
    run(good.database, "DROP TABLE run_steps")

    assert evidence(good, "V-006") == ({"table_name": "run_steps", "is_there": 0},)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be"])
def test_names_are_found_in_text_of_any_encoding(good, encoding):
    mark = "\ufeff" if encoding != "utf-8" else ""
    data = (mark + KNOCK.decode("latin-1")).encode(encoding)
    subject = recoded(good, data)
    run(good.database, f"UPDATE asts SET encoding = '{encoding}' WHERE encoding <> 'utf-8'")
    for table, name in (("symbols", "knock"), ("refs", "ring")):
        run(
            good.database,
            f"UPDATE {table} SET column_number = {data.index(name.encode(encoding))}"
            f" WHERE name = '{name}' AND line_number = 1",
        )

    assert verify(undone(subject)).passed


def test_an_encoding_that_does_not_exist_is_an_offence(good):
    run(good.database, "UPDATE asts SET encoding = 'latin-0' WHERE encoding <> 'utf-8'")

    assert evidence(undone(good), "V-032") == (
        {"root": "left", "path": "wide.c", "problem": "there is no encoding latin-0"},
    )


def test_a_carriage_return_alone_ends_no_line(good):
    data = KNOCK.replace(b"*/ ", b"*/\r")

    assert verify(recoded(good, data)).passed


def test_a_name_on_the_next_line_is_not_at_its_place(good):
    data = KNOCK.replace(b"*/ ", b"*/\n")
    (place,) = evidence(recoded(good, data), "V-032")[:1]

    assert place == {
        "root": "left",
        "path": "wide.c",
        "line_number": 1,
        "column_number": 15,
        "name": "knock",
        "view": "golden_symbols",
    }


def test_a_vanished_file_is_an_offence(good):
    (good.database.parent / "left" / "wide.c").unlink()

    assert evidence(good, "V-013") == (
        {"root": "left", "path": "wide.c", "problem": "No such file or directory"},
    )


@pytest.mark.parametrize(
    ("put", "problem"),
    [(os.mkfifo, "not a regular file"), (lambda file: file.symlink_to("logo.png"), "Too many")],
    ids=["a pipe", "a link"],
)
def test_what_took_the_place_of_a_file_is_an_offence_and_neither_waited_for_nor_followed(
    good, put, problem
):
    file = good.database.parent / "left" / "wide.c"
    file.unlink()
    put(file)
    (found,) = evidence(good, "V-013")

    assert (found["path"], found["problem"].startswith(problem)) == ("wide.c", True)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("logo.png", "symbolic link, not followed"),
        ("logo.png", "no language for this kind of file"),
        ("logo.png", "larger than max_file_bytes"),
        ("logo.png", "no parser for PNG"),
        ("link", "a git repository of its own"),
        ("logo.png", "minified or bundled code"),
        ("door.py", "it looks odd"),
        ("door.py", "syntax errors in 21.3 % of bytes"),
        ("door.py", "syntax errors in 21.2 % of bytes; nested deeper than 4000 levels"),
    ],
)
def test_another_reason_than_the_file_has_is_an_offence(good, path, reason):
    run(good.database, f"UPDATE files SET reason = '{reason}' WHERE path = '{path}'")

    assert [(row["path"], row["reason"]) for row in evidence(good, "V-024")] == [(path, reason)]


def test_a_name_that_is_not_utf_8_is_looked_up_as_it_is_and_no_other(good):
    left, link = good.database.parent / "left", "symbolic link, not followed"
    reasons = {b"r\xffom.py": "path is not UTF-8", rb"r\xffom.py": link}
    for seconds, (name, reason) in enumerate(reasons.items()):
        file = left / os.fsdecode(name)
        file.symlink_to("nowhere")
        os.utime(file, (0, seconds), follow_symlinks=False)
        run(
            good.database,
            "INSERT INTO files (root_id, path, size_bytes, mtime_ns, outcome, reason)"
            f" VALUES (1, '{spelled(name)}', 7, {seconds * 10**9}, 'skipped', '{reason}')",
        )
    found = [evidence(good, check_id) for check_id in ("V-016", "V-022", "V-024")]
    run(good.database, f"UPDATE files SET reason = '{link}' WHERE reason = 'path is not UTF-8'")

    assert found == [(), (), ()]
    assert evidence(good, "V-024") == (
        {"root": "left", "path": r"r\xffom.py/", "reason": link, "found": "path is not UTF-8"},
    )


def test_a_file_that_is_ignored_is_none_and_one_that_is_listed_must_be_there(good):
    left = good.database.parent / "left"
    (left / ".gitignore").write_text("*.log\n")
    (left / "build.log").write_text("ignored")

    assert evidence(good, "V-022") == (
        {"root": "left", "path": ".gitignore", "problem": "on disk, and not in the index"},
    )


def test_files_of_the_tool_itself_are_none_of_a_root(good):
    own = good.database.parent / "left" / ".flagday"
    own.mkdir()
    (own / "index.db").write_bytes(b"")

    assert verify(replace(good, own=(own,))).passed


def test_an_ignored_file_in_the_index_is_an_offence(good):
    (good.database.parent / "right" / ".gitignore").write_text("*.png\n.gitignore\n")

    assert evidence(good, "V-022") == (
        {"root": "right", "path": "logo.png", "problem": "in the index, and no file of it"},
    )


def test_an_extractor_that_fails_is_an_offence_of_every_check_that_needs_it(good):
    verdict = verify(replace(good, extractor=("false",)))

    assert [each.check_id for each in verdict.findings if each.offences] == [
        "V-015",
        "V-023",
        "V-025",
        "V-034",
        "V-046",
    ]


def test_without_an_extractor_nothing_is_extracted_anew(good):
    verdict = verify(replace(good, extractor=()))

    assert [each.check_id for each in verdict.findings if not each.is_applicable] == [
        "V-015",
        "V-023",
        "V-025",
        "V-034",
        "V-046",
    ]


def test_evidence_names_every_column_of_a_symbol_that_differs(good):
    run(good.database, "UPDATE symbols SET signature = 'def room(x)' WHERE name = 'room'")
    symbol = {
        "name": "room",
        "symbol_type": "function",
        "scope": None,
        "line_number": 5,
        "column_number": 4,
        "end_line": 7,
        "definition_hash": hashlib.blake2b(ROOM[25:-1], digest_size=8).hexdigest(),
        "metadata_json": None,
    }

    assert evidence(good, "V-034") == tuple(
        {
            "root": root,
            "path": path,
            "view": "golden_symbols",
            "only_in": only_in,
            **symbol,
            "signature": signature,
        }
        for root, path in (("left", "room.py"), ("right", "lobby/room.py"))
        for only_in, signature in (("index", "def room(x)"), ("extraction", "def room():"))
    )


def test_what_the_real_extractor_says_is_what_was_recorded(good):
    assert verify(replace(good, extractor=EXTRACTOR)) == verify(good)


def test_files_are_not_looked_at_where_no_root_is_on_this_host(good):
    run(good.database, "UPDATE roots SET location = '/nowhere/' || name")
    verdict = verify(good)

    assert [each.check_id for each in verdict.findings if not each.is_applicable] == [
        "V-013",
        "V-015",
        "V-016",
        "V-022",
        "V-023",
        "V-024",
        "V-025",
        "V-032",
        "V-034",
        "V-035",
        "V-046",
    ]


def test_a_grammar_that_is_not_here_cannot_tell_where_names_stand(good):
    run(
        good.database,
        "UPDATE parser_versions SET grammar_version = '1 (tree_sitter_nowhere 1)'"
        " WHERE language = 'c'",
    )

    assert evidence(good, "V-035") == (
        {
            "root": "left",
            "path": "wide.c",
            "problem": "grammar c: tree_sitter_nowhere does not bring it here",
        },
    )


def test_a_symbol_name_that_was_lost_is_found(good):
    run(good.database, "DELETE FROM symbol_names WHERE name = 'knock'")

    assert evidence(good, "V-041") == (
        {"name": "knock", "symbols": 1, "times_listed": 0, "definitions": 0},
    )


def test_a_symbol_name_listed_twice_is_found(good):
    run(good.database, "INSERT INTO symbol_names VALUES (99, 'knock', 'knock', 1)")

    assert evidence(good, "V-041") == (
        {"name": "knock", "symbols": 1, "times_listed": 2, "definitions": 2},
    )


def test_a_symbol_name_that_nothing_defines_is_found(good):
    run(good.database, "INSERT INTO symbol_names VALUES (99, 'ghost', 'ghost', 1)")

    assert evidence(good, "V-041") == (
        {"name": "ghost", "symbols": 0, "times_listed": 1, "definitions": 1},
    )


@pytest.mark.parametrize(
    "trigger",
    ["symbol_names_insert", "symbol_names_delete", "symbol_names_update", "symbols_delete"],
)
def test_a_trigger_that_was_lost_is_found(good, trigger):
    run(good.database, f"DROP TRIGGER {trigger}")

    assert evidence(good, "V-009") == ({"type": "trigger", "name": trigger, "found_sql": None},)


def test_a_shadow_table_without_its_fts_table_is_found(good):
    run(
        good.database,
        "CREATE VIRTUAL TABLE refs_fts USING fts5 (name); PRAGMA writable_schema = ON;"
        "DELETE FROM sqlite_schema WHERE name = 'refs_fts'",
    )

    assert {row["name"] for row in evidence(good, "V-050")} == {
        "refs_fts_config",
        "refs_fts_content",
        "refs_fts_data",
        "refs_fts_docsize",
        "refs_fts_idx",
    }


def test_a_table_that_only_sounds_like_a_shadow_table_may_stay(good):
    run(good.database, "CREATE TABLE weather_data (day TEXT)")

    assert verify(undone(good)).passed


def test_a_queue_that_is_gone_is_empty(good):
    run(good.database, "DROP TABLE build_queue")

    assert verify(undone(good)).passed


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (
            "CREATE TRIGGER follow AFTER UPDATE ON files BEGIN DELETE FROM gone; END",
            ("trigger", "follow"),
        ),
        ("CREATE VIEW over AS SELECT path FROM files; DROP TABLE files", ("view", "over")),
        (
            "CREATE TABLE gone (name); CREATE VIRTUAL TABLE found USING"
            " fts5 (name, content = 'gone'); INSERT INTO found (rowid, name) VALUES (1, 'a');"
            " DROP TABLE gone",
            ("fts table", "found"),
        ),
    ],
)
def test_what_no_longer_compiles_is_found(good, statement, name):
    run(good.database, statement)

    assert name in [(row["type"], row["name"]) for row in evidence(good, "V-052")]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER queue_build AFTER INSERT ON files BEGIN"
        " INSERT INTO build_queue VALUES (new.path); END",
        "CREATE TRIGGER forget INSTEAD OF DELETE ON golden_refs BEGIN"
        " DELETE FROM refs WHERE ref_id = old.ref_id; END",
        "CREATE VIEW of_an_application AS SELECT our_function(path) FROM files",
    ],
)
def test_a_view_or_trigger_that_is_not_broken_may_stay(good, statement):
    run(good.database, statement)

    assert verify(undone(good)).passed


def test_search_is_not_checked_in_a_database_that_cannot_be_written(good):
    (check,) = (each for each in checks() if each.id == "V-042")
    reader = apsw.Connection(str(good.database), flags=apsw.SQLITE_OPEN_READONLY)

    with pytest.raises(NotApplicable, match="cannot be opened for writing"):
        list(check.find(reader, good))


def test_an_index_made_by_a_newer_tool_is_an_offence(good):
    run(good.database, "INSERT INTO schema_migrations VALUES (99, 'next', '', '', 0, '9')")

    assert evidence(good, "V-060") == ({"version": 99, "name": "next", "state": "unknown"},)


def test_exports_may_be_dictionary_encoded_and_come_in_many_row_groups(good):
    for name in ("files", "asts", "symbols", "refs"):
        file = good.exports / f"{name}.parquet"
        table = pq.read_table(file)
        encoded = [
            column.dictionary_encode() if column.type == pa.string() else column
            for column in table.columns
        ]
        pq.write_table(pa.table(encoded, table.column_names), file, row_group_size=1)

    assert verify(replace(good, artifacts=None)).passed


def test_a_missing_export_is_an_offence(good):
    (good.exports / "refs.parquet").unlink()

    assert evidence(good, "V-070") == (
        {"file": "refs.parquet", "rows_in_database": 2 * 3 + 3, "rows_in_file": None},
    )


def test_a_row_that_differs_is_shown_from_both_sides(good):
    rewritten(good, "asts", lambda table: replaced(table, "language", "java"))
    rows = evidence(good, "V-071")

    assert sorted((row["only_in"], row["language"]) for row in rows) == [
        ("database", "c"),
        ("database", "python"),
        ("database", "python"),
        ("file", "java"),
        ("file", "java"),
        ("file", "java"),
    ]


def test_measures_that_differ_are_shown_before_the_rows(good):
    rewritten(good, "files", lambda table: replaced(table, "outcome", "failed"))

    assert evidence(good, "V-071")[0]["measured"] == "path, size_bytes, outcome, reason"


def test_a_column_out_of_order_is_an_offence(good):
    rewritten(good, "refs", lambda table: table.select(table.column_names[::-1]))

    assert [row["file"] for row in evidence(good, "V-072")] == ["refs.parquet"]


def replaced(table, column, value):
    """Return the table with one value throughout a column."""
    place = table.column_names.index(column)
    return table.set_column(place, column, pa.array([value] * table.num_rows))
