"""report.html: the reports of a run on one page, for a reviewer who has five minutes.

It shows what the other artifacts say and is derived from them and from the index alone, so it is
byte-identical when nothing changed. The page asks nothing of a network: style and script stand in
it, and its content security policy names their digests and allows nothing else.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from verification import charts, manifest
from verification.code_listing import code_listing
from verification.composition import composition
from verification.unseen import seen

NAME: Final = "report.html"
MAX_ROWS: Final = 500  # of a table; the rest is in the JSON
MAX_TEXT: Final = 400  # characters of a name or a statement
_OUTCOMES: Final = ("indexed", "partial", "skipped", "failed")
_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")


def write_page(folder: Path, database: Path) -> Path:
    """Write report.html from the artifacts that are in ``folder`` already, and from the index."""
    verification = json.loads((folder / "verification.json").read_bytes())
    inventory = json.loads((folder / "inventory.json").read_bytes())
    content = {
        "verification": verification,
        "inventory": inventory,
        "code_files": code_listing(inventory["code_paths"], MAX_ROWS),
        "composition": composition(database),
        "outcome_bar": outcome_bar(verification["summary"]["outcomes"]),
        "ddl": (folder / "schema.sql").read_text("utf-8").splitlines(),
        "digests": _digests(folder, database),
    }
    path = folder / NAME
    path.write_text(render("report.html.j2", content), encoding="utf-8")
    return path


def render(template: str, content: Mapping[str, Any]) -> str:
    """Render a page with the style and the script that every page has."""
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
    policy += "base-uri 'none'; form-action 'none'"
    frame = {"style": Markup(style), "script": Markup(script), "policy": policy}  # noqa: S704 -- ours
    return _templates().get_template(template).render({**content, **frame})


def visible(value: object) -> object:
    """Make a text fit to be shown: no character unseen, and none of endless length."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = value if len(value) <= MAX_TEXT else f"{value[: MAX_TEXT - 1]}…"
    return seen(text)


def outcome_bar(outcomes: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw what became of all files."""
    totals = dict.fromkeys(_OUTCOMES, 0)
    for item in outcomes:
        totals[item["outcome"]] += item["files"]
    segments = [charts.Segment(outcome, count, outcome) for outcome, count in totals.items()]
    return charts.stacked("Files by outcome", segments)


def human_bytes(size: int) -> str:
    """Write a size with three digits or so: 1.4 MiB."""
    power = min(max(size.bit_length() - 1, 0) // 10, len(_UNITS) - 1)
    return f"{size / 1024**power:,.{1 if power else 0}f} {_UNITS[power]}"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: 1 file, 2 files."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("verification"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
        finalize=visible,
    )
    environment.filters |= {"bytes": human_bytes, "counted": counted, "some": _some}
    environment.globals |= {"bar": charts.bar, "MAX_ROWS": MAX_ROWS}
    return environment


def _some(items: Sequence[Any]) -> Sequence[Any]:
    return items[:MAX_ROWS]


def _asset(name: str) -> str:
    return files("verification").joinpath("templates", name).read_text("utf-8")


def _digest(text: str) -> str:
    """Name a text as a content security policy does."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _digests(folder: Path, database: Path) -> dict[str, Any]:
    """Derive what the manifest is going to bind, but for the symbol sets: those take a while."""
    present = [name for name in sorted(manifest.SUBJECTS) if (folder / name).is_file()]
    return {
        **manifest.predicate_of(database),
        "artifacts": {
            name: manifest.file_sha256(folder / name) for name in present if name != NAME
        },
    }
