"""What a statement that is found answers otherwise on v5, and what becomes of a write."""

import pytest

from tasks.syntax.vocabulary import REF_TYPES, SYMBOL_TYPES
from verification.inventory.changes import COPIES, NO_VERSIONS, NUMBERS, PATHS, WRITE, words

SYMBOLS = "SELECT name FROM symbols WHERE "


@pytest.mark.parametrize(
    ("statement", "rewrite", "changes"),
    [
        (
            "SELECT files.path, symbols.line_number FROM symbols"
            " JOIN files ON files.file_id = symbols.file_id WHERE symbols.name = ?",
            "SELECT golden_symbols.root || '/' || golden_symbols.path AS path,"
            " golden_symbols.line_number FROM golden_symbols WHERE golden_symbols.name = ?",
            (PATHS,),
        ),
        (
            "SELECT s.name FROM symbols AS s JOIN files AS f ON f.file_id = s.file_id"
            " WHERE f.path LIKE ? ORDER BY f.path",
            "SELECT s.name FROM golden_symbols AS s WHERE s.root || '/' || s.path LIKE ?"
            " ORDER BY s.root || '/' || s.path",
            (PATHS,),
        ),
        (
            "SELECT path AS file, COUNT(*) FROM refs JOIN files USING (file_id) GROUP BY path",
            "SELECT root || '/' || path AS file, COUNT(*) FROM golden_refs"
            " GROUP BY root || '/' || path",
            (PATHS,),
        ),
        (
            "SELECT name FROM symbols WHERE file_id = ?",
            "SELECT name FROM golden_symbols WHERE file_id = ?",
            (NUMBERS,),
        ),
        (
            "SELECT COUNT(*) FROM symbols",
            "SELECT COUNT(*) FROM golden_symbols",
            (COPIES,),
        ),
        (
            "SELECT DISTINCT name FROM symbols",
            "SELECT DISTINCT name FROM golden_symbols",
            (),
        ),
        (
            "SELECT file_id FROM files WHERE path = ?",
            None,
            (PATHS,),
        ),
    ],
)
def test_a_new_form_keeps_what_the_old_one_meant_and_says_what_changes(
    find, statement, rewrite, changes
):
    (path,) = find({"a.sql": f"{statement};\n"}, "files", "content_versions")

    assert (path.rewrite, path.changes) == (rewrite, changes)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("symbol_type = 'def'", ("'def' is no symbol_type of v5; nearest: function",)),
        ("'int' <> symbol_type", ("'int' is no symbol_type of v5; nearest: variable",)),
        (
            "symbols.symbol_type IN ('func', 'class', 'clas')",
            (
                "'func' is no symbol_type of v5; nearest: function",
                "'clas' is no symbol_type of v5; nearest: class",
            ),
        ),
        ("symbol_type LIKE 'Fun%'", ()),
        ("symbol_type = 'function' OR symbol_type = ?", ()),
        ("name = 'def'", ()),
    ],
)
def test_a_word_that_v5_does_not_know_is_told_with_the_nearest_one(find, condition, said):
    (path,) = find({"a.sql": f"{SYMBOLS}{condition};\n"})

    assert path.changes == (COPIES, *said)
    assert path.answers_otherwise


def test_a_word_that_is_near_to_none_is_told_with_all_there_are(find):
    (path,) = find({"a.sql": "SELECT DISTINCT name FROM refs WHERE ref_type = 'zzz';\n"})

    assert path.changes == (f"'zzz' is no ref_type of v5; it has {', '.join(sorted(REF_TYPES))}",)


def test_without_a_legacy_index_nothing_is_said_to_change_but_words(find):
    found = find({"a.sql": f"{SYMBOLS}symbol_type = 'def';\n"}, with_legacy=False)

    assert found[0].changes == ("'def' is no symbol_type of v5; nearest: function",)


@pytest.mark.parametrize(
    ("statement", "advice"),
    [
        ("DELETE FROM symbols WHERE file_id = ?", WRITE),
        ("INSERT INTO refs (name) VALUES (?)", WRITE),
        ("UPDATE symbols SET name = ?", WRITE),
        ("SELECT MAX(content_version_id) FROM content_versions", NO_VERSIONS),
        ("SELECT name FROM symbols", None),
        ("SELECT name FROM symbols WHERE file_id = ?", None),
    ],
)
def test_a_write_is_told_to_go_and_a_read_without_a_form_what_it_looks_for(find, statement, advice):
    (path,) = find({"a.sql": f"{statement};\n"}, "files", "content_versions")

    assert path.advice == advice


def test_the_words_of_v5_are_those_that_the_builder_writes():
    known = {column: set(entry["known"]) for column, entry in words().items()}
    nearest = {column: set(entry["nearest"].values()) for column, entry in words().items()}

    assert known == {"symbol_type": set(SYMBOL_TYPES), "ref_type": set(REF_TYPES)}
    assert all(nearest[column] <= known[column] for column in known)
    assert not any(known[column] & entry["nearest"].keys() for column, entry in words().items())
