"""In a report every character is seen."""

import pytest

from verification.inventory.reporting import cell


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a\x1b[31m\x9b", "a\\x1b[31m\\x9b"),
        ("\u202eyp.exe", "\\u202eyp.exe"),
        ("a\u200db", "a\u200db"),
        ("a\\b|<c", "a\\\\b\\|&lt;c"),
    ],
    ids=ascii,
)
def test_a_cell_shows_what_would_command_a_terminal_or_turn_the_text(name, written):
    assert cell(name) == written
