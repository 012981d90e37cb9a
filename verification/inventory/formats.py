"""Placeholders of format strings, and what the code puts into them."""

import re
from typing import Final

from tree_sitter import Node

from verification.inventory.brackets import parted
from verification.inventory.statements import HOLE

_TOKEN: Final = re.compile(
    rf"""%?{HOLE} | \?\?(?![\w?]) | \bsqlc\.\w+\([^()]*\)
    | \{{\{{.*?\}}\}} | \{{%.*?%\}} | [$#]?\{{(?P<name>[^{{}}\n]*)\}}
    | %?%\((?P<key>\w+)\)[sdr]
    | %?%(?:\d+\$)?[-+0-9.*]*(?:hh?|ll?|[zjtL]|I64)?[sdqvwruifxXgceopzT@](?!\w)
    | (?:(?<=FROM\ )|(?<=JOIN\ )|(?<=INTO\ )|(?<=UPDATE\ )|(?<=TABLE\ ))
    (?:\$(?P<variable>\w+)|%(?P<place>\d)(?!\w))""",
    re.VERBOSE | re.IGNORECASE,
)
_FORMATS: Final = re.compile(
    r"(?:printf|format|formatted|sprintf|mprintf|fmt|snprintf|errorf|execf|stringf)\w*[!\s]*\($|"
    r"(?:asprintf|printf|format|Formatter|Sprintf)\b",
    re.IGNORECASE,
)
_QT: Final = re.compile(r"(?:\.arg\((?:[^()\n]|\(\))*\)\s*)+")
_LEVELS: Final = 8
_ARGUMENTS: Final = re.compile(r"argument|token_tree|tuple|^list$|parameters|paren")
_NAMED: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:=(?!=)|:)\s*(.+)", re.DOTALL)
_QUOTED_KEY: Final = re.compile(r"""\s*["'](\w+)["']\s*(?::|=>)\s*(.+)""", re.DOTALL)


def marked(
    text: str, holes: tuple[str, ...], node: Node | None = None
) -> tuple[str, tuple[str, ...]]:
    """Mark every placeholder as a hole, and name what fills each, in their order."""
    given = iter(holes)
    named: list[str] = []

    def mark(token: re.Match[str]) -> str:
        if token[0].endswith(HOLE):
            named.append(next(given, ""))
        else:
            named.append(token["name"] or token["key"] or token["variable"] or token["place"] or "")
        return HOLE + "\n" * token[0].count("\n")

    out = _TOKEN.sub(mark, text)
    if node is None or out == text:
        return out, tuple(named)
    chained = _chained(node)
    positional, keywords = (chained, {}) if chained else _arguments(node)
    arguments = iter(positional)
    filled = []
    for name in named:
        key = re.split(r"[.\[!:]", name)[0].strip()
        if not name or key.isdecimal():
            at = positional[int(key)] if key.isdecimal() and int(key) < len(positional) else None
            filled.append(at or next(arguments, ""))
        else:
            filled.append(keywords.get(key, name))
    return out, tuple(filled)


def _arguments(node: Node) -> tuple[list[str], dict[str, str]]:
    """Return what stands beside a format string: by position, and by name."""
    above = node.parent
    while above is not None and above.type.startswith("parenthesi"):
        node, above = above, above.parent
    if above is None:
        return [], {}
    if _is_receiver_of_format(node, above):
        return _split(above.named_children[-1])
    if any(child.text == b"%" for child in above.children):
        right = above.named_children[-1] if above.named_children else None
        return _split(right) if right is not None and right.id != node.id else ([], {})
    method = above.parent
    if method is not None and method.named_child_count > 1:
        tail = _text(above)[-12:].rstrip("( ")
        if tail.lower().endswith(("format", "formatted")):
            return _split(method.named_children[-1])
    if above.type in {"argument", "value_argument"} and method is not None:  # C#, PHP, Kotlin
        node, above = above, method
        method = above.parent
    if _ARGUMENTS.search(above.type) or (method is not None and _ARGUMENTS.search(above.type)):
        siblings = list(above.named_children)
        places = [place for place, child in enumerate(siblings) if child.id == node.id]
        if places and _is_format_call(above):
            return _sorted_out([_text(child) for child in siblings[places[0] + 1 :]])
    return [], {}


def _chained(node: Node) -> list[str]:
    """Return what Qt fills into a string, from its second place: it counts from 1."""
    top = node
    for _ in range(_LEVELS):
        if top.parent is None or re.search(r"statement|declar", top.parent.type):
            break
        top = top.parent
    behind = (top.text or b"")[node.end_byte - top.start_byte :].decode("utf-8", "replace")
    given = _QT.match(behind.lstrip(") \t\n"))
    if given is None:
        return []
    listed = parted(given[0].partition("(")[2].replace(".arg(", ",").replace(")", ""))
    return ["", *(argument.strip() for argument in listed)]


def _is_receiver_of_format(node: Node, call: Node) -> bool:
    """Whether a call formats a string that stands before its name, as Java has it."""
    behind = (call.text or b"")[node.end_byte - call.start_byte :][:16]
    return re.match(rb"\s*\.format(?:ted)?\s*\(", behind) is not None


def _is_format_call(arguments: Node) -> bool:
    call = arguments.parent
    if call is None:
        return False
    name = (call.text or b"")[: max(0, arguments.start_byte - call.start_byte)].decode(
        "utf-8", "replace"
    )
    return bool(_FORMATS.search(name))


def _split(node: Node) -> tuple[list[str], dict[str, str]]:
    if _ARGUMENTS.search(node.type) or node.type in {"dictionary", "hash", "object"}:
        return _sorted_out([_text(child) for child in node.named_children])
    return [_text(node)], {}


def _sorted_out(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    positional = []
    keywords = {}
    for argument in arguments:
        named = _NAMED.fullmatch(argument) or _QUOTED_KEY.fullmatch(argument)
        if named:
            keywords[named[1]] = named[2]
        else:
            positional.append(argument)
    return positional, keywords


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
