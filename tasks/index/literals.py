"""What every name must hold that a regular expression matches: a prefilter, never an answer.

Read is RE2's syntax, and only as far as it is plain: what a group, a class or flags could say is
left out, so that the literals found are always required.
"""

import re
from dataclasses import dataclass, field
from typing import Final

_CLASS: Final = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_FLAGS: Final = re.compile(r"\(\?[a-zA-Z-]*\)")
_REPETITION: Final = re.compile(r"[*?]\??|\{\d*,?\d*\}\??")
_ONE_CHARACTER: Final = frozenset("dDwWsSanrtfv")
_NO_CHARACTER: Final = frozenset("bBAz")


@dataclass(frozen=True, slots=True)
class Literals:
    """What is required of a name, in the case in which it is written."""

    prefix: str = ""  # with which the name begins
    inside: tuple[str, ...] = ()  # each somewhere in the name; none is empty


@dataclass(slots=True)
class _Branch:
    """One of the alternatives, as far as it is read."""

    is_anchored: bool = False  # its first run begins the name
    runs: list[str] = field(default_factory=lambda: [""])

    def end_run(self) -> None:
        self.runs.append("")

    def literals(self) -> Literals:
        prefix = self.runs[0] if self.is_anchored else ""
        return Literals(prefix, tuple(run for run in self.runs if run))


def required_literals(pattern: str) -> tuple[Literals, ...]:
    """Return what a match of a valid regular expression holds: all of one of the alternatives.

    Nothing is required where the expression is not plain. Source:
    https://github.com/google/re2/wiki/Syntax.
    """
    branches, at = [_Branch()], 0
    while at < len(pattern):
        step = _read(pattern, at, branches)
        if step is None:
            return (Literals(),)
        at = step
    return tuple(branch.literals() for branch in branches)


def _read(pattern: str, at: int, branches: list[_Branch]) -> int | None:
    """Read what stands at a place; return the next place, None where nothing can be said."""
    branch, character = branches[-1], pattern[at]
    if repeated := _REPETITION.match(pattern, at):
        branch.runs[-1] = branch.runs[-1][:-1]
        branch.end_run()
        return repeated.end()
    if character in _READ:
        return _READ[character](pattern, at, branch)
    if character == "|":
        branches.append(_Branch())
    elif character == "^" and branch.runs == [""]:
        branch.is_anchored = True
    elif character in ".^$+{":
        branch.end_run()
    else:
        branch.runs[-1] += character
    return at + 1


def _after_class(pattern: str, at: int, branch: _Branch) -> int | None:
    found = _CLASS.match(pattern, at)
    branch.end_run()
    return found.end() if found else None


def _after_escape(pattern: str, at: int, branch: _Branch) -> int | None:
    escaped = pattern[at + 1]
    if escaped in _ONE_CHARACTER | _NO_CHARACTER:
        branch.end_run()
    elif escaped.isalnum():
        return None
    else:
        branch.runs[-1] += escaped
    return at + 2


def _after_group(pattern: str, at: int, branch: _Branch) -> int | None:
    """Skip a group whole: it may be repeated no times, and its alternatives are not read."""
    if _FLAGS.match(pattern, at):
        return None  # they change the rest
    depth, inner = 0, _Branch()
    while at < len(pattern):
        character = pattern[at]
        if character in "[\\":
            step = _READ[character](pattern, at, inner)
            if step is None:
                return None
            at = step
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        at += 1
        if not depth:
            branch.end_run()
            return at
    return None


_READ: Final = {"[": _after_class, "(": _after_group, "\\": _after_escape}
