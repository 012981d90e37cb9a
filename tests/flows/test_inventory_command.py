"""`flagday inventory`: what it prints, and how it refuses."""

import json
import sys

import apsw
import pytest

from flows.cli.main import main
from migrations import runner
from tests.legacy import v4


@pytest.fixture
def command(tmp_path, monkeypatch, capfd):
    """Run the command in a folder with a v4 index and a consumer; return code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    v4(tmp_path / "index.db")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.py").write_text('Q = "SELECT name FROM symbols WHERE file_id = ?"\n')

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["flagday", "inventory", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_the_inventory_of_code_is_printed(command):
    code, out, _ = command("--db", "index.db", "--code", "app", "--format", "json")
    (path,) = json.loads(out)["code_paths"]

    assert code == 0
    assert (path["file"], path["tables"], path["breaks_on_v5"]) == ("a.py", ["symbols"], True)


def test_the_inventory_goes_to_a_file_and_tells_what_changed_since(command, tmp_path):
    command("--db", "index.db", "--code", "app", "--format", "json", "-o", "old.json")
    (tmp_path / "app" / "a.py").write_text("")
    _, out, _ = command("--db", "index.db", "--code", "app", "--diff", "old.json")

    assert "0 new, 1 gone, 0 changed." in out


def test_a_file_of_before_is_replaced_when_the_inventory_is_whole_and_never_one_of_the_index(
    command, tmp_path
):
    (tmp_path / "old.json").write_text("of before")
    before = (tmp_path / "index.db").read_bytes()
    refused = command("--db", "index.db", "--code", "app", "-o", "index.db")
    failed = command("--db", "index.db", "--code", "app", "-o", "nowhere/old.json")

    assert (refused[0], "index.db belongs to the index" in refused[2]) == (2, True)
    assert (failed[0], "nowhere/old.json cannot be written: No such" in failed[2]) == (4, True)
    assert (tmp_path / "index.db").read_bytes() == before
    assert command("--db", "index.db", "--code", "app", "-o", "old.json")[0] == 0
    assert "# Inventory" in (tmp_path / "old.json").read_text()


def test_what_breaks_is_printed_first_and_what_is_dropped_in_short_unless_it_is_asked_for(
    command, tmp_path
):
    (tmp_path / "app" / "b.sql").write_text(
        "SELECT name FROM symbols WHERE symbol_type = 'def';\nDELETE FROM refs WHERE file_id = 1;\n"
    )
    _, out, _ = command("--db", "index.db", "--code", "app")
    _, whole, _ = command("--db", "index.db", "--code", "app", "--closure")
    places = [line.split()[0] for line in out.splitlines() if line.startswith("  app/")]
    closure = [line for line in whole.splitlines() if line not in out.splitlines()]

    assert out.startswith(
        "3 code paths in 2 files of app: 2 break on v5 (1 of them a write), "
        "1 work and answer otherwise, 0 unclassified\n\nbreak on v5\n"
    )
    assert places == ["app/a.py:1", "app/b.sql:2", "app/b.sql:1"]
    assert "      compiles, but 'def' is no symbol_type of v5; nearest: function\n" in out
    assert "objects to drop; --closure lists them\n" in out
    assert any(line.startswith("  symbols_fts  fts table: ") for line in closure)
    assert any(line.startswith("  build_queue  2 rows, cleared: ") for line in closure)


def test_what_code_says_to_a_terminal_is_shown_and_not_obeyed(command, tmp_path):
    (tmp_path / "app" / "a.py").write_text('Q = "SELECT name FROM symbols WHERE scope = \x1b[2J"\n')
    _, out, _ = command("--db", "index.db", "--code", "app")

    assert "\x1b" not in out
    assert "\\u001b[2J" in out


def test_a_place_stays_on_its_line_whatever_a_file_is_called(command, tmp_path):
    (tmp_path / "app" / "a.py").rename(tmp_path / "app" / "a\nb.py")
    _, out, _ = command("--db", "index.db", "--code", "app")

    assert "\n  app/a\\u000ab.py:1  SELECT symbols\n" in out


def test_on_an_index_of_v5_no_statement_is_said_to_compile_on_a_legacy_schema(command, tmp_path):
    connection = apsw.Connection(str(tmp_path / "new.db"))
    runner.up(connection)
    connection.close()
    (tmp_path / "app" / "a.py").write_text('Q = "SELECT name FROM symbols WHERE name = ?"\n')
    _, out, _ = command("--db", "new.db", "--code", "app", "--format", "json")
    (path,) = json.loads(out)["code_paths"]

    assert (path["reason"], path["changes"]) == ("SQLite compiles it on schema v5", [])


def test_other_tables_can_be_asked_for(command):
    _, out, _ = command("--db", "index.db", "--code", "app", "--tables", "refs", "--format", "json")

    assert json.loads(out)["code_paths"] == []


def test_without_a_database_what_a_command_runs_is_added_and_its_failure_told(command, tmp_path):
    run = "import sqlite3; sqlite3.connect(':memory:').execute('SELECT name FROM symbols')"
    (tmp_path / "app" / "run.py").write_text(run)
    capture = f"{sys.executable} app/run.py"
    code, out, error = command("--code", "app", "--capture", capture, "--format", "json")
    observed = [path for path in json.loads(out)["code_paths"] if "ran" in path["site"]]

    assert code == 0
    assert [(path["file"], path["tables"]) for path in observed] == [("run.py", ["symbols"])]
    assert "the command ended with exit code 1: what it ran until then is told" in error


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--db", "index.db"), 2, "no code was named"),
        (("--db", "index.db", "--code", "app", "--format", "pdf"), 2, "there is no format pdf"),
        (("--db", "index.db", "--code", "gone"), 3, "is not there"),
        (("--db", "gone.db", "--code", "app"), 3, "is not there"),
        (("--db", "app/a.py", "--code", "app"), 3, "is not an SQLite database"),
        (("--db", "index.db", "--code", "app", "--diff", "app/a.py"), 2, "no inventory as JSON"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(command, arguments, code, said):
    ended, out, error = command(*arguments)

    assert (ended, out) == (code, "")
    assert said in " ".join(error.split())
