import os

import apsw
import pytest

from tasks.store.soundness import corruption, identity_problems
from tests.shapes import shape

FINE = "CREATE TABLE asts (ast_id INTEGER PRIMARY KEY, content_hash, parser_version_id, {})"
NOT_ENFORCED = "asts does not enforce UNIQUE (content_hash, parser_version_id) over ast_id (§1.1)"


@pytest.fixture
def opened(tmp_path):
    connections = []

    def open_shape(name):
        path = shape(name, tmp_path / "index.db")
        connections.append(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE))
        return connections[-1]

    yield open_shape
    for connection in connections:
        connection.close()


def problems(schema):
    connection = apsw.Connection(":memory:")
    connection.execute(schema)
    return list(identity_problems(connection))


@pytest.mark.parametrize("name", ["dirty", "damaged_search", "no_module", "cycles"])
def test_dirt_that_an_old_builder_left_is_no_corruption(opened, name):
    assert corruption(opened(name)) is None


def test_a_damaged_page_is_corruption_even_behind_much_dirt(tmp_path):
    path = tmp_path / "index.db"
    connection = apsw.Connection(str(path))
    connection.execute(
        "CREATE TABLE dirt (x CHECK (x > 0)); PRAGMA ignore_check_constraints = ON;"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)"
        " INSERT INTO dirt SELECT 0 FROM n;"
        "CREATE TABLE late (x); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " LIMIT 500) INSERT INTO late SELECT hex(randomblob(50)) FROM n"
    ).fetchall()
    connection.close()
    raw = bytearray(path.read_bytes())
    raw[-4096:] = os.urandom(4096)
    path.write_bytes(raw)

    with apsw.Connection(str(path)) as damaged:
        assert corruption(damaged) is not None


def test_without_asts_there_is_nothing_to_identify():
    assert problems("CREATE TABLE symbols (name)") == []


@pytest.mark.parametrize(
    "keys",
    [
        "UNIQUE (content_hash, parser_version_id)",
        "UNIQUE (parser_version_id, content_hash)",
    ],
)
def test_an_identity_that_is_enforced_is_one_in_either_order(keys):
    assert problems(FINE.format(keys)) == []


def test_an_identity_may_be_the_primary_key_with_the_surrogate_beside_it():
    schema = (
        "CREATE TABLE ASTs (AST_ID INTEGER UNIQUE, content_hash, parser_version_id,"
        " PRIMARY KEY (content_hash, parser_version_id)) WITHOUT ROWID"
    )

    assert problems(schema) == []


@pytest.mark.parametrize(
    "schema",
    [
        FINE.format("x"),
        FINE.format("UNIQUE (content_hash)"),
        FINE.format("UNIQUE (content_hash, parser_version_id, x)").replace(
            "_id, UNI", "_id, x, UNI"
        ),
        FINE.format("x") + "; CREATE UNIQUE INDEX i ON asts (content_hash, parser_version_id, x)",
        FINE.format("x")
        + "; CREATE UNIQUE INDEX i ON asts (content_hash, parser_version_id) WHERE x",
        FINE.format("UNIQUE (content_hash, parser_version_id)").replace(" PRIMARY KEY", ""),
        "CREATE VIEW asts AS SELECT 1 AS ast_id, 2 AS content_hash, 3 AS parser_version_id",
        "CREATE TABLE asts (hash TEXT, tree BLOB)",
    ],
)
def test_an_identity_that_nothing_enforces_is_reported(schema):
    assert problems(schema) == [NOT_ENFORCED]


def test_identities_that_several_asts_have_are_counted_and_the_first_ones_named(opened):
    assert list(identity_problems(opened("asts_unenforced"))) == [
        NOT_ENFORCED,
        "asts holds 2 identities (content_hash, parser_version_id) more than once,"
        " the first: (aa, 1) 3 times, (cc, 2) 2 times (§1.1)",
    ]


def test_an_identity_without_a_content_is_one_although_unique_does_not_see_it():
    schema = FINE.format("UNIQUE (content_hash, parser_version_id)")
    rows = "; INSERT INTO asts VALUES (1, NULL, 1), (2, NULL, 1), (3, x'0a', 1)"

    assert problems(schema + rows) == [
        "asts holds 1 identities (content_hash, parser_version_id) more than once,"
        " the first: (None, 1) 2 times (§1.1)"
    ]
