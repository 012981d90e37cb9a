"""What code puts behind a text that breaks off where the name of a table must stand."""

import re
from typing import Final

from verification.inventory.bindings import bound, target_of
from verification.inventory.contexts import is_run, is_spoken_of
from verification.inventory.literals import Literal
from verification.inventory.project import Unit

_OPEN_END: Final = re.compile(
    r"\b(?:FROM|JOIN|INTO|(?:^|[\s(])UPDATE(?:\s+OR\s+\w+)?|TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?)"
    r"(?P<gap>\s*)[\"'`\[]?\s*$",
    re.IGNORECASE,
)
_RESUMES: Final = re.compile(
    r"""\s*["'`\]]|\s+(?:WHERE|SET|VALUES|SELECT|DEFAULT|AS|ON|ORDER|GROUP|LIMIT|JOIN|USING)\b
    |\s*\((?!\s*SELECT\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_COMPARED: Final = re.compile(
    r"(?:[=!]==?|<>|~=|\b(?:in|case|when|is|like)|(?i:starts_?with|has_?prefix|contains?|includes"
    r"|\w*equals?\w*|eq|assert\w*|str\w*cmp|index\w*|find|match\w*|search|compile|test|replace\w*|split|strip|prefix|count)\s*\()"
    r"\s*\(?\s*\w?$"
)
_COMPARES: Final = re.compile(r"\s*(?:[=!]==?|<>|=>|:(?!:)|in\b|\?)")
_NEXT: Final = r"(?P<next>[&*$@:]?\"[^\"\n]*\"|'[^'\n]*'|[&*$@:]?[A-Za-z_][\w.$>:-]*)"
_JOINED: Final = re.compile(
    r"s?v?[\s)]*(?:\.(?:to_string|to_owned|into|to_s|freeze|clone)(?:\(\))?)?[\s)]*"
    r"(?:(?P<comma>,)|\+\+?|\.\.|<>|<<|&|\|\||~|\.(?:concat|append|plus|arg|push_str|write)\w*\s*\("
    rf"|\.(?=\s*[$\"']))\s*{_NEXT}",
    re.IGNORECASE,
)
_HOLDS: Final = re.compile(r"(?:[=({:]|<-|\breturn|\b[a-z]\w*\s+:?=)\s*\w?$")
_LISP: Final = re.compile(r"\(\s*(?:str|concat\w*)\s+$")
_LISP_BEHIND: Final = re.compile(rf"\s+(?P<comma>,)?{_NEXT}")
_GATHERS: Final = re.compile(
    r"(?i)\b(?:join\w*|unwords|implode|paste0?|str_?c|str_?cat|concat\w*|sprint\w*)\b"
)
_ADDS: Final = r"(?:\+=|\.=|\.\.=|~=|<<|\|\|=|<>=|\+\+=)"
_APPENDS: Final = (
    r"(?:append|push_?str|push|concat|write|add|insert|extend|print|unshift)\w*!?\s*\(\s*\[?"
)
_REACH: Final = 1500  # bytes behind a text in which it goes on
_NEAR: Final = 120


def breaks_off(text: str) -> bool:
    """Whether the name of a table must follow a text."""
    return _OPEN_END.search(text) is not None


def resumes(text: str) -> bool:
    """Whether a text goes on behind the name of a table."""
    return _RESUMES.match(text) is not None


def continuation(literal: Literal, unit: Unit) -> str | None:
    """Return what the code puts behind a text that breaks off; empty where that cannot be told.

    None: nothing follows. The text is compared with, or is one of a list of words.
    """
    data = unit.source.data
    start, end = literal.node.start_byte, literal.node.end_byte
    before = data[max(0, start - _NEAR) : start].decode("utf-8", "replace")
    behind = data[end : end + _REACH].decode("utf-8", "replace")
    target = target_of(literal)
    if _COMPARED.search(before) or _COMPARES.match(behind) or not _is_sql(literal, target):
        return None
    has_gap = literal.text[-1:].isspace() or literal.text[-1:] in {'"', "`", "["}
    near = (_LISP_BEHIND if _LISP.search(before) else _JOINED).match(behind)
    if near and (has_gap or not near["comma"] or _is_gathered(before, behind)):
        return near["next"]
    later = _later(target, behind)
    if later:
        return later["next"]
    return "" if has_gap and not near and _is_held(literal, target, before, unit) else None


def _is_held(literal: Literal, target: str | None, before: str, unit: Unit) -> bool:
    """Whether code keeps or passes on a text, and does not only compare with it."""
    binding = bound(literal.node)
    if not _HOLDS.search(before) or (binding is not None and binding.is_item):
        return False
    if len(literal.text.split()) == 1 and not is_spoken_of(target):  # a word that others say too
        return False
    word = re.compile(rf"(?<!\w){re.escape(target or '')}(?!\w)(?!\s*:?=(?!=))")
    uses = list(word.finditer(unit.text)) if target else []
    return not uses or not all(
        _COMPARED.search(unit.text, max(0, use.start() - _NEAR), use.start())
        or _COMPARES.match(unit.text, use.end())
        for use in uses
    )


def _is_sql(literal: Literal, target: str | None) -> bool:
    """Whether case, name or call make a piece of SQL of a text."""
    words = re.findall(r"[A-Za-z]+", literal.text)
    is_upper = bool(words) and words[0].isupper() and words[-1].isupper()
    return is_upper or is_spoken_of(target) or is_run(literal.node)


def _is_gathered(before: str, behind: str) -> bool:
    line = before[before.rfind(";") + 1 :]
    return bool(_GATHERS.search(line) or _GATHERS.search(behind[:_NEAR].split(";", maxsplit=1)[0]))


def _later(target: str | None, behind: str) -> re.Match[str] | None:
    """Find what is put behind the text in a call or a statement of its own."""
    own = re.match(rf"\s*\)+\s*;?\s*(?:\w+(?:\.|->))?{_APPENDS}{_NEXT}", behind, re.IGNORECASE)
    if own or not target:
        return own
    name = rf"(?<!\w){re.escape(target)}"
    puts = (
        rf"{name}\s*{_ADDS}|{name}\s*:?=\s*[$@]?{name}\s*[+.&|~<>]+"
        rf"|{name}\s*(?:\.|->|::)\s*{_APPENDS}|\bstr\w*cat\w*\(\s*{name}\s*,"
    )
    return re.search(rf"(?:{puts})\s*{_NEXT}", behind)
