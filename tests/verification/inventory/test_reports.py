"""The reports of an inventory: valid to their schemas, equal for equal content, and comparable.

``tests/schemas/sarif-2.1.0.json`` is the official schema of SARIF 2.1.0 (rtm.5), unchanged.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from verification.inventory.gate import Acceptance, Rules
from verification.inventory.queues import QueueNames
from verification.inventory.reporting import Format, content, difference, rendered
from verification.inventory.take import take_inventory

SCHEMAS = Path(__file__).parents[2] / "schemas"
PUBLISHED = Path(__file__).parents[3] / "verification" / "schemas" / "inventory.schema.json"
SOURCE = {
    "reader.py": 'Q = "SELECT name FROM symbols WHERE file_id = ?"\n',
    "console.py": "import sqlite3\ndef run(db, sql):\n    return db.execute(sql)\n",
    "broken.py": 'def f(:\n    q = "DELETE FROM refs"\n',
    "pg.py": 'import psycopg2\nQ = "SELECT name FROM symbols"\n',
    "tests/test_reader.py": 'Q = "SELECT name FROM refs <b>|"\n',
}
RULES = Rules(accept=(Acceptance("console.py", "db.execute(sql)", "the console"),))


@pytest.fixture
def inventory(database, tmp_path):
    root = tmp_path / "consumer"
    for name, text in SOURCE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return take_inventory(
        database, ("symbols", "refs"), {}, QueueNames(named=("build_queue",)), (root,), RULES
    )


def without(inventory, file):
    paths = tuple(path for path in inventory.code_paths if path.file != file)
    return replace(inventory, search=replace(inventory.search, code_paths=paths))


def test_the_json_is_valid_to_the_published_schema(inventory):
    former = content(without(inventory, "reader.py"))
    schema = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    for text in (
        rendered(inventory, Format.JSON),
        rendered(inventory, Format.JSON, former),
    ):
        assert list(validator.iter_errors(json.loads(text))) == []


def test_the_sarif_is_valid_to_its_official_schema(inventory):
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text())
    log = json.loads(rendered(inventory, Format.SARIF))

    assert list(jsonschema.Draft4Validator(schema).iter_errors(log)) == []


def test_the_sarif_says_what_breaks_where_and_suppresses_what_is_accepted(inventory):
    (run,) = json.loads(rendered(inventory, Format.SARIF))["runs"]
    by_file = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: result
        for result in run["results"]
    }

    assert by_file["reader.py"]["ruleId"] == "breaks-on-v5"
    assert by_file["reader.py"]["level"] == "error"
    assert by_file["console.py"]["suppressions"] == [
        {"kind": "external", "justification": "the console"}
    ]
    assert by_file["tests/test_reader.py"]["properties"]["area"] == "test"


def test_the_page_is_one_file_that_asks_for_nothing_and_escapes_what_code_says(inventory):
    page = rendered(inventory, Format.HTML)

    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert not [word for word in ("<script", "http:", "https:", "src=", "@import") if word in page]


def test_a_page_on_which_nothing_breaks_says_so_in_no_colour_of_alarm(inventory):
    none = replace(inventory, search=replace(inventory.search, code_paths=()))

    assert "<span>0 break on v5</span>" in rendered(none, Format.HTML)
    assert '<span class="breaks">2 break on v5</span>' in rendered(inventory, Format.HTML)


def test_the_markdown_groups_by_file_and_counts_by_operation(inventory):
    text = rendered(inventory, Format.MARKDOWN)

    assert "### consumer/reader.py" in text
    assert "| SELECT | 2 | 2 |" in text
    assert "accepted: the console" in text
    assert "its file speaks to another kind of database" in text
    assert "- consumer/broken.py" in text


@pytest.mark.parametrize("form", list(Format))
def test_equal_inventories_make_equal_reports(inventory, form):
    assert rendered(inventory, form) == rendered(inventory, form)


@pytest.mark.parametrize("folder", ["code", os.fsdecode(b"code\xfe")], ids=["text", "none"])
def test_a_name_that_is_no_text_is_written_as_in_an_index_and_searched_as_any(
    database, tmp_path, folder
):
    root = tmp_path / folder
    root.mkdir()
    (root / os.fsdecode(b"a\xff.py")).write_text('Q = "SELECT name FROM symbols WHERE file_id"\n')
    (root / os.fsdecode(b"b\xff.sql")).write_bytes(b"\0")
    accepted = Rules(tests=("?\udcff.py",), accept=(Acceptance("*.py", "SELECT name", "known"),))
    taken = take_inventory(database, ("symbols",), {}, QueueNames(), (root,), accepted)
    texts = {form: rendered(taken, form).encode().decode() for form in Format}
    (path,) = taken.code_paths
    (result,) = json.loads(texts[Format.SARIF])["runs"][0]["results"]
    name = {"code": "code"}.get(folder, "code\\xfe/")

    assert (path.root, path.file, path.language) == (name, "a\\xff.py/", "python")
    assert (path.area.value, path.accepted) == ("test", "known")
    assert taken.search.unreadable == ((f"{name}/b\\xff.sql/", "binary content"),)
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%FF.py"


def test_the_difference_tells_what_is_new_gone_and_changed(inventory):
    former = content(inventory)
    accepted = replace(inventory.code_paths[-1], accepted="later")
    now = replace(
        inventory,
        search=replace(inventory.search, code_paths=(*inventory.code_paths[:-1], accepted)),
    )
    compared = difference(former, without(now, "reader.py"))
    words = {word: [path["file"] for path in paths] for word, paths in compared.items()}

    assert words == {"new": [], "gone": ["reader.py"], "changed": ["tests/test_reader.py"]}
    assert difference(content(without(inventory, "reader.py")), inventory)["new"][0]["line"] == 1


def test_a_statement_that_moves_to_another_line_is_no_difference(inventory):
    moved = tuple(replace(path, line=path.line + 7) for path in inventory.code_paths)
    now = replace(inventory, search=replace(inventory.search, code_paths=moved))

    assert difference(content(inventory), now) == {"new": [], "gone": [], "changed": []}
