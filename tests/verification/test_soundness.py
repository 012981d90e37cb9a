from contextlib import closing

import apsw
import pytest

from tests.verification.offences import run
from verification.checks.objects import forget_drifts
from verification.checks.soundness import is_sound
from verification.verify import verify

OTHER_INDEX = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'symbol_type, name', 'symbol_type, scope')
    WHERE name = 'symbols_by_name'
"""
SHORT_INDEX = """
    CREATE TABLE kept (name TEXT);
    INSERT INTO kept VALUES ('a'), ('b');
    CREATE INDEX kept_by_name ON kept (name) WHERE name > 'a';
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = 'CREATE INDEX kept_by_name ON kept (name)'
    WHERE name = 'kept_by_name'
"""
LOST_PAGE = """
    CREATE TABLE kept (name TEXT);
    PRAGMA writable_schema = ON;
    DELETE FROM sqlite_schema WHERE name = 'kept'
"""
NO_WORD_INDEX = "UPDATE symbol_names_words_data SET block = x'00' WHERE id > 10"
OTHER_SEARCH = """
    CREATE VIRTUAL TABLE notes USING fts5 (text);
    INSERT INTO notes VALUES ('a note');
    UPDATE notes_data SET block = x'00' WHERE id > 10
"""
OTHER_FORBIDDEN = """
    PRAGMA ignore_check_constraints = ON;
    UPDATE files SET reason = 'none' WHERE path = 'wide.c'
"""
DAMAGE = {
    "an index of other columns": OTHER_INDEX,
    "an index without some rows": SHORT_INDEX,
    "a page that nothing uses": LOST_PAGE,
    "a search that cannot be read": NO_WORD_INDEX,
    "a search of others that cannot be read": OTHER_SEARCH,
    "a row that a constraint forbids": OTHER_FORBIDDEN,
}


def said(database):
    """Return what SQLite's own integrity check says."""
    with closing(apsw.Connection(str(database))) as connection:
        return [row[0] for row in connection.execute("PRAGMA integrity_check").fetchall()]


def judged(subject):
    """Return what V-007 tells, and what the quicker proof says."""
    (finding,) = (
        finding
        for finding in verify(subject, frozenset({"database"})).findings
        if finding.check_id == "V-007"
    )
    with closing(apsw.Connection(str(subject.database))) as connection:
        is_proven = is_sound(connection)
    forget_drifts()
    return [each["problem"] for each in finding.evidence], is_proven


def test_a_good_index_is_proven_sound(good):
    assert judged(good) == ([], True)


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_never_proven_sound_and_is_told_as_sqlite_tells_it(good, damage):
    run(good.database, damage)

    assert said(good.database) != ["ok"]
    assert judged(good) == (said(good.database), False)
