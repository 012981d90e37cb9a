"""Which contents there are, how they are numbered, and what becomes of the files that hold them."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tasks.content.identity import content_hash
from tasks.content.ledger import CONTENTS, FILES, File, ledger, resolve_outcomes

VERSIONS = {"c": 1, "python": 2}


def file(path, data, language="python", *, root_id=1, decided=(None, None)):
    return File(
        root_id=root_id,
        path=path,
        location=f"/{root_id}/{path}",
        content_hash=None if data is None else content_hash(data),
        language=language,
        size_bytes=len(data or b""),
        mtime_ns=0,
        outcome=decided[0],
        reason=decided[1],
    )


def identities(files):
    """Return what the numbers of a ledger stand for, wherever the contents lie."""
    _, contents = ledger(files, VERSIONS)
    return contents.drop_columns(["location"]).to_pylist()


def test_equal_files_are_one_content_found_at_the_first_of_them():
    files = [file("b.py", b"x"), file("a.py", b"x"), file("a.py", b"x", root_id=2)]
    listed, contents = ledger(files, VERSIONS)

    assert listed["ast_id"].to_pylist() == [1, 1, 1]
    assert contents.to_pylist() == [
        {
            "ast_id": 1,
            "content_hash": content_hash(b"x"),
            "parser_version_id": 2,
            "language": "python",
            "size_bytes": 1,
            "location": "/1/b.py",
            "store": None,
        }
    ]


def test_equal_bytes_in_two_languages_are_two_contents():
    listed, contents = ledger([file("a.py", b"x"), file("a.c", b"x", "c")], VERSIONS)

    assert listed["ast_id"].to_pylist() == [2, 1]
    assert contents["language"].to_pylist() == ["c", "python"]


def test_files_stay_in_the_order_given_with_all_that_is_known_of_them():
    left_out = file("b.bin", b"\0", None, decided=("skipped", "binary content"))
    listed, _ = ledger([left_out, file("a.py", b"x")], VERSIONS)

    assert listed.to_pylist() == [
        {
            "root_id": 1,
            "path": "b.bin",
            "content_hash": content_hash(b"\0"),
            "language": None,
            "size_bytes": 1,
            "mtime_ns": 0,
            "ast_id": None,
            "outcome": "skipped",
            "reason": "binary content",
        },
        {
            "root_id": 1,
            "path": "a.py",
            "content_hash": content_hash(b"x"),
            "language": "python",
            "size_bytes": 1,
            "mtime_ns": 0,
            "ast_id": 1,
            "outcome": None,
            "reason": None,
        },
    ]


def test_a_file_that_discovery_decided_on_has_no_content_to_extract():
    files = [
        file("a.py", b"x", decided=("skipped", "larger than max_file_bytes")),
        file("b.py", None, decided=("failed", "cannot be read: Permission denied")),
        file("c", b"x", None),
    ]
    listed, contents = ledger(files, VERSIONS)

    assert listed["ast_id"].to_pylist() == [None, None, None]
    assert contents.num_rows == 0


def test_no_files_are_two_empty_tables():
    listed, contents = ledger([], VERSIONS)

    assert (listed.schema, listed.num_rows) == (FILES, 0)
    assert (contents.schema, contents.num_rows) == (CONTENTS, 0)


@st.composite
def moved(draw):
    """Return some files, and files elsewhere and in another order that hold the same contents."""
    pairs = draw(st.lists(st.tuples(st.binary(max_size=2), st.sampled_from(sorted(VERSIONS)))))
    copies = draw(st.lists(st.sampled_from(pairs))) if pairs else []
    here = [file(f"{n}", data, language) for n, (data, language) in enumerate(pairs)]
    there = [
        file(f"far/{n}", data, language, root_id=n % 3)
        for n, (data, language) in enumerate([*pairs, *copies])
    ]
    return here, draw(st.permutations(there))


@given(moved())
def test_numbers_depend_on_the_contents_alone(files):
    here, there = files

    assert identities(there) == identities(here)


@given(moved())
def test_every_file_has_the_number_of_its_own_content(files):
    _, there = files
    listed, contents = ledger(there, VERSIONS)
    by_number = {
        row["ast_id"]: (row["content_hash"], row["language"]) for row in contents.to_pylist()
    }

    assert [by_number[number] for number in listed["ast_id"].to_pylist()] == [
        (each.content_hash, each.language) for each in there
    ]


def asts(*ids):
    return pa.chunked_array([pa.array(ids, pa.int64())])


def reasons(*rows):
    return pa.table({"ast_id": [row[0] for row in rows], "reason": [row[1] for row in rows]})


def test_every_file_gets_the_outcome_of_its_content():
    contents = sorted([b"1", b"2", b"3"], key=content_hash)
    files = [file(f"{data.decode()}.py", data) for data in contents]
    skipped = file("logo", b"\0", None, decided=("skipped", "binary content"))
    copy = file("copy.py", contents[1])
    listed, _ = ledger([*files, skipped, copy], VERSIONS)
    resolved = resolve_outcomes(
        listed, [asts(1), asts(2)], [reasons((2, "torn"))], [reasons((3, "too slow"))]
    )

    partial = ("partial", "torn")
    assert list(
        zip(resolved["outcome"].to_pylist(), resolved["reason"].to_pylist(), strict=False)
    ) == [
        ("indexed", None),
        partial,
        ("failed", "too slow"),
        ("skipped", "binary content"),
        partial,
    ]


def test_all_else_that_is_known_of_a_file_stays_when_outcomes_are_resolved():
    listed, _ = ledger([file("a.py", b"1"), file("b.py", b"1")], VERSIONS)
    resolved = resolve_outcomes(listed, [asts(1)], [], [])

    decided = ["outcome", "reason"]
    assert resolved.drop_columns(decided) == listed.drop_columns(decided)


def test_no_files_have_no_outcomes():
    listed, _ = ledger([], VERSIONS)

    assert resolve_outcomes(listed, [], [], []).to_pylist() == []


def test_a_file_minified_by_name_is_extracted_where_another_name_holds_the_same():
    left_out = ("skipped", "minified or bundled code")
    files = [
        file("a.min.js", b"x", decided=left_out),
        file("b.min.js", b"y", decided=left_out),
        file("a.js", b"x"),
    ]
    listed, contents = ledger(files, VERSIONS)

    assert listed["ast_id"].to_pylist() == [1, None, 1]
    assert listed["reason"].to_pylist() == [None, "minified or bundled code", None]
    assert contents["content_hash"].to_pylist() == [content_hash(b"x")]
