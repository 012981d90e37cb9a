"""What the plan says of code paths: their area, and what may remain."""

import pytest

from verification.inventory.code_paths import find_code_paths
from verification.inventory.gate import Acceptance, Rules, ruled, to_mend, unclassified
from verification.inventory.model import Area

CONSOLE = "import sqlite3\ndef run(db, sql):\n    return db.execute(sql)\n"


@pytest.fixture
def search(tmp_path):
    """Write files, search them, and apply the rules."""

    def searched(files, rules=None):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        found = find_code_paths((tmp_path,), frozenset({"symbols"}), None)
        return ruled(found, rules or Rules(), {tmp_path.name: tmp_path})

    return searched


def test_paths_of_tests_archives_and_documents_are_kept_and_called_so(search):
    names = ["a.py", "tests/a.py", "pkg/test_a.py", "archive/a.py", "docs/a.py", "b.spec.ts"]
    found = search(dict.fromkeys(names, 'q = "SELECT name FROM symbols"\n'))

    assert {path.file: path.area for path in found.code_paths} == {
        "a.py": Area.CODE,
        "tests/a.py": Area.TEST,
        "pkg/test_a.py": Area.TEST,
        "archive/a.py": Area.ARCHIVE,
        "docs/a.py": Area.DOCUMENTATION,
        "b.spec.ts": Area.TEST,
    }


def test_the_plan_may_name_other_archives(search):
    rules = Rules(archive=("retired/**",))
    (path,) = search({"retired/a.py": 'q = "SELECT name FROM symbols"\n'}, rules).code_paths

    assert path.area is Area.ARCHIVE


def test_what_nobody_can_classify_is_left_until_it_is_accepted_with_a_reason(search):
    accept = Acceptance("console.py", "db.execute(sql)", "people type it")

    assert [path.line for path in unclassified(search({"console.py": CONSOLE}))] == [3]
    assert unclassified(search({"console.py": CONSOLE}, Rules(accept=(accept,)))) == ()


def test_to_mend_is_what_breaks_and_is_neither_accepted_nor_the_history_of_the_schema(search):
    files = {
        "a.py": 'q = "SELECT file_id FROM symbols"\n',
        "b.py": 'q = "SELECT name FROM symbols"\n',
        "c.py": 'q = "DELETE FROM symbols WHERE file_id = ?"\n',
        "d.sql": "CREATE TABLE symbols (file_id INTEGER, name TEXT);\n",
        "e.sql": "CREATE VIEW v AS SELECT file_id FROM symbols;\n",
    }
    found = search(files, Rules(accept=(Acceptance("c.py", "DELETE", "never runs"),)))

    assert [path.file for path in to_mend(found)] == ["a.py", "e.sql"]


@pytest.mark.parametrize(
    "stale",
    [
        Acceptance("console.py", "db.execute(query)", "the line has changed"),
        Acceptance("other.py", "db.execute(sql)", "the file is gone"),
    ],
)
def test_an_acceptance_whose_line_is_gone_accepts_nothing_and_is_told(search, stale):
    found = search({"console.py": CONSOLE}, Rules(accept=(stale,)))

    assert len(unclassified(found)) == 1
    assert found.stale_acceptances == (f"{stale.file}: {stale.line!r} ({stale.reason})",)
