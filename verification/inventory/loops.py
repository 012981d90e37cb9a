"""What a loop runs over, as the code says it, where a name is the variable of one."""

import re
from typing import Final

from tree_sitter import Node

from verification.inventory.bindings import function_around
from verification.inventory.brackets import closing, opening
from verification.inventory.project import Unit

_NEAR_BYTES: Final = 8000  # how far above a place its loop or its variable is looked for
_BEHIND_BYTES: Final = 400
_SMALL_BYTES: Final = 200  # of a function that is given to another one in place
_REACH: Final = 1500  # characters of what a loop runs over
_SPLIT: Final = r"\b(?:in|of)\b|(?<!:):(?![=:])"  # between the variable and the rest
_LOOPS: Final = re.compile(r"for|each", re.IGNORECASE)
_CALLS: Final = re.compile(r"each|\bmap|flatMap|iter|doseq", re.IGNORECASE)


def looped_over(name: str, node: Node | None, unit: Unit) -> tuple[str, ...]:
    """Return the code of what the loop runs over whose variable a name is, best guess first."""
    near, place = near_text(node, unit)
    if any(name in line and _LOOPS.search(line) for line in near.split("\n")):
        found = _statement(name, near, place)
        if found:
            return found
    return _call(name, near, place) if _CALLS.search(near) else ()


def near_text(node: Node | None, unit: Unit) -> tuple[str, int]:
    """Return the text from the start of the function around a place to a little behind it.

    The place in that text comes with it, in characters.
    """
    if node is None:
        return unit.text, len(unit.text)
    function = function_around(node)
    while function is not None and function.end_byte - function.start_byte < _SMALL_BYTES:
        function = function_around(function)
    start = 0 if function is None else function.start_byte
    start = max(start, node.start_byte - _NEAR_BYTES)
    end = min(node.end_byte, node.start_byte + _NEAR_BYTES) + _BEHIND_BYTES
    data = unit.source.data
    lead = data[start : node.start_byte].decode("utf-8", "replace")
    return lead + data[node.start_byte : end].decode("utf-8", "replace"), len(lead)


def _statement(name: str, near: str, place: int) -> tuple[str, ...]:
    word = rf"(?<![\w.]){re.escape(name)}\b"
    forms = (
        rf"\b(?:for|foreach|each)\b(?:(?!{_SPLIT})[^\n;]){{0,60}}?{word}[^\n;]{{0,60}}?"
        r"(?:\bin\b|\bof\b|=?\s*\brange\b|<-|:(?![=:])|=(?![=>]))",
        rf"\bfor(?:each)?\s+(?:my\s+|our\s+)?[$@]{re.escape(name)}\b",
        rf"\bforeach\s*\((?=[^\n]*\bas\b[^\n]*\$?{word})",
    )
    for form in forms:
        found = list(re.finditer(form, near, re.IGNORECASE))
        if found:
            before_it = [match for match in found if match.start() < place]
            loop = before_it[-1] if before_it else found[0]
            return _regions(near[loop.end() : loop.end() + _REACH])
    return ()


def _regions(rest: str) -> tuple[str, ...]:
    """Read what stands behind the head of a loop: a list in place, a name, or bare words."""
    rest = rest.lstrip()
    head = re.match(r"(?:new\s+)?[\[\]\w.$@&*:!\"%]*(?:(?<=\])\s*)?[\[({]", rest)
    line = rest.split("\n", 1)[0]
    plain = re.split(r"[;){]|\bdo\b|:\s", f"{line} ")[0]
    if head and (head.end() <= len(line) + 1):
        return rest[: closing(rest, head.end() - 1)], plain
    return (plain,)


def _call(name: str, near: str, place: int) -> tuple[str, ...]:
    each = (
        r"(?:\.\s*(?:forEach|each\w*|map|flatMap|iter\(\)[\w.()]*)|\bdoseq)[\s({\[|]*(?:do\s*)?"
        rf"(?:async\s*)?(?:function\s*)?[\s(|\[]*(?<![\w.]){re.escape(name)}\b"
    )
    found = [match for match in re.finditer(each, near) if match.start() < place]
    if not found and name == "it":  # Kotlin, Groovy: the variable that a closure need not name
        found = list(re.finditer(r"\.\s*(?:forEach|each|map)\s*\{", near[:place]))
    if not found:
        return ()
    before = near[: found[-1].start()].rstrip()
    start = opening(before) if before[-1:] in {")", "]", "}"} else None
    if start is not None:
        return (before[start:],)
    receiver = re.search(r"[\w.$@]+$", before[-_REACH:])
    return (receiver[0],) if receiver else ()
