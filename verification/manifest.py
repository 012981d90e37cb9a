"""The manifest of a run: an in-toto Statement (v1) that binds inputs, parsers, outcomes and proof.

Equal inputs give equal bytes: it names no clock, host or path. What has a clock in it,
``run_results.json``, is no subject; it names the manifest's digest instead. The predicate is
specified by ``schemas/manifest.schema.json``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import apsw

from migrations.opening import connect
from verification import junit
from verification.inventory.reporting import Format
from verification.report import OUTCOMES, rows
from verification.run_results import to_json
from verification.subject import Limits, Verdict
from verification.symbol_sets import SETS, set_digests
from verification.tables.digests import table_digests

NAME: Final = "manifest.json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "https://flagday.invalid/manifest/v1"
EXPORTS: Final = "parquet"  # folder of the symbol sets among the artifacts
SUBJECTS: Final = (
    *(f"inventory.{form}" for form in Format),
    junit.NAME,
    *(f"{EXPORTS}/{name}.parquet" for name in SETS),
    "report.html",
    "schema.sql",
    "verification.json",
    "verification.md",
)

_ROOTS: Final = "SELECT name, exclude, commit_id, problem FROM roots ORDER BY name"
_FILES: Final = """
SELECT files.path, lower(hex(content_hash)), outcome
FROM files
INNER JOIN roots USING (root_id)
WHERE roots.name = ?
ORDER BY files.path
"""


def write_manifest(
    derived: Mapping[str, Any], limits: Limits, verdict: Verdict, folder: Path
) -> Path:
    """Bind every artifact in ``folder``, and what an index was made of, by SHA-256.

    ``derived`` is what :func:`derive` says of the index and its exports.
    """
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": file_sha256(folder / name)}}
            for name in sorted(SUBJECTS)
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            **derived,
            "limits": {
                "maxFileBytes": limits.max_file_bytes,
                "skipsMinified": limits.skips_minified,
            },
            "verdict": verdict.word,
        },
    }
    path = folder / NAME
    path.write_text(to_json(statement), "utf-8")
    return path


def read(folder: Path) -> dict[str, Any]:
    """Return the statement of a run. Raises OSError or ValueError where there is none."""
    statement: dict[str, Any] = json.loads((folder / NAME).read_bytes())
    return statement


def limits_in(statement: Mapping[str, Any]) -> Limits | None:
    """Return which files the plan of a run left out; None where an older flagday did not state it.

    Raises KeyError or TypeError.
    """
    stated = statement["predicate"].get("limits")
    if stated is None:
        return None
    return Limits(int(stated["maxFileBytes"]), bool(stated["skipsMinified"]))


def derive(database: Path, exports: Path) -> dict[str, Any]:
    """Derive all that a manifest says of an index and its exports, but for the verdict."""
    return {
        **predicate_of(database),
        "symbolSets": symbol_sets(exports),
        "tables": tables(database),
    }


def predicate_of(database: Path) -> dict[str, Any]:
    """Derive from an index what went into it and what became of it."""
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    parsers = connection.execute(
        "SELECT language, lower(hex(fingerprint)) FROM parser_versions ORDER BY language"
    )
    schema = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
    )
    predicate = {
        "inputs": _inputs(connection),
        "parserFingerprints": dict(parsers),
        "ddl": {"sha256": _digest(schema.fetchall())},
        "outcomes": rows(connection, OUTCOMES),
    }
    connection.close()
    return predicate


def symbol_sets(exports: Path) -> dict[str, dict[str, Any]]:
    """Return the digest of each symbol set in a folder, which no Parquet writer changes."""
    return {name: asdict(digest) for name, digest in set_digests(exports).items()}


def tables(database: Path) -> dict[str, dict[str, Any]]:
    """Return the digest of each table that no symbol set has."""
    return {name: asdict(digest) for name, digest in table_digests(database).items()}


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal. Raises OSError."""
    with path.open("rb") as artifact:
        return hashlib.file_digest(artifact, "sha256").hexdigest()


def _inputs(connection: apsw.Connection) -> list[dict[str, Any]]:
    """Describe each root: its files with their content hashes and outcomes, in path order."""
    inputs = []
    for name, exclude, commit, problem in connection.execute(_ROOTS).fetchall():
        files = connection.execute(_FILES, (name,)).fetchall()
        counted = {"files": len(files), "sha256": _digest(files)}
        read = {"commit": commit, "exclude": json.loads(str(exclude)), "problem": problem}
        inputs.append({"root": name, **read, **counted})
    return inputs


def _digest(found: list[tuple[Any, ...]]) -> str:
    """Hash rows of texts and nulls: fields end with NUL, rows with a newline, null is empty."""
    digest = hashlib.sha256()
    for row in found:
        digest.update(b"".join((value or "").encode() + b"\0" for value in row) + b"\n")
    return digest.hexdigest()
