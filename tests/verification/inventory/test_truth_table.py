"""The truth table guards itself: a wrong row would make every figure wrong."""

import re
from collections import Counter
from itertools import pairwise

import apsw
import pytest

from migrations import runner
from tests.verification.inventory.truth import (
    ANY,
    PROJECT,
    Figures,
    Report,
    Site,
    SiteKind,
    compare,
    sites,
)

SITES = sites()
STATEMENTS = [site for site in SITES if site.statement]
WORD = re.compile(r"[A-Za-z_]\w+")
FORMS = {
    SiteKind.STATIC: """
        string implicit_concatenation explicit_concatenation fstring template_literal
        percent_format str_format heredoc raw_string triple_string constant sql_file migration
        notebook shell_command
    """,
    SiteKind.DYNAMIC: """
        table_in_variable table_list table_registry query_registry raw_pass_through
        built_piecewise notebook orm_model orm_use query_builder_knex query_builder_gorm
        query_builder_sequel query_builder_alembic query_builder_android
    """,
    SiteKind.DOCUMENTATION: "yaml toml json markdown",
    SiteKind.FALSE_FRIEND: """
        prose docstring comment doc_comment log_message error_message ui_text variable value
        import url html css git_refs longer_name other_table other_database other_language
        cte_name alias config_key ruby_symbol shell_name shell_echo
    """,
}


def schema(version: int) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    runner.up(connection, to=version)
    return connection


LEGACY, V5 = schema(4), schema(5)


def error_of(connection: apsw.Connection, statement: str) -> str | None:
    try:
        connection.execute(f"EXPLAIN {statement}").fetchall()
    except apsw.BindingsError:
        return None  # it is compiled, and asks for its parameters
    except apsw.Error as error:
        return str(error)
    return None


def text_of(site: Site) -> str:
    lines = (PROJECT / site.file).read_text(encoding="utf-8").split("\n")
    return "\n".join(lines[number - 1] for number in (*site.lines, *sorted(site.also_lines)))


def place(site: Site) -> str:
    return f"{site.file}:{site.first_line}"


def test_the_truth_holds_more_than_the_migration_that_the_protocol_comes_from():
    count = Counter(site.kind for site in SITES)

    assert count == {
        SiteKind.STATIC: 143,
        SiteKind.DYNAMIC: 70,
        SiteKind.DOCUMENTATION: 12,
        SiteKind.FALSE_FRIEND: 158,
    }


def test_every_form_of_every_kind_is_there_and_no_other():
    assert {kind: {site.form for site in SITES if site.kind is kind} for kind in SiteKind} == {
        kind: set(forms.split()) for kind, forms in FORMS.items()
    }


def test_the_sites_of_a_file_stand_in_order_and_do_not_overlap():
    assert [
        place(later)
        for earlier, later in pairwise(SITES)
        if earlier.file == later.file and later.first_line <= earlier.last_line
    ] == []


@pytest.mark.parametrize("site", SITES, ids=place)
def test_the_lines_of_a_site_exist_and_hold_its_words(site):
    text = text_of(site).casefold()
    words = {word.casefold() for word in WORD.findall(site.statement)}

    assert {word for word in words if word not in text} == set()


@pytest.mark.parametrize(
    "site", [site for site in SITES if site.kind is SiteKind.FALSE_FRIEND], ids=place
)
def test_a_false_friend_holds_a_word_that_deceives_or_a_statement_on_another_table(site):
    assert re.search("symbol|ref" if site.form != "other_table" else "FROM", text_of(site), re.I)


@pytest.mark.parametrize(
    "site", [site for site in SITES if site.kind is SiteKind.FALSE_FRIEND], ids=place
)
def test_a_false_friend_names_no_table_and_says_nothing_of_compiling(site):
    assert (site.tables, site.operation, site.via, site.statement) == (frozenset(), "", "", "")
    assert (site.compiles_on_legacy, site.breaks_on_v5) == (None, None)


@pytest.mark.parametrize(
    "site", [site for site in SITES if site.kind is SiteKind.DYNAMIC], ids=place
)
def test_a_dynamic_site_names_tables_and_no_statement(site):
    assert site.tables
    assert site.operation in {"SELECT", "INSERT", "UPDATE", "DELETE", "DDL", ANY}
    assert site.statement == ""


@pytest.mark.parametrize("site", STATEMENTS, ids=place)
def test_sqlite_confirms_what_a_row_says_of_compiling(site):
    legacy, v5 = error_of(LEGACY, site.statement), error_of(V5, site.statement)
    compiles_on_legacy = legacy is None or legacy.endswith("already exists")

    assert (compiles_on_legacy, v5 is not None) == (site.compiles_on_legacy, site.breaks_on_v5)


@pytest.mark.parametrize(
    "site", [site for site in STATEMENTS if site.compiles_on_legacy], ids=place
)
def test_sqlite_confirms_the_tables_of_a_statement(site):
    touched: set[str] = set()

    def allow(_action: int, *names: str | None) -> int:
        touched.update(name for name in names if name)
        return apsw.SQLITE_OK

    LEGACY.authorizer = allow
    try:
        error_of(LEGACY, site.statement)
    finally:
        LEGACY.authorizer = None
    named = {name for name in site.tables if name in WORD.findall(site.statement)}

    assert site.tables <= touched | named
    assert not site.via or site.via in touched | named


def test_a_search_is_held_against_file_lines_and_tables():
    site = next(site for site in SITES if site.kind is SiteKind.STATIC and not site.also_lines)
    right = Report(site.file, site.last_line, site.tables | {"further"})
    wrong = (
        Report("elsewhere.py", site.first_line, site.tables),
        Report(site.file, site.last_line + 1, site.tables),
        Report(site.file, site.first_line, frozenset()),
    )
    figures = compare([site], [right, *wrong])

    assert figures == Figures((site,), (), wrong, 0, ())
    assert (figures.recall(SiteKind.STATIC), figures.precision()) == (1.0, 0.25)


def test_what_a_search_says_of_compiling_is_held_against_the_truth():
    site = next(site for site in SITES if site.breaks_on_v5 and site.kind is SiteKind.STATIC)
    right = Report(site.file, site.first_line, site.tables, site.compiles_on_legacy, False)
    wrong = Report(site.file, site.first_line, site.tables, site.compiles_on_legacy, True)
    figures = compare([site], [right, wrong])

    assert figures == Figures((site,), (), (), 1, (wrong,))
    assert figures.agreement() == 0.5


def test_a_dynamic_site_is_found_by_one_of_its_tables_or_without_any():
    site = next(site for site in SITES if len(site.tables) > 1 and site.kind is SiteKind.DYNAMIC)
    (table, *_) = site.tables

    for tables in (frozenset({table}), frozenset[str]()):
        assert compare([site], [Report(site.file, site.first_line, tables)]).found == (site,)
    assert compare([site], [Report(site.file, site.first_line, frozenset({"x"}))]).found == ()
