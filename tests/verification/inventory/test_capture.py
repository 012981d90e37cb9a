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
