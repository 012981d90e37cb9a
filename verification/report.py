"""Reports that people decide from, as Markdown and JSON.

Equal content gives equal bytes: clock, host and durations stand in ``run_results.json`` alone.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import apsw
from jinja2 import Environment, PackageLoader, StrictUndefined

from migrations.opening import connect
from verification.inventory.model import Flaw, Inventory, Kind
from verification.inventory.reporting import Format, cell, rendered
from verification.oracle.agreement import Agreement, Breadth
from verification.run_results import to_json
from verification.subject import Verdict


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a report is about. It has no clock: which run it was, run_results.json tells."""

    kind: str = "flag day"  # or rehearsal
    index: str = ""  # name of the index's file; empty: nobody has told


OUTCOMES: Final = """
SELECT outcome, kind AS reason, COUNT(*) AS files
FROM (
    SELECT
        outcome,
        CASE
            WHEN reason LIKE 'syntax errors in %'
                THEN 'syntax errors' || substr(reason, instr(reason, ' of bytes') + 9)
            ELSE COALESCE(reason, '')
        END AS kind
    FROM files
)
GROUP BY outcome, kind
ORDER BY outcome, kind
"""
_FAILURES: Final = """
SELECT roots.name AS root, files.path, files.reason
FROM files
INNER JOIN roots USING (root_id)
WHERE outcome = 'failed'
ORDER BY roots.name, files.path
LIMIT 100
"""

_SHARING: Final = Path(__file__).with_name("duplicates.sql")
_ROOTS: Final = Path(__file__).with_name("roots.sql")

_templates: Final = Environment(
    loader=PackageLoader("verification"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 -- Markdown; cells are escaped by the `cell` filter
)


_templates.filters["cell"] = cell


def render(template: str, content: Mapping[str, Any]) -> str:
    """Fill a template."""
    return _templates.get_template(template).render(content)


def write_inventory(inventory: Inventory, folder: Path) -> None:
    """Write the inventory as Markdown, JSON, HTML and SARIF."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in Format:
        (folder / f"inventory.{form}").write_text(rendered(inventory, form), "utf-8")


def read_flaws(folder: Path) -> tuple[Flaw, ...]:
    """Return what was broken before, from the inventory in a run's folder; none without one."""
    file = folder / "inventory.json"
    if not file.exists():
        return ()
    found = json.loads(file.read_text("utf-8"))["flaws"]
    return tuple(Flaw(item["name"], Kind(item["kind"]), item["problem"]) for item in found)


def write_verification(  # noqa: PLR0913, PLR0917 -- all that a report is made of
    verdict: Verdict,
    database: Path,
    folder: Path,
    oracle: Agreement | None = None,
    since_previous: Mapping[str, Any] | None = None,
    occasion: Occasion = Occasion(),
) -> None:
    """Write verification.md and verification.json; the verdict is the computed one.

    ``oracle`` never counts for the verdict. Without it, the reports say that none was asked.
    ``since_previous`` is what differs from the index in service, where that was looked at.
    """
    content = {
        "verdict": verdict.word,
        "findings": [asdict(finding) for finding in verdict.findings],
        "summary": summary(database),
        "oracle": asdict(oracle or Agreement(None, "the verdict failed first", Breadth.OFF)),
        "since_previous": since_previous,
        "occasion": asdict(occasion),
    }
    _write(folder, "verification", content)


def write_schema(database: Path, folder: Path) -> Path:
    """Write the DDL that the candidate really has, in the order of its objects' names."""
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    found = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
        " AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
        " ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END,"
        " name"
    ).fetchall()
    connection.close()
    path = folder / "schema.sql"
    path.write_text("\n\n".join(f"{statement};" for (statement,) in found) + "\n", "utf-8")
    return path


def summary(database: Path) -> dict[str, Any]:
    """Count what an index holds, what became of its files and what contents they share."""
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    counts = {
        table: connection.execute(f"SELECT COUNT(*) FROM {table}").get
        for table in ("roots", "files", "asts", "symbols", "refs", "imports", "definition_docs")
    }
    outcomes = rows(connection, OUTCOMES)
    failures = rows(connection, _FAILURES)
    sharing = rows(connection, _SHARING.read_text("utf-8"))
    connection.close()
    return {
        "counts": counts,
        "roots": roots_of(database),
        "outcomes": outcomes,
        "failures": failures,
        "sharing": sharing,
    }


def roots_of(database: Path) -> list[dict[str, Any]]:
    """Tell of each root what was read of it, and what became of its files."""
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    found = rows(connection, _ROOTS.read_text("utf-8"))
    connection.close()
    return found


def rows(connection: apsw.Connection, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query, each by column name."""
    cursor = connection.execute(query)
    return [
        dict(zip((column[0] for column in cursor.get_description()), row, strict=True))
        for row in cursor
    ]


def _write(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(to_json(content), "utf-8")
    (folder / f"{name}.md").write_text(render(f"{name}.md.j2", content), "utf-8")
