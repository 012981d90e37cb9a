"""What an index is made of, counted from its own rows."""

from verification.composition import composition


def test_files_bytes_contents_and_symbols_are_counted_by_language(good):
    found = composition(good.database)["languages"]

    assert [(row["language"], row["files"], row["asts"], row["symbols"]) for row in found] == [
        ("python", 3, 2, 3),
        ("c", 1, 1, 1),
        (None, 2, 0, 0),
    ]


def test_content_that_two_roots_hold_is_shared_by_both(good):
    found = composition(good.database)

    assert [(row["root"], row["other"], row["contents"]) for row in found["pairs"]] == [
        ("left", "right", 1)
    ]
