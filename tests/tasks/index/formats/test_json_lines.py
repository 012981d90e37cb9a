import json
from dataclasses import asdict

from hypothesis import given

from tasks.index.formats.json_lines import json_lines
from tests.tasks.index.formats.answers import NASTY, symbol, symbols, use


def test_a_line_holds_one_answer_with_its_keys_in_order():
    (found,) = json_lines([use("open", "call", 3, scope="room")])

    assert found.decode() == (
        '{"root": "left", "path": "a.py", "line": 3, "column": 4, "name": "open", "type": "call",'
        ' "scope": "room", "language": "python"}'
    )


def test_what_a_terminal_would_obey_is_escaped_and_letters_are_not():
    (line,) = json_lines([symbol(NASTY)])

    assert '"name": "a\\tb\\n\\"c\\\\d:\\u001b[31m\\u007f\\u009b\u2028é"' in line.decode()


@given(symbols)
def test_every_answer_comes_back_from_its_line(answer):
    (line,) = json_lines([answer])

    assert json.loads(line) == asdict(answer)
    assert not any(byte < 0x20 or byte == 0x7F for byte in line)
