"""What git is given in the place of files and folders: a kill leaves nothing that nobody wrote."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

_EMPTY: Final = Path(__file__).with_name("empty")


def empty_repository(object_format: str = "sha1") -> Path:
    """Return a repository without anything in it, to be read only. ``sha1`` or ``sha256``."""
    return _EMPTY / object_format


@contextmanager
def rules_of(patterns: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield patterns as a file without a name: a descriptor to pass on, and what opens it then."""
    with TemporaryFile() as rules:
        rules.write(os.fsencode("".join(f"{pattern}\n" for pattern in patterns)))
        rules.flush()
        yield rules.fileno(), f"/dev/fd/{rules.fileno()}"
