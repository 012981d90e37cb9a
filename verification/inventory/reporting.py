"""The inventory as Markdown, JSON, SARIF and one HTML page. Equal content gives equal bytes."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from verification.inventory.model import WRITES, CodePath, Inventory
from verification.inventory.sarif import sarif_log
from verification.unseen import seen

SCHEMA_VERSION: Final = 1  # of the JSON; its schema is verification/schemas/inventory.schema.json

_markdown: Final = Environment(
    loader=PackageLoader("verification"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 -- Markdown; cells are escaped by the `cell` filter
)
_page: Final = Environment(
    loader=PackageLoader("verification"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=True,
)


class Format(StrEnum):
    """What an inventory can be written as."""

    MARKDOWN = "md"
    JSON = "json"
    SARIF = "sarif"
    HTML = "html"


def cell(value: object) -> str:
    """Write a value into one cell of a Markdown table, whatever it holds."""
    if isinstance(value, bytes):
        return f"`{value.hex()}`"
    text = "" if value is None else str(value)
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return seen(escaped.replace("<", "&lt;"))


_markdown.filters["cell"] = cell


def content(inventory: Inventory) -> dict[str, Any]:
    """Return the inventory as plain values, as its published JSON Schema has them."""
    search = asdict(inventory.search)
    code_paths = [
        {
            **asdict(path),
            "is_classified": path.is_classified,
            "breaks_on_v5": path.breaks_on_v5,
        }
        for path in inventory.code_paths
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "closure": [asdict(item) for item in inventory.closure],
        "tables": [asdict(item) for item in inventory.tables],
        "queues": [asdict(item) for item in inventory.queues],
        "code_roots": list(inventory.code_roots),
        "was": inventory.was,
        "flaws": [asdict(flaw) for flaw in inventory.flaws],
        "roots_from": inventory.roots_from,
        **search,
        "code_paths": code_paths,
    }


def rendered(inventory: Inventory, form: Format, former: Mapping[str, Any] | None = None) -> str:
    """Write an inventory in a format; ``former`` is the content of the one to compare with."""
    return _RENDERED[form](inventory, former)


def brief(
    inventory: Inventory,
    former: Mapping[str, Any] | None,
    plain_line: Callable[[str], str],
    *,
    is_whole: bool = False,
) -> str:
    """Write for a terminal what is to be mended, before all else.

    ``plain_line`` makes of any text one that stays on its line and commands no terminal.
    ``is_whole`` lists what is dropped, too.
    """
    told = {**_context(inventory, former), "kinds": _kinds(inventory), "is_whole": is_whole}
    lines = _markdown.overlay(finalize=lambda value: plain_line(str(value)))
    return lines.get_template("inventory.txt.j2").render(told)


def _kinds(inventory: Inventory) -> list[tuple[str, list[CodePath]]]:
    """Sort code paths by what is to be done about them, the most urgent first."""
    breaks, unknown, otherwise, rest = (list[CodePath]() for _ in range(4))
    for path in inventory.code_paths:
        if path.breaks_on_v5:
            breaks.append(path)
        elif not path.is_classified:
            unknown.append(path)
        else:
            (otherwise if path.changes else rest).append(path)
    return [
        ("break on v5", breaks),
        ("cannot be classified", unknown),
        ("work on v5, and answer otherwise", otherwise),
        ("nothing is known to break", rest),
    ]


def difference(former: Mapping[str, Any], inventory: Inventory) -> dict[str, list[dict[str, Any]]]:
    """Return which code paths are new, which are gone, and which work otherwise than before.

    A code path is the same where file and statement are; lines may move.
    """
    now = _numbered(content(inventory)["code_paths"])
    before = _numbered(former.get("code_paths", []))
    return {
        "new": [now[key] for key in now if key not in before],
        "gone": [before[key] for key in before if key not in now],
        "changed": [
            now[key] for key in now if key in before and _state(now[key]) != _state(before[key])
        ],
    }


def _numbered(paths: Iterable[dict[str, Any]]) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    found = {}
    for path in paths:
        key = (path["root"], path["file"], path["statement"])
        found[(*key, seen[key])] = path
        seen[key] += 1
    return found


def _state(path: Mapping[str, Any]) -> tuple[object, ...]:
    keys = ("breaks_on_v5", "operation", "area", "accepted", "is_classified")
    return tuple(path.get(key) for key in keys)


def summary(paths: Iterable[CodePath]) -> list[tuple[str, int, int]]:
    """Count code paths by operation: how many, and how many of them break on v5."""
    everything = Counter(path.operation.value for path in paths)
    breaking = Counter(path.operation.value for path in paths if path.breaks_on_v5)
    return [(name, everything[name], breaking[name]) for name in sorted(everything)]


def _grouped(inventory: Inventory) -> list[tuple[str, list[CodePath]]]:
    files: dict[str, list[CodePath]] = {}
    for path in inventory.code_paths:
        files.setdefault(f"{path.root}/{path.file}", []).append(path)
    return list(files.items())


def _context(inventory: Inventory, former: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "inventory": inventory,
        "search": inventory.search,
        "files": _grouped(inventory),
        "operations": summary(inventory.code_paths),
        "areas": sorted(Counter(path.area.value for path in inventory.code_paths).items()),
        "sites": sorted(Counter(path.site.value for path in inventory.code_paths).items()),
        "breaking": sum(path.breaks_on_v5 for path in inventory.code_paths),
        "writes": sum(p.breaks_on_v5 and p.operation in WRITES for p in inventory.code_paths),
        "otherwise": sum(path.answers_otherwise for path in inventory.code_paths),
        "unclassified": [path for path in inventory.code_paths if not path.is_classified],
        "difference": difference(former, inventory) if former is not None else None,
    }


def _as_markdown(inventory: Inventory, former: Mapping[str, Any] | None) -> str:
    template = _markdown.get_template("inventory.md.j2")
    return template.render(_context(inventory, former))


def _as_html(inventory: Inventory, former: Mapping[str, Any] | None) -> str:
    return _page.get_template("inventory.html.j2").render(_context(inventory, former)) + "\n"


def _as_json(inventory: Inventory, former: Mapping[str, Any] | None) -> str:
    compared = {} if former is None else {"difference": difference(former, inventory)}
    return _dumped({**content(inventory), **compared})


def _as_sarif(inventory: Inventory, _: Mapping[str, Any] | None) -> str:
    return _dumped(sarif_log(inventory))


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


_RENDERED: Final[dict[Format, Callable[[Inventory, Mapping[str, Any] | None], str]]] = {
    Format.MARKDOWN: _as_markdown,
    Format.JSON: _as_json,
    Format.SARIF: _as_sarif,
    Format.HTML: _as_html,
}
