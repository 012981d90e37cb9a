"""What a tree does not tell: the share of bytes under errors, and what lies too deep."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Parser

from tasks.syntax.flaws import MAX_LEVELS, flaws
from tasks.syntax.languages import languages
from tasks.syntax.vocabulary import CUT, ERROR
from tests.syntax.rows import extracted, rows_of, source

PIECES = st.sampled_from(["def f(): pass\n", "x = (\n", ")) ]\n", "class :\n", "a + b\n", "£\n"])


def tree_of(text, language="python"):
    return Parser(languages()[language].load_grammar()).parse(text.encode())


def outermost_errors(node):
    if node.is_error:
        return [(node.start_byte, node.end_byte)]
    return [span for child in node.children for span in outermost_errors(child)]


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_outermost_errors_are_found_wherever_they_are(text):
    tree = tree_of(text)
    found = flaws(tree)

    assert set(found.codes.tolist()) <= {ERROR}
    assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == outermost_errors(
        tree.root_node
    )


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("def f(:\n    pass\n", ["syntax errors in less than 0.1 % of bytes"]),
        ("x = 1 )\n", ["syntax errors in 87.5 % of bytes"]),
        ("(" * 100, ["syntax errors in 100.0 % of bytes"]),
        ("def f(): pass\n", []),
    ],
)
def test_a_content_with_errors_is_partial_and_says_in_which_share_of_it(text, reasons):
    assert [row["reason"] for row in extracted([source(1, text)])["partials"]] == reasons


def nested(levels):
    return "def before(): pass\nx = " + "f(" * levels + "1" + ")" * levels + "\ndef after(): pass\n"


def test_what_lies_too_deep_is_left_out_and_all_else_is_kept():
    found = extracted([source(1, nested(MAX_LEVELS))])

    assert [row["name"] for row in found["symbols"]] == ["before", "x", "after"]
    assert [row["reason"] for row in found["partials"]] == ["nested deeper than 4000 levels"]
    assert 0 < len(found["refs"]) < MAX_LEVELS


def test_a_content_that_is_deep_and_not_too_deep_is_whole():
    found = extracted([source(1, nested(MAX_LEVELS // 4))])

    assert found["partials"] == []
    assert len(found["refs"]) == MAX_LEVELS // 4


def test_one_cut_stands_over_the_whole_content():
    found = flaws(tree_of(nested(MAX_LEVELS)))

    assert set(found.codes.tolist()) == {CUT}
    assert set(found.starts.tolist()) == {0}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "class A { if() {} catch(e) {} }\nconst o = { for() {} };\n",
            ["A", "if", "catch", "o", "for"],
        ),
        ("class A { catch(e) {} }\nlet a = 1;\n)\n", ["A", "catch", "a"]),
        ("const o = { if() {} }\n;\nfunction f(a: ?T): R {}\n", ["o", "if", "f"]),
        ("const n = { get(): S { if (a) { g(a); } return a; } };\n", ["n", "get"]),
    ],
)
def test_a_statement_beside_an_error_is_no_method_and_a_method_elsewhere_is_one(text, names):
    assert [row["name"] for row in rows_of("symbols", text, "javascript")] == names


def test_a_statement_that_is_no_method_is_no_scope_and_no_use():
    text = "const n = { get(): S { if (a) { g(a); } return a; } };\n"
    refs = [(row["name"], row["context"]) for row in rows_of("refs", text, "javascript")]

    assert refs == [(name, "") for name in ("S", "a", "g", "a", "return", "a")]
