"""How the files of an index are named after the path that readers open."""

from pathlib import Path
from typing import Final

AUDIT_HEAD: Final = "audit.head"  # among the generations: the last line of the audit log
GENERATIONS: Final = ".generations"  # folder beside the path that readers open


def is_generation(service: Path) -> bool:
    """Tell whether a path is a link to a generation: to a file that a flag day put in service."""
    folder = service.with_name(f"{service.name}{GENERATIONS}")
    return service.is_symlink() and service.resolve().parent == folder.resolve()


def review_of(service: Path) -> Path:
    """Return the file that says which run of an index waits for its review."""
    return service.with_name(f"{service.name}{GENERATIONS}") / "review.json"
