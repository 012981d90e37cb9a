"""JSON that equal content makes equal, and the one report that has a clock in it.

What writes it loads no templates: a run that fails at once says so at once.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

RUN_RESULTS: Final = "run_results.json"
RUN_RESULTS_FORMAT: Final = 1  # schemas/run_results.schema.json


def write_run_results(results: Mapping[str, Any], folder: Path) -> Path:
    """Write what has a clock in it: when, where, how long, and what became of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RUN_RESULTS
    path.write_text(to_json(dict(results)), "utf-8")
    return path


def to_json(content: Mapping[str, Any]) -> str:
    """Write JSON that equal content makes equal: sorted keys, bytes as hexadecimal."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=plain) + "\n"


def plain(value: object) -> str:
    """Write for JSON what it has no type for."""
    return value.hex() if isinstance(value, bytes) else str(value)
