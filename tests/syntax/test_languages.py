"""What a language is made of, and what its parser version depends on."""

import hashlib
import shutil
from dataclasses import replace

import pytest

from tasks.errors import FlagDayError
from tasks.syntax import languages as module
from tasks.syntax.languages import EXTRACTOR_VERSION, languages
from tasks.syntax.vocabulary import CODES


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the languages that a test may change, and that nothing remembers."""
    copied = shutil.copytree(module._FOLDER, tmp_path / "languages")
    monkeypatch.setattr(module, "_FOLDER", copied)
    languages.cache_clear()
    yield copied
    monkeypatch.undo()
    languages.cache_clear()


def test_an_unknown_key_of_a_language_is_an_error_that_names_the_known_ones(folder):
    with (folder / "c.toml").open("a") as table:
        table.write('colour = "blue"\n')

    with pytest.raises(FlagDayError, match=r"c\.toml: unknown keys \['colour'\]") as refused:
        languages()
    assert refused.value.next_step == (
        "Known: grammar, wheel, extensions, filenames, patterns, interpreters, scope_separator,"
        " scopes, members, keywords, sigil, directives, masks, blanks."
    )


def test_an_unknown_capture_is_an_error_that_names_the_known_ones():
    python = replace(languages()["python"], query=b"(identifier) @reference.calls")

    with pytest.raises(FlagDayError, match=r"python\.scm.*\['reference\.calls'\]") as refused:
        python.load_queries()
    assert refused.value.next_step == f"Known captures: {', '.join(CODES)}."


def test_a_capture_for_the_query_alone_may_have_any_name():
    python = replace(languages()["python"], query=b"(identifier) @_any @name")

    assert [query.capture_count for query in python.load_queries()] == [0, 2]


def test_patterns_of_the_root_are_a_query_apart_and_a_group_in_comments_or_strings_is_none():
    of_root = b'; (module)\n((module (string) @_s) (#eq? @_s "\\"(")) @rest\n'
    query = of_root + b"(string) @name\n[(block)]"
    python = replace(languages()["python"], query=query)

    assert [query.pattern_count for query in python.load_queries()] == [1, 2]


def test_patterns_of_a_type_that_is_captured_as_a_root_go_with_those_of_the_tree():
    query = b"(block) @_root\n(block (string) @name)\n((block) . (string) @doc)\n(string) @name"
    python = replace(languages()["python"], query=query)

    assert [query.pattern_count for query in python.load_queries()] == [2, 2]


def test_an_error_in_a_query_is_told_where_it_stands_in_the_file():
    python = replace(languages()["python"], query=b"(identifier) @name\n(module (nothing) @name)")

    with pytest.raises(FlagDayError, match=r"Invalid node type at row 1, column 9"):
        python.load_queries()


def test_a_query_that_does_not_fit_the_grammar_is_an_error():
    python = replace(languages()["python"], query=b"(no_such_node) @name")

    with pytest.raises(FlagDayError, match=r"languages/python\.scm does not compile"):
        python.load_queries()


@pytest.mark.parametrize(
    "change", [{"grammar": "nowhere"}, {"grammar": "nowhere", "wheel": "tree_sitter_nowhere"}]
)
def test_a_grammar_that_is_not_there_is_an_error(change):
    nowhere = replace(languages()["python"], **change)

    with pytest.raises(FlagDayError, match="has no grammar 'nowhere'"):
        _ = nowhere.library


def test_a_grammar_may_come_in_a_wheel_of_its_own():
    csharp = languages()["csharp"]

    assert csharp.library.parent.name == csharp.wheel
    assert csharp.load_grammar().name == "c_sharp"
    assert csharp.grammar_version == "0.23.5 (tree_sitter_c_sharp 0.23.5)"


def test_a_fingerprint_is_32_bytes_and_no_two_languages_share_one():
    found = [language.fingerprint for language in languages().values()]

    assert {len(fingerprint) for fingerprint in found} == {32}
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "change",
    [
        {"query": b"; another query"},
        {"table": b"# another table"},
        {"grammar": "c"},
        {"wheel": "tree_sitter_c_sharp"},
        {"query": b"", "table": languages()["python"].table + languages()["python"].query},
    ],
    ids=["query", "table", "grammar", "wheel", "the bytes between table and query"],
)
def test_a_parser_version_changes_with(change):
    python = languages()["python"]

    assert replace(python, **change).fingerprint != python.fingerprint


def test_a_parser_version_changes_with_the_version_of_the_extractor(monkeypatch):
    python = languages()["python"]
    before = replace(python).fingerprint
    monkeypatch.setattr(module, "EXTRACTOR_VERSION", EXTRACTOR_VERSION + 1)

    assert replace(python).fingerprint != before


def test_a_parser_version_is_the_same_whenever_it_is_computed():
    python = languages()["python"]

    assert replace(python).fingerprint == python.fingerprint


def test_codes_in_stored_facts_mean_what_they_meant():
    table = "\n".join(f"{code} {name}" for name, code in CODES.items())
    digest = hashlib.sha256(table.encode()).hexdigest()[:16]

    assert (EXTRACTOR_VERSION, digest) == (8, "153b7cbbc735fb6d"), (
        "CODES has changed: facts in old indexes would be read wrongly. Bump EXTRACTOR_VERSION in"
        " tasks/syntax/languages.py with a line of history, and pin the new pair here."
    )


def test_every_code_fits_one_byte_and_stands_once():
    codes = list(CODES.values())

    assert len(set(codes)) == len(codes)
    assert all(0 <= code < 256 for code in codes)
