"""One slice of contents becomes one part; a content that cannot be had never stops it."""

import hashlib
from dataclasses import replace

import apsw
import pytest

from tasks.columnar.parts import read_part, read_part_table
from tasks.columnar.tables import write_table
from tasks.content.identity import content_hash
from tasks.content.ledger import File, ledger
from tasks.contracts import Slice
from tasks.make_part import PartOrder, make_part
from tasks.store.loading import bulk_load
from tasks.store.permissions import create_private_folder
from tasks.store.records import record_parser_versions
from tasks.syntax.languages import EXTRACTOR_VERSION, languages
from tests.tasks.store.conftest import new_index

SOURCES = {"a.py": b"def a(): pass\n", "b.py": b"x = '\xe9'\n", "c.py": b"import os\n"}


@pytest.fixture
def order(tmp_path):
    """What to make parts of: three contents, in the order of their hashes."""
    files = []
    for name, data in SOURCES.items():
        (tmp_path / name).write_bytes(data)
        location = str(tmp_path / name)
        known = (content_hash(data), "python", len(data), 0)
        files.append(File(1, name, location, *known, None, None))
    _, contents = ledger(files, {"python": 1})
    return PartOrder(
        contents=write_table(tmp_path / "contents.arrow", contents),
        folder=tmp_path,
        reuse_from=None,
        parse_timeout_s=10,
    )


def ast_id(name):
    return sorted(map(content_hash, SOURCES.values())).index(content_hash(SOURCES[name])) + 1


def failures(part):
    return {row["ast_id"]: row["reason"] for row in read_part_table(part, "failures").to_pylist()}


def index_of(path, part):
    """Make an index of a part's ASTs."""
    index = new_index(path)
    record_parser_versions(index, EXTRACTOR_VERSION, [languages()["python"]])
    with bulk_load(index, []) as bulk:
        bulk.insert("asts", read_part_table(part, "asts"))
    return index


def test_a_part_holds_the_rows_of_its_slice_alone(order):
    parts = [make_part(order, Slice(number, number, number + 1)) for number in range(3)]

    assert [part.path.name for part in parts] == [f"part-000{number}.arrow" for number in range(3)]
    assert [read_part_table(part, "asts")["ast_id"].to_pylist() for part in parts] == [
        [1],
        [2],
        [3],
    ]


def test_an_ast_tells_the_size_of_the_file_and_not_of_its_text(order):
    part = make_part(order, Slice(0, 0, 3))
    sizes = dict(
        zip(*read_part_table(part, "asts").select([0, 3]).to_pydict().values(), strict=True)
    )

    assert sizes == {ast_id(name): len(data) for name, data in SOURCES.items()}


def test_a_content_that_is_gone_or_changed_fails_and_the_others_do_not(order, tmp_path):
    (tmp_path / "a.py").unlink()
    (tmp_path / "b.py").write_bytes(b"other\n")
    part = make_part(order, Slice(0, 0, 3))

    assert failures(part) == {
        ast_id("a.py"): "cannot be read: No such file or directory",
        ast_id("b.py"): "changed between discovery and extraction",
    }
    assert read_part_table(part, "asts")["ast_id"].to_pylist() == [ast_id("c.py")]


def test_asts_of_an_index_are_taken_over_and_give_equal_rows(order, tmp_path):
    parsed = make_part(order, Slice(0, 0, 3))
    before = {table: rows.to_pylist() for table, rows in read_part(parsed)}
    reusing = PartOrder(
        order.contents, tmp_path / "again", index_of(tmp_path / "index.db", parsed), -1
    )
    reusing.folder.mkdir()
    part = make_part(reusing, Slice(0, 0, 3))

    assert {table: rows.to_pylist() for table, rows in read_part(part)} == before
    assert (parsed.reused, part.reused) == (0, 3)


FLIPPED = "CAST(x'00' || substr(facts, 2) AS BLOB)"
OTHERS = "(SELECT facts FROM asts AS other WHERE other.ast_id = 1 + asts.ast_id % 3)"


@pytest.mark.parametrize(
    "damage",
    [
        f"facts = {FLIPPED}",
        "facts = substr(facts, 1, length(facts) - 1)",
        "facts = x''",
        f"facts = {OTHERS}",
        "has_error = 1 - has_error",
    ],
)
def test_facts_that_are_damaged_or_of_another_content_are_parsed_anew(order, tmp_path, damage):
    parsed = make_part(order, Slice(0, 0, 3))
    before = {table: rows.to_pylist() for table, rows in read_part(parsed)}
    index = index_of(tmp_path / "index.db", parsed)
    connection = apsw.Connection(str(index))
    connection.execute(f"UPDATE asts SET {damage}")
    connection.close()
    part = make_part(replace(order, reuse_from=index), Slice(0, 0, 3))

    assert {table: rows.to_pylist() for table, rows in read_part(part)} == before
    assert part.reused == 0


def test_an_ast_of_another_parser_version_is_not_taken_over(order, tmp_path):
    index = new_index(tmp_path / "index.db")
    part = make_part(PartOrder(order.contents, tmp_path, index, 10), Slice(0, 0, 3))

    assert (part.reused, part.rows["asts"]) == (0, 3)


def killed(order, tmp_path, part):
    """Make a part as a run that was then killed; return the order of the run after it."""
    before = make_part(replace(order, folder=create_private_folder(tmp_path / "before")), part)
    now = create_private_folder(tmp_path / "now")
    return before, replace(order, folder=now, left=(before.path.parent,))


def test_the_part_of_a_killed_run_is_taken_over_byte_for_byte(order, tmp_path):
    before, order = killed(order, tmp_path, Slice(0, 0, 3))
    for name in SOURCES:
        (tmp_path / name).unlink()  # nothing is read again
    part = make_part(order, Slice(0, 0, 3))

    assert part == replace(before, path=order.folder / before.path.name, is_resumed=True)
    assert hashlib.sha256(part.path.read_bytes()).hexdigest() == before.sha256


def test_a_part_that_was_taken_over_can_be_so_again(order, tmp_path):
    _, order = killed(order, tmp_path, Slice(0, 0, 3))
    first = make_part(order, Slice(0, 0, 3))
    again = replace(order, folder=create_private_folder(tmp_path / "third"), left=(order.folder,))
    second = make_part(again, Slice(0, 0, 3))

    assert (second.is_resumed, second.sha256) == (True, first.sha256)


def damage_bytes(part):
    data = bytearray(part.path.read_bytes())
    data[len(data) // 2] ^= 1
    part.path.write_bytes(data)


def damage_note(part):
    part.path.with_suffix(".note").write_text("{")


def lose_part(part):
    part.path.unlink()


def lose_note(part):
    part.path.with_suffix(".note").unlink()


@pytest.mark.parametrize("harm", [damage_bytes, damage_note, lose_part, lose_note])
def test_a_part_that_is_not_as_noted_is_made_again(order, tmp_path, harm):
    before, order = killed(order, tmp_path, Slice(0, 0, 3))
    harm(before)
    part = make_part(order, Slice(0, 0, 3))

    assert (part.is_resumed, part.sha256) == (False, before.sha256)


def test_a_part_of_other_contents_is_made_again(order, tmp_path):
    _, order = killed(order, tmp_path, Slice(0, 0, 2))
    part = make_part(order, Slice(0, 0, 3))

    assert (part.is_resumed, part.rows["asts"]) == (False, 3)


def test_a_part_with_failures_is_made_again(order, tmp_path):
    (tmp_path / "a.py").unlink()
    before, order = killed(order, tmp_path, Slice(0, 0, 3))
    (tmp_path / "a.py").write_bytes(SOURCES["a.py"])
    part = make_part(order, Slice(0, 0, 3))

    assert (before.rows["failures"], part.rows["failures"], part.is_resumed) == (1, 0, False)
