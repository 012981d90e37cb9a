"""What an examination looks at, and how it names the commands that help."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.companion.place import companion_of


@dataclass(frozen=True, slots=True)
class Patient:
    """One index and what belongs to it."""

    service: Path  # the path that readers open
    backups: Path  # folder
    runs: Path  # folder of the reports of runs
    # From outside: which commit a revision of a repository is now; None: it is none.
    commit_of: Callable[[Path, str], str | None]
    is_full: bool = False  # every byte and every file, instead of samples
    # For a full examination, from outside: the files of a root without what patterns leave out of
    # it, and fingerprints by language.
    listed: Callable[[Path, Sequence[str]], frozenset[str]] | None = None
    parsers: Mapping[str, str] | None = None

    @property
    def location(self) -> Path:
        """Return the file of the generation in service."""
        return self.service.resolve()

    @property
    def companion(self) -> Path:
        """Return the database beside the index that readers write to; it may not be there."""
        return companion_of(self.service)

    def command(self, words: str) -> str:
        """Spell a flagday command for this index."""
        return f"`flagday {words} --db {shlex.quote(str(self.service))}`"
