"""What a hole can be filled with: constants, loops over lists, parameters and their callers."""

import re
from dataclasses import dataclass, field
from typing import Final

from tree_sitter import Node

from verification.inventory.bindings import (
    Bindings,
    Value,
    bare,
    bindings_of,
    function_around,
    scope_of,
)
from verification.inventory.languages import family_of
from verification.inventory.literals import Literal, Source
from verification.inventory.statements import HOLE

_MAX_DEPTH: Final = 3
_MAX_VALUES: Final = 24
_PREPROCESSED: Final = frozenset({"arduino", "c", "cpp", "cuda", "objc"})
_BARE_WORDS: Final = frozenset({"bash", "fish", "tcl"})  # languages whose strings need no quotes
_NEAR_BYTES: Final = 8000  # how far above a place its loop or its variable is looked for
_SMALL_BYTES: Final = 200  # of a function that is given to another one in place
_SIGNATURE_BYTES: Final = 600
_DEFAULT: Final = re.compile(r"[\"']?\$\{\w+:?[-=]([^}]*)\}[\"']?")  # of a shell
_QUOTED: Final = re.compile(r"""(["'`])((?:(?!\1)[^\\\n])*)\1""")
_SYMBOL: Final = re.compile(r"(?<![\w:]):(\w+)\b")  # Ruby
_PATH: Final = re.compile(r"[&*$@#({\s]*([A-Za-z_][\w]*(?:\s*(?:\.|->|::)\s*\w+)*)")
_WRAPPED: Final = re.compile(
    r"^(?:\w+[.:]+)*(?:str|String|quote\w*|escape\w*|ident\w*|Identifier|sorted|list|set|tuple"
    r"|reversed|iter|SQL|raw|quoted|sqlite3_escape|to_s|as_str|clone|to_string|literal)!?\s*\("
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A passage with what was found in it."""

    place: str  # code root/file
    source: Source
    literals: tuple[Literal, ...]
    bindings: Bindings
    text: str


@dataclass(frozen=True, slots=True)
class Project:
    """What the files of a search know of each other."""

    wanted: frozenset[str]  # folded names of tables
    named: frozenset[str] = frozenset()  # and of those whose triggers reach them
    units: list[Unit] = field(default_factory=list)
    constants: dict[tuple[str, str], list[Value]] = field(default_factory=dict)  # by family, name
    known: dict[tuple[str, int, int], tuple["Filled", ...]] = field(default_factory=dict)

    spoken: dict[str, list[Unit]] = field(default_factory=dict)  # by a word in their text

    def units_with(self, word: str) -> list[Unit]:
        """Return the units whose text holds a word."""
        if word not in self.spoken:
            self.spoken[word] = [unit for unit in self.units if word in unit.text]
        return self.spoken[word]

    def learn(self, unit: Unit) -> None:
        """Take up a unit, and what it binds outside of functions."""
        self.units.append(unit)
        family = family_of(unit.source.language)
        for name, values in unit.bindings.items():
            common = [value for value in values if value.is_global]
            if common:
                self.constants.setdefault((family, name), []).extend(common)

    def constants_for(self, name: str, unit: Unit) -> list[Value]:
        """Return what a name stands for in the files whose constants a unit can have."""
        family = family_of(unit.source.language)
        shared = self.constants.get(("", name), []) if family else []
        return self.constants.get((family, name), []) + shared

    def is_named_in(self, text: str) -> bool:
        """Whether a text may name a table, at a glance."""
        low = text.lower()
        return any(name in low for name in self.named or self.wanted)


@dataclass(frozen=True, slots=True)
class Filled:
    """One way to fill a hole, and where that is said."""

    text: str
    holes: tuple[str, ...]
    why: str
    is_item: bool


def unit_of(place: str, source: Source, literals: tuple[Literal, ...]) -> Unit:
    """Collect what a passage binds."""
    text = source.data.decode("utf-8", "replace")
    return Unit(place, source, literals, bindings_of(literals), text)


def fillings(
    expression: str, node: Node | None, unit: Unit, project: Project, depth: int = 0
) -> tuple[Filled, ...]:
    """Return what an expression can stand for; nothing where that cannot be told."""
    expression = expression.strip()
    if depth > _MAX_DEPTH or not expression:
        return ()
    key = (expression, id(unit), -1 if node is None else node.start_byte)
    if key not in project.known:
        project.known[key] = ()  # what stands for itself stands for nothing
        project.known[key] = _fillings(expression, node, unit, project, depth)
    return project.known[key]


def _fillings(
    expression: str, node: Node | None, unit: Unit, project: Project, depth: int
) -> tuple[Filled, ...]:
    said = [match[2] for match in _QUOTED.finditer(expression)]
    tables = [word for word in said if word.lower() in project.wanted]
    is_said = _QUOTED.fullmatch(re.sub(r"^[\w.:>${#-]*\(\s*|\s*\)\}?$", "", expression))
    if tables or (said and is_said):
        return tuple(Filled(word, (), "said in place", False) for word in tables or said)
    wrapped = _WRAPPED.match(expression.lstrip("${#"))
    path = _PATH.match(expression.lstrip("${#")[wrapped.end() :] if wrapped else expression)
    if path is None:
        return ()
    name = bare(path[1])
    names = (
        [name] if re.fullmatch(r"\w+", path[1]) else [name, *re.findall(r"\w+", path[1])[-2::-1]]
    )
    for word in names:
        found = _named(word, node, unit, project, depth)
        if found:
            return found[:_MAX_VALUES]
    return ()


def _named(
    name: str, node: Node | None, unit: Unit, project: Project, depth: int
) -> tuple[Filled, ...]:
    scope = -1 if node is None else scope_of(node)
    local = unit.bindings.get(name, [])
    near = [value for value in local if value.scope == scope] or [
        value for value in local if value.is_global
    ]
    if near:
        return _as_filled(near, name, unit.place)
    looped = _looped(name, node, unit, project, depth)
    if looped:
        return looped
    passed = _passed(name, node, project, depth)
    if passed:
        return passed
    aliased = _aliased(name, node, unit, project, depth)
    if aliased:
        return aliased
    everywhere = project.constants_for(name, unit) if len(name) > 1 else []
    if node is not None and is_parameter(name, node):  # no constant, but an option may be its name
        everywhere = [value for value in everywhere if value.text.lower() in project.wanted]
        return _as_filled(everywhere, name, "another file")
    return _as_filled(everywhere, name, "another file") or _defined(name, unit, project)


def is_parameter(name: str, node: Node) -> bool:
    """Whether a name is a parameter of the function around a node."""
    function = function_around(node)
    if function is None:
        return False
    head = (function.text or b"")[:_SIGNATURE_BYTES].decode("utf-8", "replace")
    opened = head.find("(", head.find(")") if head.startswith("func (") else 0)
    signature = head[opened : _closing(head, opened)] if opened >= 0 else ""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", signature) is not None


def _defined(name: str, unit: Unit, project: Project) -> tuple[Filled, ...]:
    """Find what a macro of C stands for: its text is no string to the grammar."""
    form = rf'#[ \t]*define[ \t]+{re.escape(name)}[ \t]+"([^"\n]*)"'
    if unit.source.language not in _PREPROCESSED:
        return ()
    for other in project.units:
        found = re.search(form, other.text) if f"define {name}" in other.text else None
        if found:
            return (Filled(found[1], (), f"{name} of {other.place}", False),)
    return ()


def _as_filled(values: list[Value], name: str, place: str) -> tuple[Filled, ...]:
    return tuple(
        Filled(value.text, value.holes, f"{name} of {place}:{value.line}", value.is_item)
        for value in values
    )


def _looped(
    name: str, node: Node | None, unit: Unit, project: Project, depth: int
) -> tuple[Filled, ...]:
    """Find the loop whose variable the name is, and what it runs over."""
    word = rf"(?<![\w.]){re.escape(name)}\b"
    forms = (
        rf"\b(?:for|foreach|each)\b[^\n;]{{0,60}}?{word}[^\n;]{{0,60}}?"
        r"(?:\bin\b|\bof\b|=?\s*\brange\b|<-|:(?![=:])|=(?![=>]))",
        rf"\bfor(?:each)?\s+(?:my\s+|our\s+)?[$@]{re.escape(name)}\b",
        rf"\bforeach\s*\((?=[^\n]*\bas\b[^\n]*\$?{word})",
    )
    near, place = _near(node, unit)
    for form in forms:
        found = list(re.finditer(form, near, re.IGNORECASE))
        if found:
            before_it = [match for match in found if match.start() < place]
            loop = before_it[-1] if before_it else found[0]
            return _items(near[loop.end() : loop.end() + 1500], node, unit, project, depth)
    each = (
        r"(?:\.\s*(?:forEach|each\w*|map|flatMap|iter\(\)[\w.()]*)|\bdoseq)[\s({\[|]*(?:do\s*)?"
        rf"(?:async\s*)?(?:function\s*)?[\s(|\[]*{word}"
    )
    found = [match for match in re.finditer(each, near) if match.start() < place]
    if not found and name == "it":  # Kotlin, Groovy: the variable that a closure need not name
        found = list(re.finditer(r"\.\s*(?:forEach|each|map)\s*\{", near[:place]))
    if not found:
        return ()
    before = near[: found[-1].start()].rstrip()
    start = _opening(before) if before[-1:] in {")", "]", "}"} else None
    if start is None:
        receiver = re.search(r"[\w.$@]+$", before)
        region = receiver[0] if receiver else ""
    else:
        region = before[start:]
    return _listed(region, node, unit, project, depth)


def _near(node: Node | None, unit: Unit) -> tuple[str, int]:
    """Return the text from the start of the function around a place to a little behind it.

    The place in that text comes with it, in characters.
    """
    if node is None:
        return unit.text, len(unit.text)
    function = function_around(node)
    while function is not None and function.end_byte - function.start_byte < _SMALL_BYTES:
        function = function_around(function)
    start = 0 if function is None else function.start_byte
    data = unit.source.data
    start = max(start, node.start_byte - _NEAR_BYTES)
    lead = data[start : node.start_byte].decode("utf-8", "replace")
    return lead + data[node.start_byte : node.end_byte + 400].decode("utf-8", "replace"), len(lead)


def _items(
    rest: str, node: Node | None, unit: Unit, project: Project, depth: int
) -> tuple[Filled, ...]:
    """Read what a loop runs over: a list in place, a name, or bare words of a shell."""
    rest = rest.lstrip()
    head = re.match(r"(?:new\s+)?[\[\]\w.$@&*:!\"%]*(?:(?<=\])\s*)?[\[({]", rest)
    line = rest.split("\n", 1)[0]
    if head and (head.end() <= len(line) + 1):
        region = rest[: _closing(rest, head.end() - 1)]
        found = _listed(region, node, unit, project, depth)
        if found:
            return found
    return _listed(re.split(r"[;){]|\bdo\b|:\s", f"{line} ")[0], node, unit, project, depth)


def _listed(
    region: str, node: Node | None, unit: Unit, project: Project, depth: int
) -> tuple[Filled, ...]:
    said = [match[2] for match in _QUOTED.finditer(region)] + _SYMBOL.findall(region)
    bare_words = [word for word in re.findall(r"\w+", region) if word.lower() in project.wanted]
    if said or bare_words:
        words = dict.fromkeys(said + [word for word in bare_words if word not in said])
        return tuple(Filled(word, (), "a list in place", True) for word in words)
    for path in _PATH.finditer(region):
        if bare(path[1]) in {"sorted", "list", "range", "enumerate", "reversed", "string", "in"}:
            continue
        found = fillings(path[1], node, unit, project, depth + 1)
        if found:
            return found
    return ()


def _aliased(
    name: str, node: Node | None, unit: Unit, project: Project, depth: int
) -> tuple[Filled, ...]:
    """Follow ``name = other``, the last time it is said before the place."""
    near, place = _near(node, unit)
    escaped = re.escape(name)
    form = rf"(?<![\w.]){escaped}\s*(?::[^=\n]*)?:?=(?!=)\s*([^\n;]+)"
    found = list(re.finditer(form, near[:place]))
    if not found and f".{name}" in unit.text:
        found = list(re.finditer(rf"\.{escaped}\s*=(?!=)\s*([^\n;]+)", unit.text))
    if not found or re.fullmatch(rf"\W*(?:\w+\.)*{re.escape(name)}\W*", found[-1][1]):
        parameter = _assigned_parameter(name, unit)
        return () if parameter is None else _passed(name, parameter, project, depth)
    said = found[-1][1].strip()
    default = _DEFAULT.fullmatch(said)
    said = default[1] if default else said
    if unit.source.language in _BARE_WORDS and said.lower() in project.wanted:
        return (Filled(said, (), f"{name} of {unit.place}", False),)
    return fillings(said, node, unit, project, depth + 1)


def _assigned_parameter(name: str, unit: Unit) -> Node | None:
    """Return a node inside of the function that does ``self.name = name``."""
    found = re.search(rf"\.{re.escape(name)}\s*=\s*{re.escape(name)}\b", unit.text)
    if found is None:
        return None
    place = len(unit.text[: found.start()].encode())
    return unit.source.tree.root_node.descendant_for_byte_range(place, place)


def _passed(name: str, node: Node | None, project: Project, depth: int) -> tuple[Filled, ...]:
    """Find what the callers of the function around a place pass for a parameter."""
    function = None if node is None else function_around(node)
    if function is None:
        return ()
    head = (function.text or b"")[:600].decode("utf-8", "replace")
    signature = re.search(r"(\w+)\s*(?:<[^>]*>)?[!?]?\s*\(([^)]*)\)", head, re.DOTALL)
    if head.startswith("func ("):  # Go: the receiver stands before the name
        signature = re.search(r"\)\s*(\w+)\s*\(([^)]*)\)", head, re.DOTALL)
    if signature is None:
        return ()
    parameters = [part.strip() for part in _parts(signature[2])]
    places = [
        place
        for place, part in enumerate(parameters)
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", re.split(r"[=]", part)[0])
    ]
    if not places:
        return ()
    bound_first = re.match(r"[&*]?(?:mut\s+)?(?:self|cls|this)\b", parameters[0]) is not None
    callee = signature[1]
    if callee in {"__init__", "constructor", "new", "initialize", "__construct"}:
        callee = _class_around(function) or callee
    found: dict[str, Filled] = {}
    for other in project.units_with(callee):
        for argument in _arguments(callee, name, places[0] - bound_first, other.text):
            if argument == name or depth >= _MAX_DEPTH:
                continue
            for filled in fillings(argument, None, other, project, depth + 1):
                why = f"{callee} is called with it in {other.place}"
                found.setdefault(filled.text, Filled(filled.text, filled.holes, why, False))
    return tuple(found.values())


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


def _arguments(callee: str, name: str, place: int, text: str) -> list[str]:
    found: list[str] = []
    for call in re.finditer(
        rf"(?<!def )(?<!func )(?<!fn )(?<!function )\b{re.escape(callee)}\s*\(", text
    ):
        end = _closing(text, call.end() - 1)
        parts = _parts(text[call.end() : end - 1])
        keyword = [part for part in parts if re.match(rf"\s*{re.escape(name)}\s*[=:]", part)]
        if keyword:
            found.append(re.split(r"[=:]", keyword[0], maxsplit=1)[1].strip())
        elif 0 <= place < len(parts):
            found.append(parts[place].strip())
    return found


def _parts(text: str) -> list[str]:
    parts = [""]
    depth = 0
    for piece in re.findall(r""""[^"\n]*"|'[^'\n]*'|.""", text, re.DOTALL):
        depth += (piece in {"(", "[", "{"}) - (piece in {")", "]", "}"})
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, min(len(text), opening + 3000)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return place + 1
    return min(len(text), opening + 3000)


def _opening(text: str) -> int | None:
    depth = 0
    for place in range(len(text) - 1, max(-1, len(text) - 3000), -1):
        depth += (text[place] in ")]}") - (text[place] in "([{")
        if depth == 0:
            return place
    return None


def plain(text: str) -> str:
    """Return a filling on as many lines as it is filled into: none of its own."""
    return text.replace("\n", "\r")


__all__ = ["HOLE", "Filled", "Project", "Unit", "fillings", "plain", "unit_of"]
