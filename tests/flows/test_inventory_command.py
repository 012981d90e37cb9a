"""`flagday inventory`: what it prints, and how it refuses."""

import json
import sys

import pytest

from flows.cli.main import main
from tests.legacy import v4


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run the command in a folder with a v4 index and a consumer; return code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    v4(tmp_path / "index.db")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.py").write_text('Q = "SELECT name FROM symbols WHERE file_id = ?"\n')

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["flagday", "inventory", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
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


def test_other_tables_can_be_asked_for(command):
    _, out, _ = command("--db", "index.db", "--code", "app", "--tables", "refs", "--format", "json")

    assert json.loads(out)["code_paths"] == []


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
