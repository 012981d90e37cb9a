"""SQL that a program runs is added to the inventory as observed."""

import sys

import pytest

from verification.inventory.capture import observed
from verification.inventory.model import Site
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory

PROGRAM = """import sqlite3

db = sqlite3.connect(":memory:")
db.executescript("CREATE TABLE symbols (name TEXT)")
parts = ["SELECT", "name", "FROM", "sym" + "bols"]
db.execute(" ".join(parts)).fetchall()
db.cursor().execute("SELECT 1")
"""


OWN_CLASSES = """import sqlite3, sys

class Cursor(sqlite3.Cursor):
    pass

class Connection(sqlite3.Connection):
    def cursor(self):
        return super().cursor(Cursor)

db = sqlite3.connect(":memory:", 5.0, 0, None, True, Connection)
db.execute("CREATE TABLE symbols (name TEXT)")
db = sqlite3.connect(":memory:", factory=lambda *given, **named: Connection(*given, **named))
db.execute("CREATE TABLE refs (name TEXT)")
sys.exit(type(db.cursor()) is Cursor and 3)
"""


@pytest.fixture
def capture(database, tmp_path):
    """Run a program; return its exit code, and what was observed where."""

    def run(text):
        program = tmp_path / "consumer" / "program.py"
        program.parent.mkdir()
        program.write_text(text)
        code = (program.parent,)
        inventory = take_inventory(database, ("symbols", "refs"), {}, QueueNames(), code)
        found, ended = observed(inventory, f"{sys.executable} {program}", database, code)
        seen = [path for path in found.code_paths if path.site is Site.OBSERVED]
        return ended, [(path.root, path.file, path.line, path.statement) for path in seen]

    return run


def test_a_statement_that_no_search_can_see_is_observed_while_it_runs(capture):
    assert capture(PROGRAM) == (
        0,
        [
            ("consumer", "program.py", 4, "CREATE TABLE symbols (name TEXT)"),
            ("consumer", "program.py", 6, "SELECT name FROM symbols"),
        ],
    )


def test_a_program_with_classes_of_its_own_runs_as_it_does_alone(capture):
    assert capture(OWN_CLASSES) == (
        3,
        [
            ("consumer", "program.py", 11, "CREATE TABLE symbols (name TEXT)"),
            ("consumer", "program.py", 13, "CREATE TABLE refs (name TEXT)"),
        ],
    )
