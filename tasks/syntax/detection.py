"""Which language a file is in: a function of its own name and of its bytes, and of nothing else.

In this order: the whole name; the extension, contested ones by content; a pattern of the name; the
``#!`` line. What is detected by is data: ``languages/<name>.toml``, ``unparsed.toml`` for languages
without a parser, and ``contested.toml`` for extensions that several languages share.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import Final

from tasks.errors import FlagDayError
from tasks.syntax.languages import languages

_UNPARSED: Final = Path(__file__).with_name("unparsed.toml")
_CONTESTED: Final = Path(__file__).with_name("contested.toml")
_HEAD_BYTES: Final = 1 << 14  # what rules look at
_SHEBANG_BYTES: Final = 256
_KEYS: Final = ("extensions", "filenames", "patterns", "interpreters")


@dataclass(frozen=True, slots=True)
class Rule:
    """Content by which a file of a contested extension is recognised."""

    language: str
    pattern: re.Pattern[bytes]
    unless: re.Pattern[bytes] | None  # where it is found, the rule does not hold

    def holds(self, head: bytes) -> bool:
        """Tell whether a file that starts with ``head`` is in the rule's language."""
        if not self.pattern.search(head):
            return False
        return self.unless is None or not self.unless.search(head)


def detect(path: str, data: bytes) -> str | None:
    """Return the language of ours that a file is in, or None."""
    language = _name(path, data)
    return language if language in languages() else None


def unparsed(path: str, data: bytes) -> str | None:
    """Name the language without a parser that a file is in, or return None."""
    language = _name(path, data)
    return None if language in languages() else language


def _name(path: str, data: bytes) -> str | None:
    name = path.rpartition("/")[2]
    stem, dot, last = name.rpartition(".")
    extension = f".{last}".lower() if stem and dot else ""
    return (
        _claims("filenames").get(name)
        or (_by_extension(extension, data) if extension else None)
        or _by_pattern(name)
        or _by_shebang(data)
        or (None if extension else _by_rule("", data))
    )


def _by_extension(extension: str, data: bytes) -> str | None:
    return _by_rule(extension, data) or _claims("extensions").get(extension)


def _by_rule(extension: str, data: bytes) -> str | None:
    rules = contested().get(extension)
    if not rules:
        return None
    head = data[:_HEAD_BYTES]
    return next((rule.language for rule in rules if rule.holds(head)), None)


def _by_pattern(name: str) -> str | None:
    patterns = _claims("patterns")
    return next((patterns[glob] for glob in patterns if _glob(glob).match(name)), None)


def _by_shebang(data: bytes) -> str | None:
    if not data.startswith(b"#!"):
        return None
    words = data[2:_SHEBANG_BYTES].split(b"\n", 1)[0].decode(errors="replace").split()
    programs = [word.rpartition("/")[2] for word in words if not word.startswith("-")]
    if programs[:1] == ["env"]:
        programs = [program for program in programs[1:] if "=" not in program]
    return _claims("interpreters").get(programs[0].rstrip("0123456789.")) if programs else None


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


@cache
def contested() -> dict[str, list[Rule]]:
    """Return the rules of each contested extension, in the order in which they are asked.

    Raises FlagDayError on a rule for a language that nobody knows.
    """
    known = languages().keys() | _tables().keys()
    rules: dict[str, list[Rule]] = {}
    for entry in tomllib.loads(_CONTESTED.read_text("utf-8"))["rule"]:
        if entry["language"] not in known:
            raise FlagDayError(
                f"{_CONTESTED.name}: a rule for {entry['language']!r}, which is no language",
                next_step=f"Add it to languages/ or to {_UNPARSED.name}, or correct the rule.",
            )
        unless = _compiled(entry["unless"]) if "unless" in entry else None
        rule = Rule(entry["language"], _compiled(entry["pattern"]), unless)
        for extension in entry["extensions"]:
            rules.setdefault(extension, []).append(rule)
    return rules


def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("latin-1"), re.MULTILINE)


@cache
def _claims(key: str) -> dict[str, str]:
    """Map each extension, name, pattern or interpreter to its language; ours come first."""
    ours = ((name, getattr(language, key)) for name, language in languages().items())
    others = ((name, table.get(key, ())) for name, table in _tables().items())
    return _unique(key, others) | _unique(key, ours)


def _unique(key: str, claims: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Turn claims around; two of the same thing are an error."""
    found: dict[str, str] = {}
    for language, claimed in claims:
        for each in claimed:
            if found.setdefault(each, language) != language:
                raise FlagDayError(
                    f"{key} {each!r}: claimed by {found[each]} and {language}",
                    next_step="Drop it from one of the two, or add rules to contested.toml.",
                )
    return found


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    """Read the languages without a parser. Raises FlagDayError on a key that nobody reads."""
    tables: dict[str, dict[str, list[str]]] = tomllib.loads(_UNPARSED.read_text("utf-8"))
    for language, table in tables.items():
        if table.keys() - set(_KEYS):
            raise FlagDayError(
                f"{_UNPARSED.name}: unknown keys {sorted(table.keys() - set(_KEYS))} of {language}",
                next_step=f"Known: {', '.join(_KEYS)}.",
            )
    return tables
