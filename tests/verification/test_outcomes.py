"""Whether a file may be left out, and whether it may be in, is seen from its own bytes and name."""

import os
from dataclasses import replace

import pytest

from tests.verification.conftest import KNOCK, ROOM, digest
from tests.verification.offences import run
from verification.subject import Limits
from verification.verify import verify

LEDGER = frozenset({"ledger"})


def found(subject, check_id):
    """Return what one check of the ledger found, by path."""
    (finding,) = (item for item in verify(subject, LEDGER).findings if item.check_id == check_id)
    return {each["path"]: each["found"] for each in finding.evidence}


def limited(good, max_file_bytes):
    return replace(good, limits=Limits(max_file_bytes, skips_minified=True))


def left_out_for_its_size(good):
    run(
        good.database,
        "UPDATE files SET content_hash = NULL, language = NULL, outcome = 'skipped',"
        " reason = 'larger than max_file_bytes' WHERE path = 'wide.c'",
    )


@pytest.mark.parametrize(
    ("max_file_bytes", "offences"),
    [(len(KNOCK) - 1, {}), (len(KNOCK), {"wide.c": "nothing that leaves it out"})],
)
def test_a_file_left_out_for_its_size_is_larger_than_the_plan_allows(
    good, max_file_bytes, offences
):
    left_out_for_its_size(good)
    told = found(limited(good, max_file_bytes), "V-024")

    assert {path: why for path, why in told.items() if path == "wide.c"} == offences


def test_where_no_limit_is_told_it_is_larger_than_all_that_were_read(good):
    assert len(KNOCK) < len(ROOM)

    left_out_for_its_size(good)

    assert found(replace(good, limits=None), "V-024") == {"wide.c": "nothing that leaves it out"}


def test_a_file_that_was_read_is_no_larger_than_the_plan_allows(good):
    assert found(limited(good, len(ROOM) - 1), "V-024") == dict.fromkeys(
        ("room.py", "lobby/room.py"), "larger than max_file_bytes"
    )


def rewritten(good, path, data, new_name=None):
    """Put other bytes into a file of the left root, and let the ledger know them."""
    file = good.database.parent / "left" / path
    before = file.stat()
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    if new_name:
        file.rename(file.with_name(new_name))
    run(
        good.database,
        f"UPDATE files SET content_hash = x'{digest(data).hex()}', size_bytes = {len(data)},"
        f" path = '{new_name or path}' WHERE path = '{path}'",
    )


def test_an_indexed_file_is_not_binary(good):
    rewritten(good, "wide.c", b"\0" + KNOCK)

    assert found(good, "V-024") == {"wide.c": "binary content"}


@pytest.mark.parametrize(
    ("skips_minified", "offences"), [(True, {"a.min.js": "minified or bundled code"}), (False, {})]
)
def test_an_indexed_file_is_minified_only_where_the_plan_says_so(good, skips_minified, offences):
    rewritten(good, "wide.c", KNOCK, "a.min.js")
    limits = Limits(1 << 20, skips_minified=skips_minified)

    assert found(replace(good, limits=limits), "V-024") == offences


def test_what_its_name_takes_for_minified_is_indexed_where_another_file_holds_the_same(good):
    (good.database.parent / "left" / "plain.c").write_bytes(KNOCK)
    rewritten(good, "wide.c", KNOCK, "a.min.js")
    run(
        good.database,
        "INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns, outcome)"
        " SELECT root_id, 'plain.c', content_hash, language, size_bytes, mtime_ns, outcome"
        " FROM files WHERE path = 'a.min.js'",
    )

    assert found(limited(good, 1 << 20), "V-024") == {}


@pytest.mark.parametrize(
    ("change", "offences"),
    [
        (
            "language = NULL, outcome = 'skipped', reason = 'no language for this kind of file'"
            " WHERE path = 'wide.c'",
            {"wide.c": "c"},
        ),
        (
            "language = NULL, outcome = 'skipped', reason = 'no parser for cobol'"
            " WHERE path = 'wide.c'",
            {"wide.c": "c"},
        ),
        ("language = 'cpp' WHERE path = 'wide.c'", {"wide.c": "c"}),
        (
            "reason = 'no parser for cobol' WHERE path = 'logo.png'",
            {"logo.png": "no language for this kind of file"},
        ),
    ],
)
def test_the_language_is_that_of_name_and_bytes(good, change, offences):
    run(good.database, f"UPDATE files SET {change}")

    assert found(good, "V-025") == offences
