"""Every fixture under fixtures/annotated/<language> is found exactly as its carets say."""

from pathlib import Path

import pytest

from tasks.syntax.languages import languages
from tests.syntax.annotations import differences, expected, found
from tests.syntax.rows import rows_of

FIXTURES = Path(__file__).parents[1] / "fixtures" / "annotated"


@pytest.mark.parametrize(
    "path",
    sorted(path for path in FIXTURES.rglob("*") if path.is_file()),
    ids=lambda path: str(path.relative_to(FIXTURES)),
)
def test_a_fixture_is_found_exactly_as_its_carets_say(path):
    source = path.read_text()
    language = path.relative_to(FIXTURES).parts[0]

    assert differences(expected(source), found(language, source)) == []


@pytest.mark.parametrize("language", languages())
def test_every_language_has_an_annotated_fixture_with_definitions_and_references(language):
    labels = {
        mark.label.split(".")[0]
        for path in (FIXTURES / language).glob("*")
        for mark in expected(path.read_text())
    }

    assert {"definition", "reference"} <= labels


def test_a_makefiles_variable_of_several_lines_is_found_where_no_comment_can_mark_it():
    found = rows_of("symbols", "define recipe\n\techo $(1)\nendef\n", "make")

    assert [(row["name"], row["symbol_type"]) for row in found] == [("recipe", "variable")]
