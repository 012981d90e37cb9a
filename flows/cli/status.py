"""The commands that tell what an index holds: stats, status."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.cli.printing import print_json, print_lines
from flows.cli.read import Db, Json
from tasks.errors import PreconditionFailed
from tasks.home import DB
from tasks.index import Index
from tasks.index.statistics import RootCount, TypeCount
from tasks.naming import naming
from tasks.store.places import review_of

if TYPE_CHECKING:
    from tasks.store.review_record import Waiting

_SHOWN_ROOTS: Final = 10  # by `status`; `stats` shows all
_COMMIT_DIGITS: Final = 12


def stats(as_json: Json = False, db: Db = DB) -> None:
    """Count what an index holds by outcome, language, type and root, and how questions went."""
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
    _print_roots(found.roots)


def status(db: Db = DB, as_json: Json = False) -> None:
    """Tell what the index in service holds, which run made it, and which waits for its review."""
    waits = _waiting(db)
    if waits and not as_json:
        approve = naming(f"flagday approve {waits.run_id}", db)
        print_lines([f"run {waits.run_id} waits until {waits.until}: {approve}"])
    try:
        with Index(db) as index:
            found = index.status()
    except PreconditionFailed:
        if not _is_legacy_told(db, waits, as_json=as_json):
            raise
        return
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
    if not found.run and not found.roots:
        run = naming("flagday run ROOT…", db)
        rows.append(("next", f"no run has filled it: `{run}` does"))
    _print_table(rows)
    _print_roots(found.roots[:_SHOWN_ROOTS])
    if len(found.roots) > _SHOWN_ROOTS:
        print_lines([f"and {len(found.roots) - _SHOWN_ROOTS:,} more: flagday stats"])


def _is_legacy_told(db: Path, waits: "Waiting | None", *, as_json: bool) -> bool:
    """Tell of an index that a flag day has not rebuilt; False where there is none."""
    if not db.exists():
        return False
    from flows.cli.legacy import rows_of  # noqa: PLC0415 -- loads the lineage
    from tasks.upkeep.legacy import legacy_at  # noqa: PLC0415 -- as above

    legacy = legacy_at(db)
    if legacy is None:
        return False
    if as_json:
        stated = {**asdict(legacy), "outcomes": [], "run": None}
        print_json({**stated, "waits": waits and asdict(waits)})
    else:
        _print_table(rows_of(legacy, db))
    return True


def _waiting(db: Path) -> "Waiting | None":
    if not review_of(db).exists():
        return None
    from tasks.store.review_record import waiting  # noqa: PLC0415 -- for runs under review alone

    return waiting(db)


def _count(item: TypeCount) -> str:
    return f"{item.rows:,} {item.language} {item.type}"


def _print_roots(roots: Sequence[RootCount]) -> None:
    """Print a root a line, its files by outcome; of a broken one, why there are none."""
    rows = [["root", "files", "indexed", "partial", "skipped", "failed", "where"]]
    for root in roots:
        counts = (root.files, root.indexed, root.partial, root.skipped, root.failed)
        rows.append([root.root, *(f"{count:,}" for count in counts), _where(root)])
    first, *widths, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    print_lines([""])
    for name, *counted, where in rows:
        numbers = (f"{count:>{width}}" for count, width in zip(counted, widths, strict=True))
        print_lines(["  ".join([f"{name:<{first}}", *numbers, where])])


def _where(root: RootCount) -> str:
    """Say where a root is: as a folder, or as repository@commit."""
    commit = f"@{root.commit[:_COMMIT_DIGITS]}" if root.commit else ""
    return f"{root.location}{commit}" + (f": {root.problem}" if root.problem else "")


def _print_table(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and what there is to say of them, in two columns."""
    width = max(len(name) for name, _ in rows)
    print_lines(f"{name:<{width}}  {said}" for name, said in rows)
