"""Checks of a finished run's folder: the manifest binds it, and the index says which manifest."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import apsw

from verification import manifest
from verification.run_results import RUN_RESULTS
from verification.subject import NO_RUN, Check, NotApplicable, Severity, Subject

_MILLISECOND: Final = 1
_MANIFEST: Final = "SELECT lower(hex(manifest_sha256)) FROM runs ORDER BY run_id DESC LIMIT 1"


def _other_artifacts(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    folder = _folder(subject)
    subjects = manifest.read(folder)["subject"]
    stated = {entry["name"]: entry["digest"]["sha256"] for entry in subjects}
    for name in sorted(stated.keys() | set(manifest.SUBJECTS)):
        found = manifest.file_sha256(folder / name) if (folder / name).is_file() else None
        if found != stated.get(name):
            yield {"artifact": name, "sha256": found, "in_manifest": stated.get(name)}


def _other_inputs(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Compare what is stated; what is not, a manifest on record need not: its flagday is older."""
    folder = _folder(subject)
    predicate = manifest.read(folder)["predicate"]
    derived = manifest.derive(subject.database, folder / manifest.EXPORTS)
    recorded = connection.execute(_MANIFEST).get
    is_on_record = recorded == manifest.file_sha256(folder / manifest.NAME)
    unstated = sorted(derived.keys() - predicate.keys()) if is_on_record else []
    offences: list[dict[str, object]] = [
        {"key": key, "in_manifest": predicate.get(key), "in_index": found}
        for key, found in derived.items()
        if key not in unstated and predicate.get(key) != found
    ]
    reported = _read(folder / "verification.json")["verdict"]
    if predicate.get("verdict") != reported:
        stated = predicate.get("verdict")
        offences.append({"key": "verdict", "in_manifest": stated, "reported": reported})
    if unstated and not offences:
        raise NotApplicable(f"the manifest, of an older flagday, has no {', '.join(unstated)}")
    yield from offences


def _other_record(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Compare the newest run in the index with what its folder says of it."""
    folder = _folder(subject)
    results = _read(folder / RUN_RESULTS)
    record = connection.execute(
        "SELECT run_id, started_at, tool_version, verdict, lower(hex(manifest_sha256)), artifacts"
        " FROM runs ORDER BY run_id DESC LIMIT 1"
    ).fetchone()
    if record is None:
        yield {"key": "run_id", "in_index": None, "in_run_results": results.get("run_id")}
        return
    keys = ("run_id", "started_at", "tool_version", "verdict", "manifest_sha256")
    for key, found in zip(keys, record, strict=False):
        if results.get(key) != found:
            yield {"key": key, "in_index": found, "in_run_results": results.get(key)}
    digest = manifest.file_sha256(folder / manifest.NAME)
    if record[4] != digest:
        yield {"key": "manifest_sha256", "in_index": record[4], "of_manifest": digest}
    if Path(record[5]).resolve() != folder.resolve():
        yield {"key": "artifacts", "in_index": record[5], "folder": str(folder)}
    yield from _other_steps(connection, record[0], results.get("steps", []))


def _other_steps(
    connection: apsw.Connection, run_id: str, steps: list[dict[str, Any]]
) -> Iterator[dict[str, object]]:
    """Compare the steps that were done before the cut-over wrote them down."""
    found = connection.execute(
        "SELECT step, name, took_ms FROM run_steps WHERE run_id = ? ORDER BY step", (run_id,)
    ).fetchall()
    stated = [(item["step"], item["name"], round(item["took_s"] * 1000)) for item in steps]
    before = [item for item in stated if item[1] != "cut over"]
    if [item[:2] for item in found] != [item[:2] for item in before]:
        yield {"key": "steps", "in_index": found, "in_run_results": before}
        return
    for ours, theirs in zip(found, before, strict=True):
        if abs(ours[2] - theirs[2]) > _MILLISECOND:
            yield {"key": f"step {ours[0]}", "in_index": ours[2], "in_run_results": theirs[2]}


def _folder(subject: Subject) -> Path:
    if subject.artifacts is None:
        raise NotApplicable(NO_RUN)
    return subject.artifacts


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


CHECKS: Final = (
    Check(
        id="V-073",
        title="Every artifact of the run has the digest that its manifest states",
        severity=Severity.FAIL,
        section="§7",
        group="artifacts",
        find=_other_artifacts,
    ),
    Check(
        id="V-074",
        title="The manifest states the inputs, parsers, schema, outcomes and rows that there are",
        severity=Severity.FAIL,
        section="§7",
        group="artifacts",
        find=_other_inputs,
    ),
    Check(
        id="V-075",
        title="The run that the index records is the one in its folder",
        severity=Severity.FAIL,
        section="§7",
        group="artifacts",
        find=_other_record,
    ),
)
