"""The commands that tell what an index holds: stats, status."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from flows.cli.read import Db, Json, print_json, print_lines
from tasks.home import DB
from tasks.index import Index
from tasks.index.statistics import TypeCount
from tasks.store.places import review_of

if TYPE_CHECKING:
    from tasks.store.review_record import Waiting


def stats(as_json: Json = False, db: Db = DB) -> None:
    """Count what an index holds by outcome, language and type, and how its questions went."""
    with Index(db) as index:
        found = index.stats()
    if as_json:
        print_json(found)
        return
    rows = [("index", f"{db}, {found.size_bytes / 1e6:,.1f} MB")]
    for outcome in found.outcomes:
        why = f": {outcome.reason}" if outcome.reason else ""
        rows.append(("files", f"{outcome.files:,} {outcome.outcome}{why}"))
    for item in found.languages:
        said = f"{item.files:,} files, {item.asts:,} contents, {item.size_bytes / 1e6:,.1f} MB"
        rows.append((item.language, f"{said}, {item.lines:,} lines"))
    rows += [("symbols", _count(item)) for item in found.symbols]
    rows += [("uses", _count(item)) for item in found.uses]
    for times in found.questions:
        said = f"n {times.queries:,}, mean {times.mean_ms:.2f} ms, p50 {times.p50_ms:.2f}"
        rows.append((times.kind, f"{said}, p95 {times.p95_ms:.2f}, p99 {times.p99_ms:.2f}"))
    _print_table(rows)


def status(db: Db = DB, as_json: Json = False) -> None:
    """Tell what the index in service holds, which run made it, and which waits for its review."""
    waits = _waiting(db)
    if waits and not as_json:
        print_lines(
            [f"run {waits.run_id} waits until {waits.until}: flagday approve {waits.run_id}"]
        )
    with Index(db) as index:
        found = index.status()
    if as_json:
        print_json({**asdict(found), "waits": waits and asdict(waits)})
        return
    rows = [
        ("index", f"{db} → {found.generation}, {found.size_bytes / 1e6:,.1f} MB"),
        ("schema", f"v{found.schema}"),
    ]
    if found.run:
        rows += [
            ("run", f"{found.run.run_id}, verdict {found.run.verdict}"),
            ("reports", found.run.artifacts),
        ]
    rows += [(name, f"{count:,}") for name, count in found.counts.items()]
    for entry in found.outcomes:
        why = f": {entry.reason}" if entry.reason else ""
        rows.append(("", f"{entry.files:,} {entry.outcome}{why}"))
    _print_table(rows)


def _waiting(db: Path) -> "Waiting | None":
    if not review_of(db).exists():
        return None
    from tasks.store.review_record import waiting  # noqa: PLC0415 -- for runs under review alone

    return waiting(db)


def _count(item: TypeCount) -> str:
    return f"{item.rows:,} {item.language} {item.type}"


def _print_table(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and what there is to say of them, in two columns."""
    width = max(len(name) for name, _ in rows)
    print_lines(f"{name:<{width}}  {said}" for name, said in rows)
