"""What the holes of a statement can be filled with: constants, loops, callers and aliases."""

import re
from typing import Final

from tree_sitter import Node

from verification.inventory.bindings import Value, bare, scope_of
from verification.inventory.callers import arguments_for, is_parameter
from verification.inventory.loops import looped_over, near_text
from verification.inventory.project import Filled, Project, Unit
from verification.inventory.scanning import unfolded

_MAX_DEPTH: Final = 3
_MAX_VALUES: Final = 24
_PREPROCESSED: Final = frozenset({"arduino", "c", "cpp", "cuda", "objc"})
_BARE_WORDS: Final = frozenset({"bash", "fish", "tcl"})  # languages whose strings need no quotes
_DEFAULT: Final = re.compile(r"[\"']?\$\{\w+:?[-=]([^}]*)\}[\"']?")  # of a shell
_QUOTED: Final = re.compile(r"""(["'`])((?:(?!\1)[^\\\n])*)\1""")
_STRING: Final = re.compile(r'"([^"]*)"')
_SYMBOL: Final = re.compile(r"(?<![\w:]):(\w+)\b")  # Ruby
_PATH: Final = re.compile(r"[&*$@#({\s]*([A-Za-z_][\w]*(?:\s*(?:\.|->|::)\s*\w+)*)")
_WRAPPED: Final = re.compile(
    r"^(?:\w+[.:]+)*(?:str|String|quote\w*|escape\w*|ident\w*|Identifier|sorted|list|set|tuple"
    r"|reversed|iter|SQL|raw|quoted|sqlite3_escape|to_s|as_str|clone|to_string|literal)!?\s*\("
)


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


def _defined(name: str, unit: Unit, project: Project) -> tuple[Filled, ...]:
    """Find what a macro of C stands for: its text is no string to the grammar."""
    form = rf"#[ \t]*define[ \t]+{re.escape(name)}[ \t]+((?:[^\\\n]|\\\r?\n|\\.)+)"
    if unit.source.language not in _PREPROCESSED:
        return ()
    for other in project.units:
        found = re.search(form, other.text) if f"define {name}" in other.text else None
        said = _STRING.fullmatch(unfolded(found[1]).strip()) if found else None
        if said:
            return (Filled(said[1].replace("\n", ""), (), f"{name} of {other.place}", False),)
    return ()


def _as_filled(values: list[Value], name: str, place: str) -> tuple[Filled, ...]:
    return tuple(
        Filled(value.text, value.holes, f"{name} of {place}:{value.line}", value.is_item)
        for value in values
    )


def _looped(
    name: str, node: Node | None, unit: Unit, project: Project, depth: int
) -> tuple[Filled, ...]:
    """Find what the loop runs over whose variable the name is."""
    for region in looped_over(name, node, unit):
        found = _listed(region, node, unit, project, depth)
        if found:
            return found
    return ()


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
    near, place = near_text(node, unit)
    escaped = re.escape(name)
    form = rf"{escaped}\s*(?::[^=\n]*)?:?=(?!=)\s*([^\n;]+)"
    found = [
        match
        for match in re.finditer(form, near[:place])
        if not re.match(r"[\w.]", near[max(0, match.start() - 1) : match.start()])
    ]
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
    if depth >= _MAX_DEPTH:
        return ()
    found: dict[str, Filled] = {}
    for argument in arguments_for(name, node, project):
        why = f"{argument.callee} is called with it in {argument.unit.place}"
        for filled in fillings(argument.text, argument.node, argument.unit, project, depth + 1):
            found.setdefault(filled.text, Filled(filled.text, filled.holes, why, False))
    return tuple(found.values())


def plain(text: str) -> str:
    """Return a filling on as many lines as it is filled into: none of its own."""
    return text.replace("\n", "\r")
