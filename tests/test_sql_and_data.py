"""No value becomes SQL: what is put into a statement is a quoted name, or our own text."""

import ast
import re
from functools import cache
from pathlib import Path

import apsw
import pytest

import tasks.store.connection
import verification.inventory.schema

TOP = Path(__file__).parents[1]
PACKAGES = ("flows", "tasks", "verification", "migrations")
SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|PRAGMA|DROP|CREATE|ATTACH|ALTER|WHERE|JOIN|VALUES)\b"
)
QUOTED = re.compile(r"_?quoted\(.*\)")
CONSTANT = re.compile(r"_?[A-Z][A-Z_]*")
# What is neither, and where it comes from. A new entry needs a reason of its own.
OURS = {
    "tasks/cache/sources.py": {"names", "newest"},  # quoted columns; a constant
    "tasks/companion/beginning.py": {"journal_for(network_type_of(companion))"},  # one of two words
    "flows/tour/stage.py": {"table"},  # of four words
    "tasks/store/carrying.py": {"names", "source"},  # quoted columns; a quoted table
    "tasks/store/loading.py": {"marks", "kind", "table", "columns", "holes"},  # of our schema
    "tasks/upkeep/integrity.py": {"check"},  # one of two words
    "tasks/upkeep/search.py": {"name"},  # quoted on the line before
    "verification/checks/binding.py": {"table", "name", "view"},  # of our schema
    "verification/checks/disk.py": {"view"},  # of our schema
    "verification/checks/exports.py": {"', '.join(terms)", "_query(export.name)"},  # of our schema
    "verification/checks/extraction.py": {"columns", "view", "key", "table", "order"},  # of ours
    "verification/checks/loss.py": {"measure"},  # one of two terms
    "verification/checks/objects.py": {"table"},  # of our schema
    "verification/checks/spread.py": {"table"},  # of our schema
    "verification/inventory/claims.py": {"names"},  # a sentence, no statement
    "verification/differences/by_name.py": {"what"},  # of three words
    "verification/inventory/digests.py": {  # quoted where they are made
        "', '.join([*rowid, *values])",
        "', '.join(order)",
    },
    "verification/inventory/previous.py": {  # quoted columns; what is made of them
        *("path", "digest or 'NULL'", "joins", "table", "count"),
        *("kind or 'NULL'", "path or 'NULL'"),
    },
    "verification/report.py": {"table"},  # of our schema
    "tasks/surroundings/roots.py": {"table", "column"},  # both quoted
    "migrations/recognition.py": {"condition"},  # one of two terms
}


@cache
def programs():
    return [
        (str(path.relative_to(TOP)), ast.parse(path.read_text()))
        for package in PACKAGES
        for path in sorted((TOP / package).rglob("*.py"))
    ]


def written(node):
    """Return the constant text of an f-string, the docstrings' included."""
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def holes(tree):
    """Yield what f-strings that look like SQL have put in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and SQL.search(written(node)):
            yield from (
                ast.unparse(part.value)
                for part in node.values
                if not isinstance(part, ast.Constant)
            )


def test_what_is_put_into_a_statement_is_quoted_or_ours():
    strange = {
        (name, hole)
        for name, tree in programs()
        for hole in holes(tree)
        if not QUOTED.fullmatch(hole) and not CONSTANT.fullmatch(hole)
        if hole not in OURS.get(name, set())
    }

    assert strange == set()


def test_every_reason_is_still_needed():
    there = {name: set(holes(tree)) for name, tree in programs()}

    assert {name: found - there[name] for name, found in OURS.items() if found - there[name]} == {}


def executed(tree):
    """Yield the first argument of everything that runs SQL."""
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_call and node.func.attr in {"execute", "executemany"} and node.args:
            yield node.args[0]


def test_no_statement_is_put_together_where_it_is_run():
    joined = {
        (name, ast.unparse(statement))
        for name, tree in programs()
        for statement in executed(tree)
        for part in ast.walk(statement)
        if isinstance(part, ast.BinOp)
        or (isinstance(part, ast.Attribute) and part.attr in {"format", "replace", "join"})
    }

    assert joined == {
        ("tasks/cache/listing.py", "_ENTRIES.format(condition=where)"),  # terms of selection.py
        ("verification/inventory/judging.py", "statement.text.replace(HOLE, '?')"),  # of code
    }


@pytest.mark.parametrize(
    "quoted", [tasks.store.connection.quoted, verification.inventory.schema.quoted]
)
@pytest.mark.parametrize(
    "name", ['a"; DROP TABLE t; --', '"', '""', "a'b", "a]b", "a\nb", "é", "[x]", "a b", "select"]
)
def test_a_quoted_name_is_one_name_whatever_stands_in_it(quoted, name):
    connection = apsw.Connection(":memory:")
    connection.execute(f"CREATE TABLE t (x); CREATE TABLE {quoted(name)} (y)").fetchall()
    found = connection.execute("SELECT name FROM sqlite_schema ORDER BY rowid").fetchall()

    assert found == [("t",), (name,)]
