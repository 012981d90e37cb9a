import json

import pytest
from hypothesis import given, settings

from tasks.index.formats.json_lines import json_lines
from tests.tasks.index.formats.answers import NASTY, symbol, symbols, use


def test_a_line_holds_one_answer_with_its_keys_in_order():
    (found,) = json_lines([use("open", "call", 3, scope="room")])

    assert found.decode() == (
        '{"root": "left", "path": "a.py", "line": 3, "column": 4, "name": "open", "type": "call",'
        ' "scope": "room", "language": "python"}'
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (NASTY, 'a\\tb\\n\\"c\\\\d:\\u001b[31m\\u007f\\u009b\u2028é'),
        ("a\x7f", "a\\u007f"),
        ("a\x9b", "a\\u009b"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped_and_letters_are_not(name, written):
    (line,) = json_lines([symbol(name)])

    assert f'"name": "{written}"' in line.decode()


@settings(deadline=None)
@given(symbols)
def test_every_answer_comes_back_from_its_line(answer):
    (line,) = json_lines([answer])

    assert json.loads(line) == answer._asdict()
    assert not any(byte < 0x20 or byte == 0x7F for byte in line)
