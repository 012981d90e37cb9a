from tasks.index.formats.vimgrep import vimgrep
from tests.tasks.index.formats.answers import symbol, use

PREFIXES = {"left": "", "right": "/far/"}


def test_a_line_names_a_file_that_can_be_opened_a_place_from_1_and_the_signature():
    found = [
        symbol("room", line=5, column=4, signature="room(size)"),
        symbol("room", line=7, column=0, root="right"),
        use("room", line=9, column=8),
    ]

    assert list(vimgrep(found, PREFIXES)) == [
        "a.py:5:5:room(size)",
        "/far/a.py:7:1:room",
        "a.py:9:9:room",
    ]


def test_control_characters_cannot_end_a_line_or_reach_a_terminal():
    found = [symbol("f", path="a\nb\x1b.py", signature="f(\n\tx\x9b)é")]

    assert list(vimgrep(found, PREFIXES)) == ["a\\nb\\x1B.py:1:5:f(\\n\\tx\\u009b)é"]
