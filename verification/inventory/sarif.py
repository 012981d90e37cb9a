"""The code paths as SARIF 2.1.0, for tools that show findings beside the code."""

import hashlib
import os
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

from verification.inventory.model import Area, CodePath, Inventory
from verification.spelling import named

_RULES: Final = (
    ("breaks-on-v5", "A code path that no longer works on schema v5", "error"),
    (
        "unclassified",
        "A place that may reach a dropped table; which one, nobody can tell",
        "warning",
    ),
    ("reaches-legacy-table", "A place that reads or writes a table that is dropped", "note"),
)


def sarif_log(inventory: Inventory) -> dict[str, Any]:
    """Return a log with one result a code path; accepted ones are suppressed with the reason."""
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "flagday",
                        "version": version("flagday"),
                        "rules": [_rule(*rule) for rule in _RULES],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    _base(root): {"description": {"text": f"code root {root}"}}
                    for root in inventory.code_roots
                },
                "results": [_result(path) for path in inventory.code_paths],
            }
        ],
    }


def _rule(name: str, text: str, level: str) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": text},
        "defaultConfiguration": {"level": level},
    }


def _result(path: CodePath) -> dict[str, Any]:
    rule = 0 if path.breaks_on_v5 else 1 if not path.is_classified else 2
    level = _RULES[rule][2] if path.area is Area.CODE or rule == len(_RULES) - 1 else "warning"
    key = f"{path.root}/{path.file}\0{path.statement}"
    result: dict[str, Any] = {
        "ruleId": _RULES[rule][0],
        "ruleIndex": rule,
        "level": level,
        "message": {"text": _message(path)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": quote(os.fsencode(named(path.file))),
                        "uriBaseId": _base(path.root),
                    },
                    "region": {
                        "startLine": path.line,
                        "endLine": path.end_line,
                        "snippet": {"text": path.statement},
                    },
                }
            }
        ],
        "partialFingerprints": {"codePath/v1": hashlib.sha256(key.encode()).hexdigest()},
        "properties": {
            "operation": path.operation.value,
            "tables": list(path.tables),
            "site": path.site.value,
            "confidence": path.confidence.value,
            "area": path.area.value,
        },
    }
    if path.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": path.accepted}]
    return result


def _message(path: CodePath) -> str:
    tables = ", ".join(path.tables) or "a table that is filled in"
    parts = [f"{path.operation} on {tables} ({path.site.value}, {path.area.value})"]
    if path.via:
        parts.append(f"by way of {', '.join(path.via)}")
    if path.forbidden_columns:
        parts.append(f"uses {', '.join(path.forbidden_columns)}")
    if path.error:
        parts.append(f"on v5: {path.error}")
    if path.rewrite:
        parts.append(f"golden join: {path.rewrite}")
    if path.advice:
        parts.append(path.advice)
    parts += [
        f"{'compiles, but' if path.answers_otherwise else 'mind:'} {said}" for said in path.changes
    ]
    return "; ".join(parts) + "."


def _base(root: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in root).upper() or "ROOT"
