"""What the process says that verification compares an index with."""

import hashlib
import json
import subprocess

from tasks.reextract import EXTRACTOR, reextract
from tasks.syntax.languages import languages


def order(tmp_path, data, language="python"):
    file = tmp_path / "a.py"
    file.write_bytes(data)
    return {"language": language, "location": str(file)}


def test_first_come_the_parser_versions_of_every_language():
    (said,) = reextract([])

    assert {name: row["fingerprint"] for name, row in said["parser_versions"].items()} == {
        name: language.fingerprint.hex() for name, language in languages().items()
    }


def test_then_the_rows_of_each_file_with_its_identity(tmp_path):
    data = b"import os\n\n\ndef f():\n    pass\n"
    _, said = reextract([order(tmp_path, data)])

    assert said["content_hash"] == hashlib.sha256(data).hexdigest()
    assert (said["size_bytes"], said["line_count"], said["has_error"]) == (len(data), 5, 0)
    assert [row[:7] for row in said["symbols"]] == [["f", "function", None, 4, 4, 5, "def f():"]]
    assert said["imports"] == [["os", "import", "standard library", 1, 7]]


def test_the_command_says_the_same_as_the_function_one_json_object_a_line(tmp_path):
    orders = [order(tmp_path, b"x = 1\n")]
    fed = "".join(json.dumps(each) + "\n" for each in orders)
    said = subprocess.run(EXTRACTOR, input=fed, capture_output=True, text=True, check=True).stdout

    assert [json.loads(line) for line in said.splitlines()] == list(reextract(orders))
