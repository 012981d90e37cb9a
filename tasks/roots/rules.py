"""What patterns as in .gitignore say of one entry, as git reads them; and the plan's own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from pathspec import GitIgnoreSpec, Pattern
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

# Bytes beyond ASCII as one character each: to git, `?` is a byte. They, and all blanks but the
# space, become characters that are no blank: git takes none but the space off the end of a line.
_BYTES: Final = {
    byte: 0xE000 + byte for byte in (*b"\t\n\v\f\r\x1c\x1d\x1e\x1f", *range(0x80, 0x100))
}


# What pathspec makes of *, of */, and how it ends what names one entry.
_ANYTHING: Final = "."
_FOLDER: Final = "(?P<ps_d>/)"
_LAST: Final = (_FOLDER, f"(?:{_FOLDER}|$)")


def rules(lines: Iterable[str]) -> GitIgnoreSpec:
    """Read patterns. A line that is none matches nothing, as with git."""
    raw = (line.encode(errors="surrogateescape") for line in lines)
    return GitIgnoreSpec(_patterns(map(_as_bytes, raw)), backend="simple")


def _patterns(lines: Iterable[str]) -> Iterator[GitIgnoreSpecPattern]:
    for line in lines:
        with suppress(ValueError, re.error):
            yield GitIgnoreSpecPattern(line)


def _as_bytes(text: bytes) -> str:
    return text.decode("latin-1").translate(_BYTES)


def is_pattern(line: str) -> bool:
    """Tell whether a line can match anything: a comment, say, cannot."""
    return any(pattern.include is not None for pattern in rules([line]).patterns)


def decision(spec: GitIgnoreSpec, path: bytes) -> bool | None:
    """Tell whether an entry is ignored (True), taken back (False) or not spoken of (None).

    The path is relative to the folder of the rules; that of a folder ends with a slash.
    """
    relative = _as_bytes(path)
    for pattern in reversed(spec.patterns):
        if pattern.include is not None and _matches(pattern, relative):
            return pattern.include
    return None


class Exclusion:
    """The patterns that leave entries out of one root."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Read the patterns, of which the last that matches decides."""
        self.patterns: Final = patterns
        self._spec = rules(patterns)
        self._folders: dict[bytes, bool] = {}

    def entry_of(self, path: bytes) -> bytes:
        """Return the outermost folder on the way to an entry that is excluded, else the entry.

        The path is relative to the root; that of a folder ends with a slash.
        """
        if self._spec.patterns:
            for folder in _folders(path):
                if folder not in self._folders:
                    self._folders[folder] = self.names(folder)
                if self._folders[folder]:
                    return folder
        return path

    def names(self, entry: bytes) -> bool:
        """Tell whether an entry, in no excluded folder, is excluded itself."""
        return bool(decision(self._spec, entry))


def _folders(path: bytes) -> Iterator[bytes]:
    """Yield the folders on the way to an entry, the outermost first."""
    end = path.find(b"/")
    while 0 <= end < len(path) - 1:
        yield path[: end + 1]
        end = path.find(b"/", end + 1)


def _matches(pattern: Pattern, path: str) -> bool:
    """Tell whether a pattern names this very entry, and not only a folder around it.

    pathspec lets a folder's match speak for all below it; git decides on the folder first, and
    then asks anew.
    """
    regex: re.Pattern[str] | None = getattr(pattern, "regex", None)
    found = regex.search(path) if regex else None
    if regex is None or found is None:
        return False
    if regex.pattern == _ANYTHING:
        return True
    if regex.pattern.startswith("^") and not regex.pattern.endswith(_LAST):
        return found.end() < len(path)  # of a/**: whatever is below
    return path.endswith("/") if regex.pattern == _FOLDER else bool(regex.fullmatch(path))
