"""Raw SQL that is handed on: by the callers where they are known, else unclassified."""

from textwrap import dedent

from verification.inventory.model import Site

WRAPPER = """
    import sqlite3

    def rows(db: sqlite3.Connection, sql: str, *arguments):
        return db.execute(sql, arguments).fetchall()

    RECENT = "SELECT name FROM refs"
"""


def test_a_wrapper_is_classified_by_the_statements_of_all_its_callers(find):
    callers = """
    def names(db):
        return rows(db, "SELECT name FROM symbols") + rows(db, RECENT)
    """

    (wrapper,) = [
        path
        for path in find({"a.py": dedent(WRAPPER) + dedent(callers)})
        if path.site is Site.PASS_THROUGH
    ]

    assert wrapper.tables == ("refs", "symbols")


def test_a_wrapper_stays_unclassified_while_one_caller_passes_what_nobody_knows(find):
    callers = """
    def names(db, request):
        return rows(db, "SELECT name FROM symbols") + rows(db, request.json["sql"])
    """

    (wrapper,) = [
        path
        for path in find({"a.py": dedent(WRAPPER) + dedent(callers)})
        if path.site is Site.PASS_THROUGH
    ]

    assert not wrapper.is_classified


def test_a_wrapper_whose_callers_name_other_tables_is_no_code_path(find):
    callers = """
    def names(db):
        return rows(db, "SELECT name FROM people")
    """

    assert find({"a.py": dedent(WRAPPER.replace("refs", "teams")) + dedent(callers)}) == []
