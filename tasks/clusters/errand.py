"""What goes to a worker of a cluster: little, as contents and parts go by the storage."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from tasks.contracts import Slice
from tasks.syntax.languages import languages
from tasks.worker import Bounds

ALIVE: Final = "alive"  # a run's file that is there for as long as the run has use for parts


@dataclass(frozen=True, slots=True)
class Versions:
    """What extracts: equal versions make equal rows of equal contents."""

    flagday: str
    parsers: dict[str, str]  # fingerprint by language, hexadecimal


@dataclass(frozen=True, slots=True)
class Errand:
    """A part to be made elsewhere: all that its maker must know."""

    storage: str  # see tasks/clusters/storage.py
    run: str  # folder of the run in it
    versions: Versions  # of the driver
    part: Slice
    pack: str  # its contents: name of a file in that folder, and the SHA-256 of the file
    parse_timeout_s: float
    bounds: Bounds
    max_failed: int  # contents that may be lost


def versions() -> Versions:
    """Return the versions in this process."""
    parsers = {name: language.fingerprint.hex() for name, language in languages().items()}
    return Versions(version("flagday"), parsers)


def differences(ours: Versions, theirs: Versions) -> Iterator[str]:
    """Yield what differs, in words."""
    if ours.flagday != theirs.flagday:
        yield f"flagday {theirs.flagday}, not {ours.flagday}"
    other = {name for name, _ in ours.parsers.items() ^ theirs.parsers.items()}
    if other:
        yield f"other parser versions of {', '.join(sorted(other))}"
