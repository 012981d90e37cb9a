"""What ctags finds and the index leaves out on purpose is told apart from what it lacks."""

import pytest

from verification.oracle.ctags import Tag
from verification.oracle.kinds import vocabulary
from verification.oracle.left_out import bodies_of, reason, rules

NO_BODIES = frozenset()


def tag(kind, name, text="", *, scope="", line=1):
    return Tag("a", line, name, kind, scope=scope, text=text)


def test_a_function_holds_the_lines_behind_its_first():
    assert bodies_of([("a", 3, 5), ("b", 1, 1)]) == {("a", 4), ("a", 5)}


@pytest.mark.parametrize(("line", "is_local"), [(1, False), (2, True), (3, True), (4, False)])
def test_a_value_inside_of_one_of_our_functions_is_local(line, is_local):
    found = reason("go", tag("var", "x", line=line), bodies_of([("a", 1, 3)]))

    assert bool(found) == is_local


def test_a_value_whose_scope_ctags_calls_a_function_is_local():
    local = Tag("a", 1, "x", "field", scope_kind="method")

    assert "inside of functions" in (reason("java", local, NO_BODIES) or "")


def test_a_function_inside_of_a_function_is_not_local():
    assert reason("go", tag("func", "x", line=2), bodies_of([("a", 1, 3)])) is None


@pytest.mark.parametrize(
    ("language", "left_out", "why"),
    [
        ("javascript", tag("class", "box", "const box = {"), "a class"),
        ("javascript", tag("class", "Box", "Box.prototype.open = f;"), "its prototype"),
        ("javascript", tag("property", "deep", "deep: 1", scope="box.inner"), "deeper"),
        ("javascript", tag("property", "a-b", "  'a-b': 1"), "in quotes"),
        ("javascript", tag("constant", "x", "  const x = 1;"), "without a name"),
        ("javascript", tag("field", "b", "  set(a, b = 1) {"), "called get or set"),
        ("javascript", tag("field", "own", "  #own = 1;"), "private"),
        ("javascript", tag("function", "_run", "run: function _run() {"), "inner name"),
        ("javascript", tag("method", "[Symbol.iterator]", ""), "computed"),
        ("typescript", tag("alias", "A", "import { type A } from 'a';"), "import"),
        ("typescript", tag("constant", "symbol", "const A: unique symbol;"), "unique symbol"),
        ("typescript", tag("property", "x8893", "readonly A: 0x8893;"), "splits"),
        ("typescript", tag("method", "new", "new (): A;"), "construct"),
        ("c", tag("function", "SYSCALL_DEFINE1", "SYSCALL_DEFINE1(a, int, b)"), "a macro"),
        ("c", tag("variable", "__packed", "} __packed;"), "attribute"),
        ("cpp", tag("function", "operator bool", "operator bool() const {"), "conversions"),
    ],
)  # fmt: skip
def test_what_is_left_out_has_its_reason(language, left_out, why):
    assert why in (reason(language, left_out, NO_BODIES) or "")


@pytest.mark.parametrize(
    ("language", "lacking"),
    [
        ("javascript", tag("class", "Box", "class Box {")),
        ("javascript", tag("class", "Box", "var Box = class extends A {")),
        ("javascript", tag("property", "key", "key: 1", scope="box")),
        ("javascript", tag("constant", "x", "const x = 1;")),
        ("javascript", tag("function", "run", "function run() {")),
        ("typescript", tag("alias", "A", "export type A = B;")),
        ("typescript", tag("constant", "A", "export declare const A: unique symbol;")),
        ("typescript", tag("property", "x", "x: number;")),
        ("c", tag("function", "run", "int run(void)")),
        ("c", tag("variable", "count", "int count;")),
        ("cpp", tag("function", "operator==", "bool operator==(A b) {")),
    ],
)
def test_what_should_be_found_has_no_reason(language, lacking):
    assert reason(language, lacking, NO_BODIES) is None


def test_every_rule_speaks_of_languages_and_kinds_that_are_compared():
    languages = vocabulary()["languages"]
    strangers = [
        (language, kind)
        for rule in rules()
        for language in sorted(rule.languages)
        for kind in sorted(rule.kinds)
        if kind not in languages[language]
    ]

    assert strangers == []
