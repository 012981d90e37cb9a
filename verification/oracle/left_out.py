"""What the index leaves out on purpose, of what ctags finds: by rules, each with its reason.

The rules are the ``left_out`` entries of ``kinds.toml``. They are asked only about tags that the
index lacks, so that none of them hides what is found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from verification.oracle.ctags import Tag
from verification.oracle.kinds import vocabulary

_KEYS: Final = frozenset(
    {"languages", "kinds", "name", "text", "unless", "scope", "is_local", "why"}
)

Place = tuple[str, int]  # path and line


@dataclass(frozen=True, slots=True)
class Rule:
    """Tags that the index lacks on purpose: all that it states must hold."""

    why: str
    languages: frozenset[str]  # none: every language
    kinds: frozenset[str]  # in the words of ctags; none: every kind
    name: str  # a pattern, is in its name
    text: str  # a pattern, is in its line; {name} in it is the tag's own
    unless: str  # the like, is not in its line; '' is in none
    scope: str  # a pattern, is in the path of the definition around it
    is_local: bool  # it is a value inside of a function

    def holds(self, language: str, tag: Tag, is_local: bool) -> bool:
        """Tell whether the rule speaks of a tag."""
        return (
            (not self.languages or language in self.languages)
            and (not self.kinds or tag.kind in self.kinds)
            and (is_local or not self.is_local)
            and bool(re.search(self.name, tag.name) and re.search(self.scope, tag.scope))
            and _is_in(self.text, tag)
            and not (self.unless and _is_in(self.unless, tag))
        )


def reason(language: str, tag: Tag, bodies: frozenset[Place]) -> str | None:
    """Return why the index leaves out a tag that it lacks; None where it should not."""
    kinds = vocabulary()["languages"][language]
    is_inside = kinds.get(tag.scope_kind) == "function" or (tag.path, tag.line) in bodies
    is_local = kinds[tag.kind] == "value" and is_inside
    return next((rule.why for rule in rules() if rule.holds(language, tag, is_local)), None)


def bodies_of(functions: Iterable[tuple[str, int, int]]) -> frozenset[Place]:
    """Return the lines inside of functions, told as (path, first line, last line).

    A function's first line is its own: what else stands there may be outside of it.
    """
    return frozenset(
        (path, line) for path, first, last in functions for line in range(first + 1, last + 1)
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order in which they are asked. Raises ValueError on unknown keys."""
    return tuple(_rule(entry) for entry in vocabulary()["left_out"])


def _rule(entry: dict[str, Any]) -> Rule:
    if entry.keys() - _KEYS:
        raise ValueError(f"kinds.toml: left_out has no {sorted(entry.keys() - _KEYS)}")
    return Rule(
        why=entry["why"],
        languages=frozenset(entry.get("languages", ())),
        kinds=frozenset(entry.get("kinds", ())),
        name=entry.get("name", ""),
        text=entry.get("text", ""),
        unless=entry.get("unless", ""),
        scope=entry.get("scope", ""),
        is_local=entry.get("is_local", False),
    )


def _is_in(pattern: str, tag: Tag) -> bool:
    return bool(re.search(pattern.replace("{name}", re.escape(tag.name)), tag.text))
