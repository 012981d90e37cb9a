"""What a statement holds of secrets is not copied into a report; its names are."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verification.inventory.code_paths import find_code_paths
from verification.inventory.masking import secrets_in, without
from verification.inventory.model import Inventory, Search
from verification.inventory.reporting import Format, rendered

KEPT = [
    "SELECT name FROM symbols WHERE symbol_type = 'function'",
    'SELECT "password" FROM "symbols"',
    'INSERT INTO refs ("secret", name) SELECT name, name FROM symbols',
    "CREATE TABLE symbols (symbol_id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x')",
    "CREATE VIRTUAL TABLE f USING fts5(name, content='symbols', tokenize='trigram')",
    "SELECT pk_symbols_identity_2024 FROM symbols WHERE name LIKE 'idx_symbols_by_name'",
]
HIDDEN = [
    ("UPDATE symbols SET password = 'hunter2'", "UPDATE symbols SET password = '…'"),
    ('UPDATE refs SET api_key="k"', 'UPDATE refs SET api_key="…"'),
    (
        "INSERT INTO symbols (name, pwd) VALUES ('bob', 'it''s me')",
        "INSERT INTO symbols (name, pwd) VALUES ('…', '…')",
    ),
    (
        "INSERT INTO symbols (name) VALUES ('9f86d081884c7d659a2feaa0c55ad015')",
        "INSERT INTO symbols (name) VALUES ('…')",
    ),
    ("SELECT 1 FROM refs WHERE name = 'ghp_0123456789abcdefghij'", "ghp_"),
    ("connect('postgres://me:hunter2@host/db').execute(symbols)", "hunter2"),
    (f"DELETE FROM symbols WHERE name = '{'word ' * 12}'", "word word"),
    ("UPDATE symbols SET secret = 'never closed", "never closed"),
]


@pytest.mark.parametrize("statement", KEPT)
def test_names_and_short_words_stay(statement):
    assert without(secrets_in(statement), statement) == statement


@pytest.mark.parametrize(("statement", "expected"), HIDDEN)
def test_what_may_be_a_secret_is_masked(statement, expected):
    shown = without(secrets_in(statement), statement)

    assert expected not in shown or shown == expected
    assert "…" in shown


@given(st.text(st.characters(categories=("L", "N", "P")), min_size=4, max_size=60))
def test_no_value_of_a_column_that_talks_of_secrets_is_shown(value):
    quoted = value.replace("'", "''")
    before, after = "UPDATE symbols SET password = '", "' WHERE symbol_id = ?"
    assume(value not in before + after)  # or a part of a name is hidden as well
    statement = f"{before}{quoted}{after}"

    shown = without(secrets_in(statement), statement)

    assert shown.startswith("UPDATE symbols SET p")
    assert f"'{quoted}'" not in shown


def test_no_report_quotes_a_secret_of_consumer_code(tmp_path):
    (tmp_path / "consumer.py").write_text(
        "db.execute(\"UPDATE symbols SET password = 'hunter2'\")\n"
        "db.execute('DELETE FROM symbols WHERE nme = \"AKIAIOSFODNN7EXAMPLE\"')\n"
        "db.query('symbols', password='hunter3')\n"
    )
    search = find_code_paths((tmp_path,), frozenset({"symbols"}), None)
    inventory = Inventory((), (), (), Search(search.code_paths), (tmp_path.name,))
    reports = "".join(rendered(inventory, form) for form in Format)

    assert "UPDATE symbols SET password = '…'" in reports
    assert [word for word in ("hunter2", "hunter3", "AKIA") if word in reports] == []
