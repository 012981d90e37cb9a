"""Pages of small runs: whatever a test puts into verdict and inventory, on the good index."""

from pathlib import Path

import pytest

from verification.inventory.model import (
    Area,
    CodePath,
    Confidence,
    Inventory,
    Operation,
    Search,
    Site,
)
from verification.page import write_page
from verification.report import write_inventory, write_schema, write_verification
from verification.subject import Finding, Severity, Verdict


def finding(check_id="V-001", severity=Severity.FAIL, evidence=(), why=None, title="A promise"):
    return Finding(check_id, title, severity, "§6", "schema", len(evidence), evidence, why)


def code_path(file="app.py", line=1, statement="SELECT name FROM symbols", **other):
    fields = {
        "root": "app",
        "language": "python",
        "tables": ("symbols",),
        "via": (),
        "operation": Operation.SELECT,
        "columns": ("name",),
        "forbidden_columns": (),
        "compiles_on_legacy": True,
        "compiles_on_v5": True,
        "error": None,
        "site": Site.STATEMENT,
        "confidence": Confidence.HIGH,
        "reason": "SQLite compiles it",
        "rewrite": None,
        "area": Area.CODE,
        "accepted": None,
    }
    place = {"file": file, "line": line, "end_line": line, "statement": statement}
    return CodePath(**{**fields, **place, **other})


def inventory(code_paths=(), closure=(), tables=(), queues=(), unreadable=()):
    search = Search(code_paths=tuple(code_paths), unreadable=unreadable)
    return Inventory(closure, tables, queues, search, ("app",) if code_paths else ())


@pytest.fixture
def page(good, tmp_path):
    """Write the page of a run that found this; return where it lies."""

    def write(*findings, taken=None) -> Path:
        folder = tmp_path / "run"
        write_inventory(taken or inventory(), folder)
        write_schema(good.database, folder)
        write_verification(Verdict(findings), good.database, folder)
        return write_page(folder, good.database)

    return write
