"""Whether a path can be a root at all."""

import os
from pathlib import Path


def why_no_root(path: Path) -> str | None:
    """Say why ``path`` cannot be indexed, or None: it must be a readable folder with entries."""
    if not path.exists():
        return f"root {path} does not exist"
    if not path.is_dir():
        return f"root {path} is a file; a root is a folder"
    if not os.access(path, os.R_OK | os.X_OK):
        return f"root {path} cannot be read"
    return None if any(os.scandir(path)) else f"root {path} is empty"
