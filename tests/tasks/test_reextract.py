"""What the process says that verification compares an index with."""

import hashlib
import json
import subprocess
from base64 import b64encode

from tasks.reextract import EXTRACTOR, reextract
from tasks.syntax.languages import languages


def order(data, language="python"):
    return {"language": language, "base64": b64encode(data).decode()}


def test_first_come_the_parser_versions_of_every_language():
    (said,) = reextract([])

    assert {name: row["fingerprint"] for name, row in said["parser_versions"].items()} == {
        name: language.fingerprint.hex() for name, language in languages().items()
    }


def test_then_the_rows_of_each_file_with_its_identity():
    data = b"import os\n\n\ndef f():\n    pass\n"
    _, said = reextract([order(data)])

    assert said["content_hash"] == hashlib.sha256(data).hexdigest()
    assert (said["size_bytes"], said["line_count"], said["has_error"]) == (len(data), 5, 0)
    assert [row[:7] for row in said["symbols"]] == [["f", "function", None, 4, 4, 5, "def f():"]]
    assert said["imports"] == [["os", "import", "standard library", 1, 7]]


def test_the_command_says_the_same_as_the_function_one_json_object_a_line():
    orders = [order(b"x = 1\n")]
    fed = "".join(json.dumps(each) + "\n" for each in orders)
    said = subprocess.run(EXTRACTOR, input=fed, capture_output=True, text=True, check=True).stdout

    assert [json.loads(line) for line in said.splitlines()] == list(reextract(orders))
