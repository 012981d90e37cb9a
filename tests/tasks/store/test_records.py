"""Small tables of a candidate: roots, parser versions, runs."""

import hashlib
from dataclasses import dataclass

from tasks.store.records import (
    RootRecord,
    RunRecord,
    record_parser_versions,
    record_roots,
    record_run,
)
from tests.tasks.store.conftest import rows


@dataclass(frozen=True)
class Language:
    name: str
    grammar: str = "grammar"
    query: bytes = b"(query) @name"
    grammar_version: str = "1.2.3"

    @property
    def fingerprint(self):
        return hashlib.sha256(self.name.encode()).digest()


def test_roots_are_numbered_in_the_order_of_the_plan(empty):
    roots = [RootRecord("z", "/far/z", ("*.log", "!a")), RootRecord("a", "/near/a")]
    record_roots(empty, roots)

    assert rows(empty, "SELECT root_id, name, location, exclude FROM roots") == [
        (1, "z", "/far/z", '["*.log", "!a"]'),
        (2, "a", "/near/a", "[]"),
    ]


def test_a_parser_version_is_recorded_with_all_that_it_is_computed_from(empty):
    ids = record_parser_versions(empty, 7, [Language("c"), Language("python")])

    assert ids == {"c": 1, "python": 2}
    assert rows(empty, "SELECT * FROM parser_versions ORDER BY parser_version_id") == [
        (
            number,
            name,
            "grammar",
            "1.2.3",
            hashlib.sha256(b"(query) @name").digest(),
            7,
            hashlib.sha256(name.encode()).digest(),
        )
        for number, name in enumerate(["c", "python"], 1)
    ]


def test_a_run_is_recorded_with_its_steps(empty):
    run = RunRecord("r1", "2024-01-01", "2024-01-02", "0.1", "passed", b"m" * 32, "/artifacts")
    record_run(empty, run, [(1, "check preconditions", 5), (2, "take inventory", 70)])

    assert rows(empty, "SELECT * FROM runs") == [
        ("r1", "2024-01-01", "2024-01-02", "0.1", "passed", b"m" * 32, "/artifacts")
    ]
    assert rows(empty, "SELECT * FROM run_steps") == [
        ("r1", 1, "check preconditions", 5),
        ("r1", 2, "take inventory", 70),
    ]
