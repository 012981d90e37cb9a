"""What patterns as in .gitignore say of one entry, as git reads them; and the plan's own."""

import os
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tasks.roots.wildmatch import MatchesNothingError, expression

_BOM: Final = b"\xef\xbb\xbf"
_KEPT: Final = re.compile(rb"(?: *(?:\\.|[^ ]))*", re.DOTALL)  # a line without blanks at its end
_FOLDER: Final = b"\0"  # ends the path of a folder


class _Rule(NamedTuple):
    """A pattern that can match something."""

    is_ignoring: bool  # else it takes back
    is_of_name: bool  # wherever that is; else of the path
    matches: bytes  # a regular expression


class Rules:
    """The patterns of one file, of which the last that matches decides."""

    def __init__(self, text: bytes) -> None:
        """Read them. A line that is no pattern matches nothing."""
        lines = text.removeprefix(_BOM).split(b"\n")
        self._rules: Final = [rule for rule in map(_rule, lines) if rule]
        self._of_name: Final = _Either(self._rules, is_of_name=True)
        self._of_path: Final = _Either(self._rules, is_of_name=False)

    def __bool__(self) -> bool:
        """Tell whether any of them can match anything: a comment, say, cannot."""
        return bool(self._rules)

    def decision(self, path: bytes) -> bool | None:
        """Tell whether an entry is ignored (True), taken back (False) or not spoken of (None).

        The path is relative to the folder of the rules; that of a folder ends with a slash.
        """
        entry = path[:-1] + _FOLDER if path.endswith(b"/") else path
        name = entry.rpartition(b"/")[2]
        last = max(self._of_name.last(name), self._of_path.last(entry))
        return None if last < 0 else self._rules[last].is_ignoring


class _Either:
    """All rules of one kind as one regular expression: to ask one by one takes far longer."""

    def __init__(self, rules: Sequence[_Rule], *, is_of_name: bool) -> None:
        self._places: Final = [
            place for place, rule in enumerate(rules) if rule.is_of_name is is_of_name
        ][::-1]
        groups = (b"(%s)" % rules[place].matches for place in self._places)
        self._matches: Final = re.compile(b"|".join(groups), re.DOTALL)

    def last(self, text: bytes) -> int:
        """Return the place of the last rule that matches, -1 for none."""
        found = self._matches.fullmatch(text)
        return self._places[found.lastindex - 1] if found and found.lastindex else -1


def _rule(line: bytes) -> _Rule | None:
    if line.startswith(b"#"):
        return None
    kept = _KEPT.match(line.removesuffix(b"\r").partition(b"\0")[0])
    pattern = kept[0] if kept else b""
    bare = pattern.removeprefix(b"!")
    glob = bare.removesuffix(b"/")
    end = _FOLDER if bare != glob else _FOLDER + b"?"
    try:
        matches = expression(glob.removeprefix(b"/")) + end
    except MatchesNothingError:
        return None
    return _Rule(bare == pattern, b"/" not in glob, matches) if glob.strip(b"/") else None


class Exclusion:
    """The patterns that leave entries out of one root."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Read the patterns, of which the last that matches decides."""
        self.patterns: Final = patterns
        self._rules: Final = Rules(os.fsencode("\n".join(patterns)))
        self._folders: dict[bytes, bool] = {}

    def entry_of(self, path: bytes) -> bytes:
        """Return the outermost folder on the way to an entry that is excluded, else the entry.

        The path is relative to the root; that of a folder ends with a slash.
        """
        if self._rules:
            for folder in _folders(path):
                if folder not in self._folders:
                    self._folders[folder] = self.names(folder)
                if self._folders[folder]:
                    return folder
        return path

    def names(self, entry: bytes) -> bool:
        """Tell whether an entry, in no excluded folder, is excluded itself."""
        return bool(self._rules.decision(entry))


def is_pattern(line: str) -> bool:
    """Tell whether a line can match anything."""
    return bool(Rules(os.fsencode(line)))


def _folders(path: bytes) -> Iterator[bytes]:
    """Yield the folders on the way to an entry, the outermost first."""
    end = path.find(b"/")
    while 0 <= end < len(path) - 1:
        yield path[: end + 1]
        end = path.find(b"/", end + 1)
