"""What of ctags is compared with what of the index."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def vocabulary() -> dict[str, Any]:
    """Return ``kinds.toml``: what of either indexer is compared with what of the other."""
    return tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8"))
