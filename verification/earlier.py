"""What an earlier run has left in the folder that this run reports to."""

import json
from pathlib import Path
from typing import Any, Final

from verification import manifest, signature
from verification.run_results import RUN_RESULTS

_NAMES: Final = (*manifest.SUBJECTS, manifest.NAME, signature.NAME, RUN_RESULTS)
_EVIDENCE: Final = (  # what a run writes first and last, and a key that it has
    ("inventory.json", "closure"),
    (manifest.NAME, "predicateType"),
    (RUN_RESULTS, "run_id"),
)


def clear_earlier(folder: Path) -> tuple[str, ...]:
    """Remove the artifacts of an earlier run; return their names.

    What has another name stays, and so does all of a folder that no run has reported to. Raises
    OSError.
    """
    if not any(_is_ours(folder / name, key) for name, key in _EVIDENCE):
        return ()
    left = tuple(name for name in sorted(_NAMES) if _is_file(folder / name))
    for name in left:
        (folder / name).unlink()
    return left


def _is_ours(file: Path, key: str) -> bool:
    try:
        found: Any = json.loads(file.read_bytes()) if _is_file(file) else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and key in found


def _is_file(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()
