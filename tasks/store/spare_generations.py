"""Which generations may go: those that never served, or whose very bytes a backup holds."""

from pathlib import Path

import apsw

from tasks.errors import PreconditionFailed
from tasks.store import audit, backup_files, generations
from tasks.store.copying import digest


def to_keep(service: Path, replaced: Path) -> set[str]:
    """Return the names of the generations that stay once ``replaced`` may go.

    What becomes of that one, the plan says, and whoever has replaced it has seen to it.
    """
    stay = audit.only_copies(service)
    for path in generations.old(service):
        is_other = path.resolve() != replaced.resolve()
        if is_other and path.name not in stay and not is_spare(service, path):
            stay.add(path.name)
    return stay


def is_spare(service: Path, generation: Path) -> bool:
    """Tell whether nothing is lost with a generation.

    The candidate of a killed run was never in service: the run is on record, and no cut-over of it
    is. Any other must be, byte for byte, in a backup that is there. Its bytes are looked at only
    where such a backup may hold them: that of another run does not.
    """
    lines, run = audit.lines(service), generation.stem
    done = [line for line in lines if line.result == audit.Result.DONE]
    cut_over = {
        line.detail.get("run"): line.digest for line in done if line.action == backup_files.CUT_OVER
    }
    if run not in cut_over and any(line.detail.get("run") == run for line in lines):
        return True
    held = {
        line.digest
        for line in done
        if line.action == backup_files.BACKED_UP and Path(str(line.detail["file"])).exists()
    }
    if run in cut_over:
        held -= {made for other, made in cut_over.items() if other != run}
    return bool(held) and _digest(generation) in held


def _digest(generation: Path) -> str | None:
    """Return the digest of a generation, None where it cannot be read."""
    try:
        return digest(generation)
    except (apsw.Error, OSError, PreconditionFailed):
        return None
