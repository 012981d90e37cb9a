"""How SQLite answers the questions that must be fast: from indexes, and none of its own making."""

import re
from contextlib import closing

import apsw
import pytest

from tasks.index.opening import statement

FILTERS = {"language": None, "root": None, "path": None}
NAMED = {"name": "f", "type": None, "limit": -1, **FILTERS}
LARGE = r"symbols|refs|files|asts|imports|symbol_kinds|symbol_names"

PLANS = [
    (
        "where",
        {**NAMED, "scope": None},
        [
            "SEARCH symbols USING INDEX symbols_by_name (symbol_type=? AND name=?)",
            "SEARCH files USING INDEX files_by_content",
        ],
    ),
    (
        "asts_using",
        {"name": "f", "types": '["call"]'},
        ["SEARCH refs USING COVERING INDEX refs_by_name (ref_type=? AND name=?)"],
    ),
    (
        "uses",
        {"name": "f", "types": '["call"]', "scope": None},
        ["SEARCH refs USING COVERING INDEX refs_by_name (ref_type=? AND name=?)"],
    ),
    (
        "uses_in_asts",
        {"name": "f", "types": '["call"]', "asts": "[1]", "scope": None},
        ["SEARCH refs USING COVERING INDEX refs_by_name (ref_type=? AND name=? AND ast_id=?)"],
    ),
    (
        "files_of_asts",
        {"asts": "[1]", **FILTERS},
        [
            "SEARCH asts USING INTEGER PRIMARY KEY (rowid=?)",
            "SEARCH files USING INDEX files_by_content (content_hash=? AND language=?)",
        ],
    ),
    (
        "ref_types",
        {"type": None},
        ["SEARCH refs USING COVERING INDEX refs_by_name"],
    ),
    (
        "symbols",
        {"file": "a.py", "type": None, "root": None, "limit": -1},
        [
            "SEARCH files USING COVERING INDEX sqlite_autoindex_files_1 (root_id=? AND path=?)",
            "SEARCH symbols USING INDEX symbols_identity (ast_id=?",
        ],
    ),
    (
        "files",
        {"file": "a.py"},
        ["SEARCH files USING INDEX sqlite_autoindex_files_1 (root_id=? AND path=?)"],
    ),
    (
        "file_ids",
        {"paths": '["a.py"]'},
        ["SEARCH files USING COVERING INDEX sqlite_autoindex_files_1 (root_id=? AND path=?)"],
    ),
    (
        "file_asts",
        {"file_ids": "[1]", "kind": "struct"},
        [
            "SEARCH files USING INTEGER PRIMARY KEY (rowid=?)",
            "SEARCH symbol_kinds USING PRIMARY KEY (symbol_type=? AND ast_id=?)",
        ],
    ),
    (
        "symbols_of_asts",
        {"asts": "[1]", "kind": None},
        ["SEARCH symbols USING INDEX symbols_identity (ast_id=?"],
    ),
    (
        "clones_of_name",
        {"name": "f"},
        [
            "SEARCH symbols USING INDEX symbols_by_name (symbol_type=? AND name=?)",
            "SEARCH symbols USING INDEX symbols_by_definition (definition_hash=?)",
        ],
    ),
    (
        "clones_at_place",
        {"file": "a.py", "line": "4"},
        ["SEARCH symbols USING INDEX symbols_by_definition (definition_hash=?)"],
    ),
]


@pytest.mark.parametrize(
    ("question", "params", "expected"), PLANS, ids=[question for question, *_ in PLANS]
)
def test_a_question_is_answered_from_its_indexes(index, question, params, expected):
    with closing(apsw.Connection(str(index), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        found = connection.execute(f"EXPLAIN QUERY PLAN {statement(question)}", params)
        plan = [step[3] for step in found]
    missing = [step for step in expected if not any(line.startswith(step) for line in plan)]
    scanned = [step for step in plan if re.match(rf"SCAN ({LARGE})\b", step)]
    made = [step for step in plan if "AUTOMATIC" in step]

    assert (missing, scanned, made) == ([], [], [])


def test_a_question_is_planned_once_whatever_it_is_asked_with(reader):
    planned_anew = []
    with reader._opened.connection() as connection:
        connection.trace_v2(
            apsw.SQLITE_TRACE_PROFILE,
            lambda event: planned_anew.append(event["stmt_status"]["SQLITE_STMTSTATUS_REPREPARE"]),
        )
    for name in ("f", "g", "a::b"):
        reader.where(name, path="*.c")
        reader.uses(name, path="*.c")
        reader.search(name, path="*.c")
        reader.imports(name, path="*.c")
        reader.symbols(f"{name}.c")
        reader.clones(name)

    assert set(planned_anew) == {0}
