"""The git repository that keeps the artifacts of runs."""

import subprocess
from pathlib import Path

from tasks.errors import StepFailed


def top_of(folder: Path) -> Path | None:
    """Return the top of the work tree around ``folder`` (which need not exist yet), or None."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    found = _git(existing, "rev-parse", "--show-toplevel")
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def is_clean(repository: Path) -> bool:
    """Tell whether nothing is changed, staged or untracked."""
    return not _git(repository, "status", "--porcelain").stdout.strip()


def is_ignored(folder: Path) -> bool:
    """Tell whether git's ignore rules keep ``folder`` out of its repository."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    return _git(existing, "check-ignore", "--quiet", "--", str(folder)).returncode == 0


def commit(folder: Path, message: str) -> None:
    """Commit what is new in ``folder``, and nothing else. Raises StepFailed where git refuses."""
    if not _git(folder, "status", "--porcelain", "--", ".").stdout:
        return
    for words in (("add", "--", "."), ("commit", "--quiet", "-m", message, "--", ".")):
        done = _git(folder, *words)
        if done.returncode:
            raise StepFailed(
                f"git {words[0]} in {folder} failed: {done.stderr.strip() or done.stdout.strip()}",
                next_step="Mend the repository (user.name, hooks?), then commit the folder by hand "
                "or run again.",
            )


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False
    )
