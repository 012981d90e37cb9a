"""A manifest binds what it says, is as its schema says, and a signature binds the manifest."""

import json
from dataclasses import replace
from importlib.resources import files

import apsw
import jsonschema
import pytest

from verification import manifest
from verification.rederive import rederive
from verification.signature import SignatureInvalid, check_signature, sign, why_no_key

SCHEMA = json.loads(files("verification").joinpath("schemas/manifest.schema.json").read_text())


@pytest.fixture
def run(good):
    """The folder of the run that made the good index."""
    return good.artifacts


def wrong(run, good):
    index = replace(good, artifacts=None)
    return [item.what for item in rederive(run, index) if item.matches is False]


@pytest.fixture
def key(tmp_path, new_key):
    return new_key(tmp_path / "key")


def test_a_manifest_is_as_its_schema_says(run):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert jsonschema.validate(manifest.read(run), SCHEMA) is None


@pytest.mark.parametrize("key", ["verdict", "symbolSets", "tables", "inputs", "ddl"])
def test_a_manifest_without_a_part_is_refused_by_its_schema(run, key):
    statement = manifest.read(run)
    del statement["predicate"][key]

    with pytest.raises(jsonschema.ValidationError, match=key):
        jsonschema.validate(statement, SCHEMA)


def test_an_untouched_run_is_derived_again_without_a_difference(run, good):
    assert wrong(run, good) == []


@pytest.mark.parametrize("name", manifest.SUBJECTS)
def test_a_flipped_bit_in_any_artifact_is_named(run, name):
    data = bytearray((run / name).read_bytes())
    data[len(data) // 2] ^= 1
    (run / name).write_bytes(data)
    (first, *_) = [item.what for item in rederive(run, None) if item.matches is False]

    assert first == name


def test_an_artifact_that_the_manifest_leaves_out_is_named(run):
    path = run / manifest.NAME
    statement = json.loads(path.read_text())
    statement["subject"] = [each for each in statement["subject"] if each["name"] != "junit.xml"]
    path.write_text(json.dumps(statement))

    assert [item.what for item in rederive(run, None) if item.matches is False] == ["junit.xml"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE files SET path = 'moved.py' WHERE path = 'room.py'", "files of root left"),
        ("DELETE FROM files WHERE path = 'link'", "outcomes"),
        ("DROP INDEX symbols_by_name", "ddl"),
        (
            "UPDATE parser_versions SET fingerprint = zeroblob(32) WHERE language = 'c'",
            "parser of c in the index",
        ),
        ("UPDATE symbols SET name = 'hall' WHERE name = 'room'", "verdict"),
        ("UPDATE asts SET facts = x'00' WHERE ast_id = 1", "table asts"),
        ("UPDATE imports SET origin = NULL", "table imports"),
        ("UPDATE definition_docs SET docstring = 'Two.'", "table definition_docs"),
        ("UPDATE content_tags SET weight = 404 WHERE tag = 'knock'", "table content_tags"),
        ("DELETE FROM symbol_kinds", "table symbol_kinds"),
        ("UPDATE symbol_names SET definitions = 404 WHERE name_id = 1", "table symbol_names"),
        ("DROP TABLE content_tags", "tables"),
        ("INSERT INTO roots (root_id, name, location) VALUES (3, 'more', '/nowhere')", "roots"),
    ],
)
def test_a_change_of_the_index_after_the_run_is_named(run, good, change, named):
    connection = apsw.Connection(str(good.database))
    connection.execute(change)
    connection.close()

    assert named in wrong(run, good)


@pytest.mark.parametrize(
    "forge",
    [
        lambda file: file.write_text(file.read_text().replace('"took_s": 0.345', '"took_s": 3.45')),
        lambda file: file.unlink(),
    ],
    ids=["forged", "gone"],
)
def test_results_of_another_run_are_named(run, good, forge):
    forge(run / "run_results.json")

    assert wrong(run, good) == ["verdict", "check V-075"]


def test_the_checks_of_a_run_that_lies_elsewhere_say_so(run, good):
    moved = run.rename(run.with_name("moved"))
    untold = {item.what: item.why_not for item in rederive(moved, good) if item.matches is None}

    assert wrong(moved, good) == []
    assert untold["check V-075"] == "the index names another folder, or another run"


def test_a_file_that_changed_on_disk_is_named(run, good, tmp_path):
    (tmp_path / "left" / "room.py").write_text("other\n")
    (found,) = [
        item.found for item in rederive(run, good) if item.what == "contents of root left, on disk"
    ]

    assert found == "1 files differ, the first is room.py"


def test_a_check_that_had_an_index_before_then_says_now_that_it_is_not_kept(run, good):
    path = run / "verification.json"
    stated = json.loads(path.read_text())
    (loss,) = [each for each in stated["findings"] if each["check_id"] == "V-090"]
    loss["not_applicable"] = None
    path.write_text(json.dumps(stated))
    today = replace(good, previous=None)
    (found,) = [item for item in rederive(run, today) if item.what == "check V-090"]

    assert (found.matches, found.why_not) == (None, "the index before is not kept in the reports")


def test_a_run_whose_index_is_gone_says_so(run):
    last = [*rederive(run, None)][-1]

    assert (last.what, last.matches, last.why_not) == ("index", None, "it is not there any more")


def test_a_signature_holds_for_the_key_that_made_it(run, key):
    sign(run, key)

    assert len(check_signature(run, key.with_suffix(".pub"))) == 64


def test_a_signature_does_not_hold_for_another_key(run, key, new_key, tmp_path):
    sign(run, key)
    other = new_key(tmp_path / "other").with_suffix(".pub")

    with pytest.raises(SignatureInvalid, match="is not signed by"):
        check_signature(run, other)


def test_a_manifest_that_changed_after_it_was_signed_is_refused(run, key):
    sign(run, key)
    path = run / manifest.NAME
    path.write_text(path.read_text().replace('"passed"', '"failed"'))

    with pytest.raises(SignatureInvalid, match="is not what was signed"):
        check_signature(run, key.with_suffix(".pub"))


def test_a_forged_payload_is_refused(run, key):
    envelope = json.loads(sign(run, key).read_text())
    envelope["payload"] = "e30="
    (run / "manifest.dsse.json").write_text(json.dumps(envelope))

    with pytest.raises(SignatureInvalid, match="is not signed by"):
        check_signature(run, key.with_suffix(".pub"))


def test_a_run_that_was_not_signed_says_so(run, key):
    with pytest.raises(SignatureInvalid, match="the run was not signed"):
        check_signature(run, key.with_suffix(".pub"))


def test_a_key_that_cannot_sign_is_told(tmp_path, key):
    (tmp_path / "text").write_text("no key")

    assert why_no_key(key) is None
    assert why_no_key(tmp_path / "text") == (
        f"{tmp_path}/text is no private key without a passphrase"
    )
    assert why_no_key(tmp_path / "gone") == (
        f"{tmp_path}/gone cannot be read: No such file or directory"
    )
