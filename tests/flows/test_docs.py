"""``flagday docs``: what is said, and how; and that a flag day fills what it asks."""

import json

import pytest

from tests.tasks.index.corpus import CONTENTS, FILES, fill
from tests.tasks.store.conftest import new_index


@pytest.fixture
def docs(tmp_path, command):
    path = new_index(tmp_path / "index.db")
    fill(path, CONTENTS, FILES)
    return lambda *words: command("docs", "--db", path, *words)


def test_a_file_is_told_with_its_score_and_why(docs):
    code, out, _ = docs("closing", "net")
    place, *why = out.splitlines()

    assert code == 0
    assert place.split("  ")[0] == "left/net/http.py"
    assert float(place.split("  ")[1]) > 0
    assert why == ["    defines close"]


def test_json_has_every_field(docs):
    code, out, _ = docs("header", "--limit", "1", "--json")
    (found,) = json.loads(out)

    assert code == 0
    assert found == {
        "root": "left",
        "path": "net/http.py",
        "language": "python",
        "score": found["score"],
        "definitions": ["parseHttpHeader"],
        "docstring": "Reads headers of a message.",
    }


def test_nothing_found_is_said_and_is_no_failure(docs):
    assert docs("nowhere", "at all") == (0, "", "no file holds nowhere at all\n")


def test_a_filter_that_leaves_nothing_is_told_and_exits_1_where_that_is_asked_for(docs):
    assert docs("header", "--path", "left/*", "--exit-code") == (
        1,
        "",
        "header is found here, but not under --path 'left/*'; paths begin inside of the root, such "
        "as net/http.py\n",
    )


def test_words_without_a_letter_or_digit_are_refused(docs):
    code, out, said = docs("--", "-", "*")

    assert (code, out) == (2, "")
    assert "no words to search for" in said
    assert "Name one or more: letters or digits." in said


def test_a_flag_day_makes_documents_of_all_files_and_contents(bench, command):
    source = 'import os\n\n\ndef openDoor():\n    """Lets visitors in."""\n'
    bench.write(left={"hall/Door.py": source}, right={"copy.py": source, "LICENSE": "x\n"})
    bench.run("left", "right")

    for words, places in {
        ("visitor", "door"): ["left/hall/Door.py", "right/copy.py"],
        ("hall", "os"): ["left/hall/Door.py"],
        ("license",): ["right/LICENSE"],
    }.items():
        _, out, _ = command("docs", "--json", "--db", bench.db, *words)

        assert [f"{each['root']}/{each['path']}" for each in json.loads(out)] == places
