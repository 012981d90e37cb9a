"""From contents to rows: batches, what is known already, and what cannot be extracted."""

import sys
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.rows import TABLES
from tasks.syntax.extract import Failure, extract
from tasks.syntax.parse import ParseTimeout, parse
from tests.syntax.rows import extracted, rows_of, source

CHUNKS = (
    "def f(a, b=1):\n    '''A doc.'''\n    return g(a)",
    "# about what follows",
    "class C(Base):\n    # a method\n    def m(self): return self.x",
    "x = é = 'naïve ☃'",
    "import os.path as p\nfrom . import q",
    "def broken(:",
    "@decorated\nclass D: pass",
    "",
    "    ",
    "\ufeff",
    "if x:\n    def f(): pass\nelse:\n    def f(): pass",
)
SOURCES = st.lists(
    st.tuples(st.lists(st.sampled_from(CHUNKS), max_size=3), st.sampled_from(["", "\n"])).map(
        lambda drawn: "\n".join(drawn[0]) + drawn[1]
    ),
    max_size=6,
)


def numbered(texts):
    return [source(number, text) for number, text in enumerate(texts, 1)]


@settings(max_examples=100, deadline=None)
@given(SOURCES, st.integers(1, 300))
def test_a_content_has_the_rows_that_it_has_alone_whatever_shares_its_batch(texts, batch_bytes):
    alone = {table: [] for table in TABLES}
    for each in numbered(texts):
        for table, rows in extracted([each]).items():
            alone[table].extend(rows)

    assert extracted(numbered(texts), batch_bytes=batch_bytes) == alone


@settings(max_examples=30, deadline=None)
@given(SOURCES)
def test_facts_give_the_rows_that_parsing_gives_and_nothing_is_parsed(texts):
    parsed = extracted(numbered(texts))
    known = [
        replace(each, facts=ast["facts"], has_error=bool(ast["has_error"]))
        for each, ast in zip(numbered(texts), parsed["asts"], strict=True)
    ]

    assert extracted(known, parse_timeout_s=-1) == parsed


def test_a_long_content_has_the_rows_of_its_lines_wherever_it_is_asked_in_slices():
    lines = [f"    def m{number}(self): return self.x" for number in range(4000)]
    whole = "\n".join(["class C:", *lines, "    last = C"])

    symbols = extracted([source(1, whole)])["symbols"]
    found = [(row["name"], row["symbol_type"], row["scope"], row["line_number"]) for row in symbols]
    methods = [(f"m{number}", "method", "C", number + 2) for number in range(4000)]

    assert found == [("C", "class", None, 1), *methods, ("last", "field", "C", 4002)]


def test_a_comment_that_ends_one_content_documents_nothing_in_the_next():
    sources = [source(1, "# the end"), source(2, "def f(): pass"), source(3, "# the end")]

    assert extracted(sources)["definition_docs"] == []


def test_contents_of_two_languages_are_extracted_each_by_its_own_grammar():
    sources = [source(1, "def f(): pass"), source(2, "int g(void) { return 0; }", "c")]
    found = extracted(sources)["symbols"]

    assert [(row["ast_id"], row["name"], row["symbol_type"]) for row in found] == [
        (1, "f", "function"),
        (2, "g", "function"),
    ]


def test_an_ast_tells_the_size_lines_and_errors_of_its_content():
    raw = replace(source(7, "def f(:\n"), size_bytes=99, parser_version_id=3)
    (ast,) = extracted([raw])["asts"]
    ast.pop("facts")

    assert ast == {
        "ast_id": 7,
        "content_hash": raw.content_hash,
        "parser_version_id": 3,
        "size_bytes": 99,
        "line_count": 1,
        "has_error": 1,
        "encoding": "utf-8",
    }


def test_an_empty_content_is_an_ast_without_rows():
    found = extracted([source(1, "")])

    assert [ast["line_count"] for ast in found.pop("asts")] == [0]
    assert found == {table: [] for table in TABLES if table != "asts"}


BIG = "".join(f"def f{number}(a): return [a, {number}]\n" for number in range(20_000))


def test_a_parse_over_its_time_is_a_failure_and_the_next_content_is_not_touched_by_it():
    small = source(2, "def small(): pass\n")
    found = extracted([source(1, BIG), small], parse_timeout_s=1e-9)

    assert found["failures"] == [{"ast_id": 1, "reason": "parsing timed out after 1e-09 s"}]
    assert found["symbols"] == extracted([small])["symbols"]


def test_a_batch_of_failures_alone_has_no_other_rows():
    found = extracted([source(1, BIG)], parse_timeout_s=1e-9)

    assert {table: len(rows) for table, rows in found.items() if rows} == {"failures": 1}


@pytest.mark.parametrize("timeout_s", [60.0, 1e-9])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("c", "int f(void) { return g(); }\n" * 20_000),
        ("python", BIG),  # its scanner counts columns
        ("ruby", "def f(a)\n  g(a)\nend\n" * 5000),
    ],
)
def test_nothing_keeps_a_text_that_was_parsed(language, text, timeout_s):
    content = text.encode()
    before = sys.getrefcount(content)
    with suppress(ParseTimeout):
        parse(language, content, timeout_s=timeout_s)

    assert sys.getrefcount(content) == before


def test_a_content_that_failed_before_is_a_failure_still():
    found = extracted([Failure(1, "cannot be read"), source(2, "x = 1"), Failure(3, "changed")])

    assert [ast["ast_id"] for ast in found["asts"]] == [2]
    assert found["failures"] == [
        {"ast_id": 1, "reason": "cannot be read"},
        {"ast_id": 3, "reason": "changed"},
    ]


def test_no_contents_are_no_batches():
    assert list(extract([], parse_timeout_s=1)) == []


def test_lines_count_from_one_and_columns_count_bytes_from_zero():
    (row,) = rows_of("symbols", "x = 1; é = 2\n")[1:]

    assert (row["line_number"], row["column_number"], row["name"]) == (1, 7, "é")


@settings(max_examples=20, deadline=None)
@given(st.integers(100, 300), st.sampled_from("ab"))
def test_a_query_compares_whole_names_however_long_they_are(length, last):
    name = "f" * length
    text = f"{name}a 0 = x\n{name}{last} n = x\n"

    found = [row["name"] for row in rows_of("symbols", text, "haskell")]
    assert found == sorted({f"{name}a", f"{name}{last}"})
