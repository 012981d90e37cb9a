"""How complete and how precise the search for code paths is, on a project that we know."""

from collections.abc import Iterator

import apsw
import pytest

from migrations import runner
from tests.verification.inventory.truth import (
    PROJECT,
    Figures,
    Report,
    SiteKind,
    compare,
    sites,
    table,
)
from verification.inventory.code_paths import find_code_paths

# symbols and refs, and what SQL can name of all that depends on them
TABLES = frozenset(
    {"symbols", "refs", "symbol_kinds", "symbol_docs", "symbols_fts", "refs_fts"}
    | {"symbol_locations"}
)


@pytest.fixture(scope="module")
def figures() -> Iterator[Figures]:
    legacy = apsw.Connection(":memory:")
    runner.up(legacy, to=4)
    paths = find_code_paths((PROJECT,), TABLES, legacy).code_paths
    reports = {
        Report(
            file=path.file,
            line=path.line,
            tables=frozenset(path.tables),
            compiles_on_legacy=path.compiles_on_legacy,
            compiles_on_v5=path.compiles_on_v5,
        )
        for path in paths
    }
    figures = compare(sites(), reports)
    print(table(figures))  # noqa: T201 -- the figures are the point of the test
    yield figures
    legacy.close()


def test_static_statements_are_found(figures):
    assert figures.recall(SiteKind.STATIC) >= 0.98, table(figures)


def test_what_is_reported_are_statements_on_these_tables(figures):
    assert figures.precision() >= 0.98, table(figures)


def test_dynamic_sites_are_found(figures):
    assert figures.recall(SiteKind.DYNAMIC) >= 0.90, table(figures)


def test_statements_in_configuration_and_documentation_are_found(figures):
    assert figures.recall(SiteKind.DOCUMENTATION) >= 0.98, table(figures)


def test_what_compiles_today_and_on_v5_is_told_as_sqlite_tells_it(figures):
    assert figures.agreement() >= 0.98, table(figures)
