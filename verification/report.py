"""Reports that people decide from, as Markdown and JSON, and the manifest that binds them.

Equal content gives equal bytes: clock, host and durations stand in ``run_results.json`` alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import apsw
from jinja2 import Environment, PackageLoader, StrictUndefined

from verification.inventory.model import Inventory
from verification.subject import Verdict

MANIFEST: Final = "manifest.json"
RUN_RESULTS: Final = "run_results.json"

_ARTIFACTS: Final = (
    "inventory.json",
    "inventory.md",
    *(f"parquet/{name}.parquet" for name in ("asts", "files", "refs", "symbols")),
    "schema.sql",
    "verification.json",
    "verification.md",
)

_OUTCOMES: Final = """
SELECT outcome, COALESCE(reason, '') AS reason, COUNT(*) AS files
FROM files
GROUP BY outcome, reason
ORDER BY outcome, reason
"""
_FAILURES: Final = """
SELECT roots.name AS root, files.path, files.reason
FROM files
INNER JOIN roots USING (root_id)
WHERE outcome = 'failed'
ORDER BY roots.name, files.path
LIMIT 100
"""

_templates: Final = Environment(
    loader=PackageLoader("verification"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 -- Markdown; cells are escaped by the `cell` filter
)


def cell(value: object) -> str:
    """Write a value into one cell of a Markdown table, whatever it holds."""
    if isinstance(value, bytes):
        return f"`{value.hex()}`"
    text = "" if value is None else str(value)
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


_templates.filters["cell"] = cell


def write_inventory(inventory: Inventory, folder: Path) -> None:
    """Write inventory.md and inventory.json."""
    _write(folder, "inventory", asdict(inventory))


def write_verification(verdict: Verdict, database: Path, folder: Path) -> None:
    """Write verification.md and verification.json; the verdict is the computed one."""
    findings = [asdict(finding) for finding in verdict.findings]
    content = {"verdict": verdict.word, "findings": findings, "summary": summary(database)}
    _write(folder, "verification", content)


def write_schema(database: Path, folder: Path) -> Path:
    """Write the DDL that the candidate really has, in the order of its objects' names."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    found = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
        " AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
        " ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END,"
        " name"
    ).fetchall()
    connection.close()
    path = folder / "schema.sql"
    path.write_text("\n\n".join(f"{statement};" for (statement,) in found) + "\n")
    return path


def write_manifest(database: Path, verdict: Verdict, folder: Path) -> Path:
    """Bind inputs, parsers, DDL, outcomes, verdict and every artifact by SHA-256.

    An in-toto statement (v1). What has a clock in it, ``run_results.json``, is no subject; it
    names the manifest's digest instead.
    """
    subjects = [
        {"name": name, "digest": {"sha256": _sha256(folder / name)}} for name in sorted(_ARTIFACTS)
    ]
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": "https://flagday.invalid/manifest/v1",
        "predicate": {**inputs(database), "verdict": verdict.word},
    }
    path = folder / MANIFEST
    path.write_text(_json(statement))
    return path


def inputs(database: Path) -> dict[str, Any]:
    """Derive from an index what went into it and what became of it."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    roots = hashlib.sha256()
    for row in connection.execute(
        "SELECT roots.name, files.path, hex(content_hash), outcome FROM files"
        " INNER JOIN roots USING (root_id) ORDER BY roots.name, files.path"
    ):
        roots.update("\0".join(str(value) for value in row).encode() + b"\n")
    parsers = dict(
        connection.execute(
            "SELECT language, lower(hex(fingerprint)) FROM parser_versions ORDER BY language"
        )
    )
    schema = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
    ).fetchall()
    outcomes = _rows(connection, _OUTCOMES)
    connection.close()
    return {
        "inputs": {"sha256": roots.hexdigest()},
        "parserFingerprints": parsers,
        "ddl": {"sha256": hashlib.sha256(repr(schema).encode()).hexdigest()},
        "outcomes": outcomes,
    }


def summary(database: Path) -> dict[str, Any]:
    """Count what an index holds and what became of its files."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    counts = {
        table: connection.execute(f"SELECT COUNT(*) FROM {table}").get
        for table in ("roots", "files", "asts", "symbols", "refs", "imports", "definition_docs")
    }
    outcomes = _rows(connection, _OUTCOMES)
    failures = _rows(connection, _FAILURES)
    connection.close()
    return {"counts": counts, "outcomes": outcomes, "failures": failures}


def write_run_results(results: Mapping[str, Any], folder: Path) -> Path:
    """Write what has a clock in it: when, where, how long, and what became of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RUN_RESULTS
    path.write_text(_json(dict(results)))
    return path


def _rows(connection: apsw.Connection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    return [
        dict(zip((column[0] for column in cursor.get_description()), row, strict=True))
        for row in cursor
    ]


def _write(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(_json(content))
    text = _templates.get_template(f"{name}.md.j2").render(content)
    (folder / f"{name}.md").write_text(text)


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _sha256(path: Path) -> str:
    with path.open("rb") as artifact:
        return hashlib.file_digest(artifact, "sha256").hexdigest()
