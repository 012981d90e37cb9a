"""Words that hide code from a grammar are blanked; no byte moves, and no use is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Parser

from tasks.syntax.languages import languages
from tasks.syntax.masks import masked, uses
from tests.syntax.rows import extracted, source
from verification.own_macros import without_macros

CPP = languages()["cpp"]
PIECES = (
    b"class ", b"struct ", b"EXPORT", b" ", b"\n", b"A", b" {", b" : B {", b";", b"};", b"// ",
    b"/* ", b"*/", b"template <", b"PART_BEGIN", b" final", b"typedef ", b"namespace n", b"\\\n",
)  # fmt: skip
SOURCES = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
SCRIPT = (
    b"<", b",", b"in", b"out", b" ", b"\n", b"A", b" extends B", b"=", b">", b"/* ", b"*/", b"// a",
    b"global", b" {", b"}", b";", b"declare ",
)  # fmt: skip
SCRIPTS = st.lists(st.sampled_from(SCRIPT), max_size=40).map(b"".join)


def uses_in(text):
    clear, spans = masked(text, CPP.masks)
    tree = Parser(CPP.load_grammar()).parse(clear)
    found = uses(tree, spans)
    pairs = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
    return [text[start:end] for start, end in pairs]


@given(SOURCES)
def test_nothing_changes_but_words_into_as_many_spaces(text):
    clear, spans = masked(text, CPP.masks)
    for start, end in reversed(spans):
        assert re.fullmatch(rb"\w+", text[start:end])
        text = text[:start] + b" " * (end - start) + text[end:]

    assert clear == text


@given(SOURCES)
def test_the_checks_own_eye_sees_the_same_macros(text):
    clear, spans = masked(text, CPP.masks)

    assert without_macros("cpp", text) == (
        clear,
        frozenset((start, text[start:end]) for start, end in spans),
    )


@pytest.mark.parametrize("language", ["typescript", "tsx"])
@given(SCRIPTS)
def test_the_checks_own_eye_sees_the_same_words(language, text):
    clear, spans = masked(text, languages()[language].blanks)

    assert without_macros(language, text) == (
        clear,
        frozenset((start, text[start:end]) for start, end in spans),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"interface A<in T, out U = V, in out W extends X> {}", [b"in", b"out", b"in out"]),
        (b"interface A<\n  /** One. */\n  out T, // two\n  in U\n> {}", [b"out", b"in"]),
        (b"type A<out> = out; type B<C, out extends D> = out;", []),
        (b"import { a, out as b } from 'c'; f(a, out in b, out instanceof A);", []),
        (b"let a, out\nfoo, out = 1; for (const a in b) { a < out }", []),
        (b"declare module 'a' { global { } }\n  global {\n}", [b"global", b"global"]),
        (b"declare global { } class global { } namespace global { }", []),
    ],
)
def test_variance_and_the_global_of_a_module_are_blanked_and_nothing_that_looks_like_them(
    text, words
):
    _, spans = masked(text, languages()["typescript"].blanks)

    assert [text[start:end] for start, end in spans] == words


def test_a_blank_is_no_use():
    text = "declare module 'a' { global { var p: P; } }\ninterface A<out T> {}\n"
    rows = extracted([source(1, text, "typescript")])

    assert [row["name"] for row in rows["symbols"]] == ["a", "p", "A"]
    assert [row["name"] for row in rows["refs"]] == ["P", "T"]
    assert rows["partials"] == []


def test_what_a_mask_finds_inside_of_a_comment_or_a_string_is_no_use():
    text = b'class EXPORT A { };\n// class THAT knows: all\nauto s = "class THIS one {";\n'

    assert uses_in(text) == [b"EXPORT"]


def test_a_macro_on_the_first_line_is_found_and_words_of_an_enum_are_not():
    text = b"BEGIN_PARTS\nenum Side {\n  LEFT,\n  RIGHT\n};\nclass A final : B { };\n"

    assert uses_in(text) == [b"BEGIN_PARTS"]


def test_a_language_without_masks_keeps_its_text():
    text = b"class EXPORT A { };\n"

    assert masked(text, languages()["java"].masks) == (text, [])
    assert without_macros("java", text) == (text, frozenset())
