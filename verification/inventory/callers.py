"""What the callers of a function pass for one of its parameters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from tree_sitter import Node

from verification.inventory.bindings import function_around
from verification.inventory.brackets import closing, parted
from verification.inventory.project import Call, Project, Unit

_SIGNATURE_BYTES: Final = 600
_CALL_BYTES: Final = 3000
_MAX_CALLS: Final = 200  # of a name; what is called more often is many functions of that name
_DEFINES: Final = re.compile(rb"(?:\b(?:def|func|fn|fun|sub|function)\s+|func \([^)\n]*\)\s*)$")
_MAKERS: Final = frozenset({"__init__", "constructor", "new", "initialize", "__construct"})


@dataclass(frozen=True, slots=True)
class Argument:
    """What one call passes."""

    text: str
    callee: str
    node: Node | None  # where the call is
    unit: Unit


def is_parameter(name: str, node: Node) -> bool:
    """Whether a name is a parameter of the function around a node."""
    function = function_around(node)
    if function is None:
        return False
    head = (function.text or b"")[:_SIGNATURE_BYTES].decode("utf-8", "replace")
    opened = head.find("(", head.find(")") if head.startswith("func (") else 0)
    signature = head[opened : closing(head, opened)] if opened >= 0 else ""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", signature) is not None


def arguments_for(name: str, node: Node | None, project: Project) -> list[Argument]:
    """Return what callers pass for a parameter of the function around a place."""
    function = None if node is None else function_around(node)
    signature = None if function is None else _signature(function)
    if function is None or signature is None:
        return []
    callee, listed = signature
    parameters = [part.strip() for part in parted(listed)]
    places = [
        place
        for place, part in enumerate(parameters)
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", re.split(r"[=]", part)[0])
    ]
    if not places:
        return []
    is_bound = re.match(r"[&*]?(?:mut\s+)?(?:self|cls|this)\b", parameters[0]) is not None
    if callee in _MAKERS:
        callee = _class_around(function) or callee
    found = []
    for call in _calls_of(callee, project):
        text = _argument(call.arguments, name, places[0] - is_bound)
        if text is not None and text != name:
            root = call.unit.source.tree.root_node
            there = root.descendant_for_byte_range(call.first, call.first)
            found.append(Argument(text, callee, there, call.unit))
    return found


def _signature(function: Node) -> tuple[str, str] | None:
    """Return the name of a function, and its parameters as written."""
    head = (function.text or b"")[:_SIGNATURE_BYTES].decode("utf-8", "replace")
    form = r"(\w+)\s*(?:<[^>]*>)?[!?]?\s*\(([^)]*)\)"
    if head.startswith("func ("):  # Go: the receiver stands before the name
        form = r"\)\s*(\w+)\s*\(([^)]*)\)"
    found = re.search(form, head, re.DOTALL)
    return (found[1], found[2]) if found else None


def _class_around(node: Node) -> str | None:
    above = node.parent
    while above is not None:
        if re.search(r"class|impl|struct", above.type):
            found = re.search(
                r"(?:class|impl|struct)\s+(\w+)",
                (above.text or b"")[:200].decode("utf-8", "replace"),
            )
            return found[1] if found else None
        above = above.parent
    return None


def _calls_of(callee: str, project: Project) -> list[Call]:
    """Return the calls of a name; none where it is called too often to be one function's."""
    if callee not in project.calls:
        found: list[Call] = []
        for unit in project.units_with(callee):
            found += islice(_calls_in(callee, unit), _MAX_CALLS + 1)
            if len(found) > _MAX_CALLS:
                found = []
                break
        project.calls[callee] = found
    return project.calls[callee]


def _calls_in(callee: str, unit: Unit) -> Iterator[Call]:
    data = unit.source.data
    for call in re.finditer(re.escape(callee).encode() + rb"\s*\(", data):
        before = data[max(0, call.start() - 60) : call.start()]
        if re.search(rb"\w$", before) or _DEFINES.search(before):
            continue
        text = data[call.end() - 1 : call.end() + _CALL_BYTES].decode("utf-8", "replace")
        yield Call(unit, call.start(), tuple(parted(text[1 : closing(text, 0) - 1])))


def _argument(parts: tuple[str, ...], name: str, place: int) -> str | None:
    keyword = [part for part in parts if re.match(rf"\s*{re.escape(name)}\s*[=:]", part)]
    if keyword:
        return re.split(r"[=:]", keyword[0], maxsplit=1)[1].strip()
    return parts[place].strip() if 0 <= place < len(parts) else None
