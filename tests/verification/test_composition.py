"""What an index is made of, counted from its own rows."""

from contextlib import closing

from migrations.opening import connect
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


def test_pairs_are_counted_over_all_sets_of_roots_that_hold_a_content(good):
    held = {b"a": "pqr", b"b": "pqr", b"c": "pq", b"d": "qr", b"e": "p"}
    sizes = {content: 10 * number for number, content in enumerate(held, 1)}
    with closing(connect(good.database)) as connection:
        connection.execute("DELETE FROM files; DELETE FROM roots")
        connection.executemany(
            "INSERT INTO roots (root_id, name, location) VALUES (?, ?, '/')", enumerate("pqr", 1)
        )
        connection.executemany(
            "INSERT INTO files (root_id, path, content_hash, size_bytes, mtime_ns, outcome, reason)"
            " VALUES (?, ?, ?, ?, 0, 'skipped', 'for now')",
            [
                ("pqr".index(root) + 1, f"{content}{copy}", content * 32, sizes[content])
                for content, roots in held.items()
                for root in roots
                for copy in range(2)
            ],
        )

    assert composition(good.database)["pairs"] == [
        {"root": "q", "other": "r", "contents": 3, "bytes": 70},
        {"root": "p", "other": "q", "contents": 3, "bytes": 60},
        {"root": "p", "other": "r", "contents": 2, "bytes": 30},
    ]
