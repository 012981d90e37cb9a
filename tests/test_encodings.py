"""What is written is read on another machine: no text of ours has the encoding of a locale."""

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
OURS = [
    path
    for folder in ("flows", "migrations", "tasks", "verification")
    for path in sorted((REPOSITORY / folder).rglob("*.py"))
]
POSITIONS = {"read_text": 1, "write_text": 2}  # arguments up to the encoding


def without_encoding(code):
    """Return the lines that read or write a file's text and do not say how it is encoded."""
    calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in POSITIONS
        and len(call.args) < POSITIONS[call.func.attr]
        and "encoding" not in {each.arg for each in call.keywords}
    ]


def test_there_is_code_to_look_at():
    assert len(OURS) > 300


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_text_is_read_and_written_in_an_encoding_that_is_told(path):
    # click's formatter writes no file
    code = path.read_text("utf-8").replace("formatter.write_text(", "formatter.write(")

    assert without_encoding(code) == []


def test_the_look_finds_what_it_looks_for():
    code = 'a.read_text()\na.read_text("utf-8")\nb.write_text(c)\nb.write_text(c, encoding="utf-8")'

    assert without_encoding(code) == [1, 3]
