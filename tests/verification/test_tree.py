"""What counts as a node of its own where a name stands."""

import pytest
from tree_sitter import Parser
from tree_sitter_language_pack import get_language

from tests.verification.offences import run, undone
from verification.checks.tree import problem_at
from verification.own_grammar import own_grammar
from verification.own_text import OwnText
from verification.verify import verify

PACK = "unversioned (tree_sitter_language_pack 0.13.0)"
WHEEL = "2.0.3 (tree_sitter_perl 2.0.3)"


@pytest.mark.parametrize(
    ("language", "text", "name", "problem"),
    [
        ("ruby", b"attr_reader :size", b"size", None),
        ("elixir", b"defstruct [size: 1]", b"size", None),
        ("ruby", b"ring = 1", b"ring", None),
        ("ruby", b"ring = 1", b"rin", "within identifier"),
        ("ruby", b"attr_reader :size", b"siz", "within simple_symbol"),
        ("ruby", b"attr_reader :size", b"ize", "within simple_symbol"),
        ("ruby", b"# ring", b"ring", "within comment"),
        ("cpp", b"A::operator T *() { }", b"operator T *", None),
        ("cpp", b"A::operator T *() { }", b"operator T", "within operator_cast"),
        (
            "csharp",
            b"class A { public static implicit operator B(A a) => b; }",
            b"operator B",
            None,
        ),
        (
            "csharp",
            b"class A { public static implicit operator B(A a) => b; }",
            b"operator",
            None,
        ),
        ("sql", b'CREATE TABLE t ("key" int)', b"key", None),
        ("sql", b"CREATE TABLE t (`key` int)", b"key", None),
        ("sql", b'CREATE TABLE t ("key" int)', b"ke", "within literal"),
        ("sql", b'CREATE TABLE t ("key:" int)', b"key:", None),
        ("sql", b'CREATE TABLE t ("key:" int)', b"key", "within literal"),
        ("typescript", rb"interface A { 'a\tb': 1 }", rb"a\tb", None),
        ("typescript", rb"interface A { 'a\tb': 1 }", rb"a\t", "within string"),
        ("ruby", b"# ring", b"# ring", "is comment"),
    ],
)
def test_a_name_has_a_node_of_its_own_but_for_colons_and_quotes(language, text, name, problem):
    root = Parser(get_language(language)).parse(text).root_node

    assert problem_at(root, text.index(name), name) == problem


def test_a_grammar_is_that_of_the_package_which_brought_it():
    found = [own_grammar("perl", version).semantic_version for version in (PACK, WHEEL)]

    assert found == [None, (2, 0, 3)]


@pytest.mark.parametrize(
    ("grammar_version", "problem"),
    [
        ("1.0.0 (tree_sitter_nowhere 1.0.0)", "tree_sitter_nowhere does not bring it here"),
        ("1.0.0 (tree_sitter 0.26.1)", "no package is named"),
        ("1.0.0 (antigravity 1.0.0)", "no package is named"),
        ("2.0.3", "no package is named"),
    ],
)
def test_a_grammar_that_no_package_here_brings_is_refused(grammar_version, problem):
    with pytest.raises(LookupError, match=problem):
        own_grammar("perl", grammar_version)


def test_a_name_is_looked_for_in_the_tree_of_the_grammar_that_found_it():
    text = b"format STDOUT =\n@<<<\n$x\n.\nsub last { 1 }\n"
    problems = [
        problem_at(Parser(grammar).parse(text).root_node, text.index(b"last"), b"last")
        for grammar in (own_grammar("perl", PACK), own_grammar("perl", WHEEL))
    ]

    assert problems == ["is ERROR", None]


@pytest.mark.parametrize(
    ("change", "measure"),
    [("has_error = 1 - has_error", "has_error"), ("line_count = line_count + 1", "line_count")],
)
def test_lines_and_errors_are_those_of_another_parse(good, change, measure):
    run(good.database, f"UPDATE asts SET {change}")
    findings = verify(undone(good), frozenset({"golden join"})).findings
    (evidence,) = (item.evidence for item in findings if item.check_id == "V-035")

    assert [each["measure"] for each in evidence] == [measure] * 3


@pytest.mark.parametrize(
    ("data", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\n\nb", 3), (b"a\rb\r", 2)]
)
def test_a_last_line_without_a_newline_counts(data, lines):
    assert OwnText(data, "utf-8").line_count == lines
