"""The drop closure of foreign shapes: what goes, why, and what stays as it was."""

from pathlib import Path

import apsw
import pytest

from migrations import runner
from tasks.store.carrying import Thing, carry_all_but
from tests.shapes import shape
from verification.inventory.dependents import drop_closure
from verification.inventory.model import Fate, Flaw, Kind
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory

PLAN = ("symbols", "refs")
QUEUES = QueueNames(named=("build_queue",))
OWN = "schema v5 has one of this name"


@pytest.fixture
def opened(tmp_path):
    """Open a shape anew: what its own connection had in memory does not help."""
    connections = []

    def open_shape(name):
        connections.append(apsw.Connection(str(shape(name, tmp_path / "index.db"))))
        return connections[-1]

    yield open_shape
    for connection in connections:
        connection.close()


def without(closure, source):
    """Carry all but a closure over; return the new database."""
    things = [
        Thing("table" if item.kind is Kind.FTS_TABLE else item.kind.value, item.name)
        for item in closure
    ]
    target = source.with_name("candidate.db")
    carry_all_but(source, target, things)
    return target


def dropped(connection, *seeds):
    """Leave the closure behind; return what it was, with the reasons, and what is left."""
    closure = drop_closure(connection, dict.fromkeys(seeds or PLAN, "named"))
    left = apsw.Connection(str(without(closure, Path(connection.filename))))
    return {item.name: item.why for item in closure if item.goes_with is None}, left


def names(connection):
    found = connection.execute(
        "SELECT name FROM pragma_table_list WHERE type <> 'shadow' AND schema = 'main'"
        " UNION ALL SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'index')"
    )
    return {name for (name,) in found if not name.startswith("sqlite_")}


def inventory_of(name, tmp_path):
    path = shape(name, tmp_path / "index.db")
    return take_inventory(path, PLAN, dict.fromkeys(taken_by_v5(), OWN), QUEUES, ())


def taken_by_v5():
    """Name what schema v5 has: tables and their shadows, views and indexes."""
    newest = apsw.Connection(":memory:")
    runner.up(newest)
    found = newest.execute("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return [name for (name,) in found]


def test_names_of_any_kind_are_followed_and_dropped(opened):
    connection = opened("names")
    closure, left = dropped(connection, "my symbols")

    assert closure == {
        "delete on select": "writes My Symbols",
        "all of 'em": "reads My Symbols",
        "vocabulary of it": "takes its content from symbol search",
        "symbol search": "takes its content from My Symbols",
        "words, too": "takes its content from My Symbols",
        'Größe "x"': "a foreign key refers to My Symbols",
        "order by": "a foreign key refers to select",
        "select": "a foreign key refers to MY SYMBOLS",
        "My Symbols": "named",
    }
    assert names(left) == {"größe", "GRÖSSE", "not it"}


def test_search_goes_when_all_that_feeds_it_goes_and_stays_when_anything_else_does(opened):
    connection = opened("search")
    closure, left = dropped(connection)

    assert closure == {
        "search": "reads stated",
        "fed": "only triggers on symbols fill it",
        "fed_by_both": "only triggers on refs and symbols fill it",
        "spans": "only triggers on symbols fill it",
        "stated": "takes its content from symbols",
        "symbols_fts": "is named after symbols and has only columns of it",
        "terms": "takes its content from stated_older",
        "stated_older": "takes its content from symbols",
        "refs": "named",
        "symbols": "named",
    }
    assert names(left) == {
        "everything",
        "everything_notes",
        "notes",
        "notes_fts",
        "reviewed",
        "search_notes",
    }


def test_a_damaged_fts_table_stays_behind_with_its_shadow_tables(opened):
    _, left = dropped(opened("damaged_search"))

    assert left.execute("SELECT name FROM sqlite_schema").fetchall() == [("notes",)]
    assert left.execute("PRAGMA integrity_check").get == "ok"


def test_tables_in_a_circle_go_with_their_rows_whatever_their_triggers_forbid(opened):
    connection = opened("cycles")
    connection.execute("PRAGMA foreign_keys = ON")
    closure, left = dropped(connection)

    assert list(closure) == ["scopes", "refs", "symbols"]
    assert names(left) == {"notes"}


def test_views_over_views_and_triggers_from_elsewhere_go_and_namesakes_stay(opened):
    connection = opened("views")
    closure, left = dropped(connection)

    assert closure == {
        "jobs_done": "writes symbols",
        "jobs_watch": "reads counted",
        "writable_insert": "writes refs",
        "lent": "reads symbols",
        "verdicts": "reads symbols",
        "counted": "reads symbols",
        "functions": "reads symbols",
        "no_column": "reads symbols",
        "refs": "named",
        "symbols": "named",
    }
    assert names(left) == {
        "broken",
        "broken_too",
        "jobs",
        "lent_elsewhere",
        "open_jobs",
        "settings",
        "symbols",  # a trigger
        "unrelated",
        "writable",
    }


def test_what_was_broken_before_is_in_the_inventory(tmp_path):
    assert inventory_of("views", tmp_path).flaws == (
        Flaw("broken", Kind.VIEW, "no such table: main.long_gone"),
        Flaw("broken_too", Kind.TRIGGER, "no such table: main.long_gone"),
    )


def test_names_that_v5_owns_go_with_both_reasons(tmp_path):
    inventory = inventory_of("v5_names", tmp_path)

    assert {item.name: item.why for item in inventory.closure if item.goes_with is None} == {
        "files_by_content": OWN,
        "asts": f"a foreign key refers to parser_versions; {OWN}",
        "golden_symbols": OWN,
        "imports": f"a foreign key refers to refs; {OWN}",
        "parser_versions": OWN,
        "refs": f"a foreign key refers to symbols; named as legacy by the plan; {OWN}",
        "roots": OWN,
        "runs": OWN,
        "symbol_names_words_data": OWN,
        "symbols": f"a foreign key refers to files; named as legacy by the plan; {OWN}",
        "files": OWN,
    }


def test_what_a_dropped_table_was_and_how_many_rows_it_had_is_in_the_inventory(tmp_path):
    inventory = inventory_of("v5_names", tmp_path)
    found = {item.name: (item.columns, item.rows, item.fate) for item in inventory.tables}

    assert found["asts"] == (
        ("ast_id INTEGER", "content_hash TEXT", "parser_version_id INTEGER", "blob BLOB"),
        2,
        Fate.DROPPED,
    )
    assert found["runs"] == (("started REAL", "what TEXT"), 1, Fate.DROPPED)
    assert found["notes"] == (("id INTEGER", "note TEXT"), 1, Fate.KEPT)


def test_rows_that_were_broken_before_are_in_the_inventory(tmp_path):
    assert inventory_of("dirty", tmp_path).flaws == (
        Flaw("reviews", Kind.TABLE, "NULL value in reviews.stars"),
        Flaw("mismatched", Kind.TABLE, 'foreign key mismatch - "mismatched" referencing "authors"'),
        Flaw("reviews", Kind.TABLE, "2 rows refer to no row of authors"),
    )


def test_a_virtual_table_without_its_module_stays_unless_it_states_a_legacy_source(opened):
    connection = opened("no_module")
    closure, left = dropped(connection)

    assert closure == {
        "nearest_symbols": "does not compile today and names symbols",
        "similar": "takes its content from symbols",
        "refs": "named",
        "symbols": "named",
    }
    assert left.execute("SELECT hex(chunk) FROM embeddings_chunks").get == "00FF"
    assert names(left) >= {"embeddings", "nearest", "forget", "chinese", "tokens"}
    assert "similar" not in names(left)


def test_what_a_virtual_table_without_its_module_stores_goes_with_the_longest_of_its_names(opened):
    shadow = "is named as a shadow table of {}, whose module SQLite does not have"
    closure, left = dropped(opened("no_module"), "Embeddings", "chinese")

    assert closure == {
        "nearest": "does not compile today and names embeddings",
        "nearest_symbols": "does not compile today and names embeddings",
        "tokens": "does not compile today and names chinese",
        "chinese": "named",
        "embeddings": "named",
        "embeddings_chunks": shadow.format("embeddings"),
    }
    assert names(left) == {
        *("symbols", "refs", "similar", "chinese_names"),
        *("embeddings_of_files", "embeddings_of_files_rowids"),
    }


@pytest.mark.parametrize("name", ["cycles", "search", "v5_names", "dirty", "no_module"])
def test_a_table_outside_of_the_closure_says_the_same_before_and_after(tmp_path, name):
    before = inventory_of(name, tmp_path)
    after = take_inventory(without(before.closure, tmp_path / "index.db"), (), {}, QueueNames(), ())
    kept = {item.name: item.digest for item in before.tables if item.fate is Fate.KEPT}

    assert {item.name: item.digest for item in after.tables} == kept
    assert kept
