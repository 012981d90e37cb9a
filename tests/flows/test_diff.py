"""``flagday diff`` from outside: names, formats, filters, exit codes."""

import json
import os
import shutil
from contextlib import closing

import apsw
import pytest

from tests.verification.conftest import DOOR, digest, finished, good

__all__ = ["finished", "good"]


@pytest.fixture
def two(good, tmp_path, monkeypatch):
    """An index, and one of which a content has another hash and another name."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(good.database, "other.db")
    with closing(apsw.Connection("other.db")) as connection:
        for table in ("files", "asts"):
            connection.execute(
                f"UPDATE {table} SET content_hash = zeroblob(32) WHERE content_hash = ?",
                (digest(DOOR),),
            )
        connection.execute("UPDATE symbols SET name = 'shut' WHERE name = 'open'")
    shutil.copytree(good.exports, tmp_path / ".flagday" / "runs" / "first" / "parquet")
    return "index.db", "other.db"


def test_equal_indexes_are_told_as_such(command, two):
    code, out, _ = command("diff", "first", two[0], "--exit-code")

    assert (code, "**Equal**" in out) == (0, True)


def test_differences_are_told_with_their_cause(command, two):
    code, out, _ = command("diff", *two)

    assert code == 0
    assert "| right | python | content changed | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 0 |" in out


def test_with_exit_code_differences_end_in_1(command, two):
    assert command("diff", *two, "--exit-code")[0] == 1


def test_json_names_both_sides_as_they_were_named(command, two):
    told = json.loads(command("diff", "first", two[1], "--format", "json", "--limit", 1)[1])

    assert told["before"] == {"name": "first", "kind": "run", "files": 6}
    assert told["after"] == {"name": "other.db", "kind": "database", "files": 6}
    assert [(row["difference"], row["name"]) for row in told["files"][0]["rows"]] == [
        ("removed", "open")
    ]


def test_what_is_not_asked_for_is_not_told(command, two):
    assert command("diff", *two, "--root", "left", "--exit-code")[0] == 0
    assert command("diff", *two, "--language", "c", "--exit-code")[0] == 0


PARQUET = "first"


@pytest.mark.parametrize("sides", [("index.db", "other.db"), (PARQUET, "other.db"), (PARQUET,) * 2])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--root", "middle"], "root middle\n  next: Known: left, right.\n"),
        (["--root", ""], "root ''\n  next: Known: left, right.\n"),
        (["--language", "pyton"], "language pyton\n  next: Did you mean python? "
                                  "Known: c, python.\n"),
        (["--language", ""], "language ''\n  next: Known: c, python.\n"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("two")
def test_a_filter_that_neither_side_has_is_refused(command, sides, words, told):
    assert command("diff", *sides, *words, "--exit-code") == (
        2,
        "",
        f"flagday: what is compared has no {told}",
    )


def test_a_root_without_files_and_a_language_without_any_are_known(command, two):
    with closing(apsw.Connection("other.db")) as connection:
        connection.execute("INSERT INTO roots (name, location) VALUES ('bare', '/bare')")

    assert [
        (code, "**Equal**" in out, err)
        for words in (["--root", "bare"], ["--language", "rust"])
        for code, out, err in [command("diff", *two, *words, "--exit-code")]
    ] == [(0, True, "")] * 2


def test_a_limit_beyond_all_numbers_tells_every_row(command, two):
    assert command("diff", *two, "--limit", 10**20) == command("diff", *two, "--limit", 1000)


def test_a_name_of_nothing_is_a_failed_precondition(command, two):
    code, out, err = command("diff", two[0], "gone")

    assert (code, out) == (3, "")
    assert "gone is no database, no folder of Parquet files and no run" in err


def test_parquet_that_is_damaged_is_a_failed_precondition(command, two):
    with open(".flagday/runs/first/parquet/refs.parquet", "r+b") as file:  # noqa: PTH123 -- relative
        file.truncate(100)
    code, out, err = command("diff", "first", two[1])

    assert (code, out) == (3, "")
    assert "Export them anew" in err


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (6, "index.db has schema v6, newer than this flagday, which knows v5\n"
            "  next: Use the flagday that built it, or a newer one. Nothing was changed.\n"),
        (5, "index.db has schema v5 of another flagday\n"
            "  next: Rebuild it with `flagday run --db index.db`. Nothing was changed.\n"),
    ],
)  # fmt: skip
def test_an_index_of_another_schema_is_refused_as_questions_refuse_it(command, two, version, told):
    with closing(apsw.Connection("index.db")) as connection:
        connection.execute(
            "UPDATE schema_migrations SET version = ?, checksum = '' WHERE version = 5", (version,)
        )
    asked = command("where", "open", "--db", "index.db")

    assert command("diff", *two) == command("diff", *reversed(two)) == asked
    assert asked == (3, "", f"flagday: {told}")


def test_an_index_that_is_cut_short_is_damaged_as_it_is_for_questions(command, two):
    os.truncate("other.db", 40960)
    asked = command("where", "open", "--db", "other.db")

    assert command("diff", *two) == asked
    assert (asked[0], asked[2].split(":")[:2]) == (8, ["flagday", " other.db is corrupt"])
