"""What ``MANIFEST.sha256`` states of the migrations: the SHA-256 of every file.

It is written as ``sha256sum`` writes it. That it is true is the catalogue's to say.
"""

from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
MANIFEST: Final = "MANIFEST.sha256"


@cache
def newest() -> tuple[int, str]:
    """Return the newest version and the checksum of its way up."""
    return max(
        (int(name.partition("_")[0].removeprefix("v")), checksum)
        for name, checksum in stated(FOLDER).items()
        if name.endswith(".up.sql")
    )


def stated(folder: Path) -> dict[str, str]:
    """Return the checksums by file name; none without a manifest."""
    manifest = folder / MANIFEST
    lines = manifest.read_text("utf-8").splitlines() if manifest.is_file() else []
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
