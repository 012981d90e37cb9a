import apsw

from migrations import runner
from verification.inventory.dependents import drop_closure
from verification.inventory.model import Dependent, Kind
from verification.inventory.survivors import broken_objects

SEEDS = {"Symbols": "legacy", "refs": "legacy", "not_there": "legacy"}
STAY = {
    "asts",
    "build_queue",
    "cache_entries",
    "cache_stats",
    "content_versions",
    "discovery_queue",
    "files",
    "names_seen",
    "odd_elsewhere",
    "parser_versions",
    "schema_migrations",
    "settings",
    "settings_fts",
    "settings_log",
    "symbols_seen",
}


def closure_of(schema: str, *seeds: str) -> list[tuple[str, str]]:
    connection = apsw.Connection(":memory:")
    connection.execute(schema)
    return [
        (item.name, item.why) for item in drop_closure(connection, dict.fromkeys(seeds, "seed"))
    ]


def test_the_closure_is_all_that_depends_on_the_seeds_in_drop_order(legacy):
    assert drop_closure(legacy, SEEDS) == (
        Dependent("content_versions_replace", Kind.TRIGGER, "writes refs"),
        Dependent("names_seen_insert", Kind.TRIGGER, "writes symbols"),
        Dependent("settings_forget", Kind.TRIGGER, "reads symbol_locations"),
        Dependent("odd", Kind.VIEW, "reads symbols"),
        Dependent("total_symbols", Kind.VIEW, "reads symbols"),
        Dependent("symbol_locations", Kind.VIEW, "reads symbols"),
        Dependent("refs_fts", Kind.FTS_TABLE, "takes its content from refs"),
        Dependent("symbols_log", Kind.FTS_TABLE, "only triggers on symbols fill it"),
        Dependent("symbols_trigrams", Kind.FTS_TABLE, "takes its content from symbols"),
        Dependent("symbols_vocabulary", Kind.FTS_TABLE, "takes its content from symbols_fts"),
        Dependent("symbols_fts", Kind.FTS_TABLE, "takes its content from symbols"),
        Dependent("bookmark_notes", Kind.TABLE, "a foreign key refers to bookmarks"),
        Dependent("notes_by_bookmark", Kind.INDEX, "is on bookmark_notes", "bookmark_notes"),
        Dependent("Bookmarks", Kind.TABLE, "a foreign key refers to SYMBOLS"),
        Dependent("refs", Kind.TABLE, "legacy"),
        Dependent("refs_by_file", Kind.INDEX, "is on refs", "refs"),
        Dependent("refs_by_name", Kind.INDEX, "is on refs", "refs"),
        Dependent("refs_fts_delete", Kind.TRIGGER, "is on refs", "refs"),
        Dependent("refs_fts_insert", Kind.TRIGGER, "is on refs", "refs"),
        Dependent("symbol_docs", Kind.TABLE, "a foreign key refers to symbols"),
        Dependent("symbol_kinds", Kind.TABLE, "a foreign key refers to symbols"),
        Dependent("symbols", Kind.TABLE, "legacy"),
        Dependent("symbols_by_file", Kind.INDEX, "is on symbols", "symbols"),
        Dependent("symbols_by_name", Kind.INDEX, "is on symbols", "symbols"),
        Dependent("symbols_fts_delete", Kind.TRIGGER, "is on symbols", "symbols"),
        Dependent("symbols_fts_insert", Kind.TRIGGER, "is on symbols", "symbols"),
        Dependent("symbols_log_insert", Kind.TRIGGER, "is on symbols", "symbols"),
        Dependent("symbols_protect_file", Kind.TRIGGER, "is on symbols", "symbols"),
    )


def drop(connection, closure):
    """Drop a closure in its order; what goes with its table or view has no statement."""
    for dependent in closure:
        if dependent.goes_with is None:
            kind = "TABLE" if dependent.kind is Kind.FTS_TABLE else dependent.kind.upper()
            connection.execute(f'DROP {kind} "{dependent.name}"')


def test_dropping_the_closure_in_its_order_leaves_all_else_working_and_no_shadow_table(legacy):
    drop(legacy, drop_closure(legacy, SEEDS))
    left = {
        name
        for (name,) in legacy.execute(
            "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
        )
        if not name.startswith("settings_fts_")
    }

    assert left == STAY
    assert broken_objects(legacy) == ()


def test_with_foreign_keys_enforced_children_go_before_parents(legacy):
    legacy.execute("PRAGMA foreign_keys = ON; INSERT INTO bookmarks VALUES (1, 1, NULL)")
    legacy.execute("INSERT INTO bookmark_notes VALUES (1, 'a note')")
    drop(legacy, drop_closure(legacy, SEEDS))

    assert legacy.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_closure_is_the_same_through_a_read_only_connection(database, legacy):
    reader = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)

    assert drop_closure(reader, SEEDS) == drop_closure(legacy, SEEDS)


def test_schema_v5_depends_on_its_files_through_the_golden_join_and_the_search_for_paths_alone():
    connection = apsw.Connection(":memory:")
    runner.up(connection)
    closure = drop_closure(connection, {"files": "seed"})

    assert [(item.name, item.goes_with) for item in closure] == [
        ("file_documents", None),
        ("golden_refs", None),
        ("golden_symbols", None),
        ("document_paths", None),
        ("files", None),
        ("files_by_content", "files"),
        ("files_before_delete", "files"),
        ("files_before_update", "files"),
        ("files_insert", "files"),
        ("files_update", "files"),
    ]


def test_tables_that_refer_to_each_other_go_in_the_order_of_their_names():
    schema = """
        CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a);
        CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES b);
    """

    assert closure_of(schema, "b") == [
        ("a", "a foreign key refers to b"),
        ("b", "a foreign key refers to a; seed"),
    ]


def test_a_trigger_goes_with_its_table_even_when_it_also_writes_to_another_member():
    schema = """
        CREATE TABLE a (x);
        CREATE TABLE b (x);
        CREATE TRIGGER both AFTER INSERT ON a BEGIN DELETE FROM b; END;
    """

    assert closure_of(schema, "a", "b") == [("a", "seed"), ("both", "is on a"), ("b", "seed")]


def test_an_fts_table_that_two_tables_fill_outlives_one_of_them():
    schema = """
        CREATE TABLE a (x);
        CREATE TABLE b (x);
        CREATE VIRTUAL TABLE words USING fts5 (x);
        CREATE TRIGGER from_a AFTER INSERT ON a BEGIN INSERT INTO words VALUES (new.x); END;
        CREATE TRIGGER from_b AFTER INSERT ON b BEGIN INSERT INTO words VALUES (new.x); END;
    """

    assert closure_of(schema, "a") == [("a", "seed"), ("from_a", "is on a")]


def test_a_trigger_is_compiled_alone_and_not_judged_by_one_beside_it_that_does_not_compile():
    schema = """
        CREATE TABLE a (x);
        CREATE TABLE b (x);
        CREATE TRIGGER broken AFTER INSERT ON b BEGIN DELETE FROM nowhere; END;
        CREATE TRIGGER touching AFTER INSERT ON b BEGIN DELETE FROM a; END;
    """

    assert closure_of(schema, "a") == [
        ("touching", "writes a"),
        ("a", "seed"),
    ]


def test_an_fts_table_may_take_its_content_from_a_view_of_a_member():
    schema = """
        CREATE TABLE a (x);
        CREATE VIEW seen AS SELECT rowid, x FROM a;
        CREATE VIRTUAL TABLE words USING fts4 (content="seen", x);
    """

    assert closure_of(schema, "a") == [
        ("seen", "reads a"),
        ("words", "takes its content from seen"),
        ("a", "seed"),
    ]
