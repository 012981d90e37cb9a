"""Names that code gives to strings: constants, lists, tables of queries, and what is appended."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tree_sitter import Node

from verification.inventory.formats import marked
from verification.inventory.literals import Literal
from verification.inventory.statements import HOLE

_BINDS: Final = re.compile(
    r"assign|declar|defin|const|let|static|var|field|attribute|preproc|item|spec|binding|enum"
    r"|property|parameter|unary_operator|binary_operator|list_lit|^operator$"
)
_STOPS: Final = re.compile(
    r"block|body|function_def|^method$|method_de|class_decl|module|program|source_file|lambda|closure"
    r"|statement_list|compound|^document|translation_unit|suite"
)
_CALL: Final = re.compile(r"call|invocation|macro")
_WRAPPERS: Final = re.compile(
    r"(?:^|[.:\s])(?:text|sql|String|str|frozenset|tuple|list|set|Set|vec|freeze|of|listOf|setOf"
    r"|mapOf|asList|arrayOf|Map|dict|OrderedDict|MappingProxyType|array|c|from|dedent|trim"
    r"|strip|trimIndent|trimMargin|to_string|to_owned|into|format|concat|lazy|Lazy|join"
    r"|makeset|Array|List|Tuple|new|deque|qw|SQL|Sql|raw|literal_column|Template|prepare)!?"
    r"\s*[\[({!<][^()]*$"
)
_COLLECTION: Final = re.compile(
    r"^(?:list|tuple|array|set|dictionary|object|hash|map|pair|keyed_element|composite_literal"
    r"|literal_value|table_constructor|element|field|sequence|string_array|collection_literal"
    r"|\w*array\w*|list_(?:literal|expression)|set_or_map_literal|map_\w+|dict\w*"
    r"|initializer_(?:list|expression)|anonymous_hash_expression)$"
)
_GATHERS: Final = re.compile(r"\b(?:vec!|listOf|setOf|arrayOf|mapOf|of|asList|c|Map|qw)\s*[\[({]")
_FUNCTION: Final = re.compile(
    r"function|method|lambda|closure|arrow|func_|fn_|^def|_def$|subroutine|procedure"
)
_PAIR: Final = re.compile(r"pair|keyed|property|field|entry|association|named_argument|keyword_arg")
_ENTRY: Final = re.compile(r"pair|keyed|entry|^property|^field")
_KEYED: Final = re.compile(r"""^\s*(?:"[^"\n]*"|'[^'\n]*'|[\w.]+)\s*(?:=>|:(?!:)|=(?!=)|\sto\s)""")
_TABLE_KEY: Final = re.compile(r"""["'`:]?(\w*table\w*)["'`]?\s*(?::|=>|=)""", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z]{2}")
_RECEIVES: Final = (b".join", b".split", b".encode", b".count")  # and is not the value itself
_INSIDE: Final = re.compile(r"call|body|invocation|type$|signature|reference")
_NAME: Final = r"[$@%&]?[A-Za-z_][\w]*"
_BARE: Final = re.compile(rf"(?:@|#\s*define\s+|\(def\w*\s+)({_NAME})\s*$")
_APPENDS: Final = re.compile(
    rf"^\s*({_NAME}(?:\.\w+|->\w+|::\w+)*)\s*(?:\+=|\.=|\.\.=|~=|<<|\|\|=|<>=|\+\+="
    r"|\.(?:append|push_str|push|concat|WriteString|Append\w*|add|extend|write|unshift)\w*!?\s*\()"
)
_COPIES: Final = re.compile(rf"^\s*str(?:n?cat|lcat|n?cpy|lcpy)\s*\(\s*({_NAME})\s*,")
_ADDS: Final = re.compile(rf"^\s*({_NAME})\s*:?=\s*\1\s*(?:\+|\.|\.\.|\|\||<>|~)")


@dataclass(frozen=True, slots=True)
class Value:
    """A string that a name stands for, or one of them."""

    text: str
    holes: tuple[str, ...]
    line: int  # from 1
    is_item: bool  # of a list or a table
    is_global: bool  # not inside of a function
    scope: int  # first byte of the function around it; -1: none


Bindings = dict[str, list[Value]]  # by the bare name


@dataclass(frozen=True, slots=True)
class Binding:
    """The name that a literal is given to."""

    name: str
    is_item: bool


def bindings_of(literals: Iterable[Literal]) -> Bindings:
    """Collect the names that literals are given to."""
    found: Bindings = {}
    for literal in literals:
        if not _WORD.search(literal.text):
            continue
        binding = bound(literal.node)
        key = _table_key(literal.node)
        if binding is None and key is None:
            continue
        text, holes = marked(literal.text, literal.holes, literal.node)
        scope = scope_of(literal.node)
        if binding is not None:
            value = Value(text, holes, literal.line, binding.is_item, scope < 0, scope)
            found.setdefault(binding.name, []).append(value)
        if key is not None:  # options are handed on: the key counts wherever it stands
            value = Value(text, holes, literal.line, False, True, -1)
            found.setdefault(key, []).append(value)
    return found


def bound(literal: Node) -> Binding | None:
    """Return the name that a literal, or the collection around it, is given to."""
    is_item = False
    node = literal.parent
    if node is None or _tail(node, literal).startswith(_RECEIVES):
        return None
    for _ in range(12):
        if node is None or _STOPS.search(node.type):
            return None
        prefix = _prefix(node, literal)
        name = _bound_name(prefix) if _BINDS.search(node.type) else None
        if name:
            return Binding(name, is_item)
        is_attribute = node.parent is not None and node.parent.type == "unary_operator"  # Elixir
        if _CALL.search(node.type) and not is_attribute and not _is_wrapper(prefix):
            return None
        is_item = is_item or bool(_COLLECTION.search(node.type) or _GATHERS.search(prefix))
        node = node.parent
    return None


def is_boundary(node: Node) -> bool:
    """Whether a node holds statements of the code, or is the whole of it."""
    return node.parent is None or bool(_STOPS.search(node.type))


def is_in_pair(literal: Node) -> bool:
    """Whether a literal is the key or the value of an entry, not one of a list."""
    node = literal.parent
    while node is not None and node.type.startswith("parenthesized"):
        node = node.parent
    return node is not None and bool(_ENTRY.search(node.type) or _KEYED.search(_text(node)))


def _table_key(literal: Node) -> str | None:
    """Return the key of an options object under which a literal is the name of a table."""
    pair = literal.parent
    if pair is None or not _PAIR.search(pair.type):
        return None
    found = _TABLE_KEY.fullmatch(_prefix(pair, literal).strip())
    return found[1] if found else None


def appended_to(literal: Node) -> str | None:
    """Return the name that a literal is appended to."""
    node = literal.parent
    for _ in range(5):
        if node is None or _STOPS.search(node.type):
            return None
        prefix = _prefix(node, literal)
        found = _APPENDS.match(prefix) or _ADDS.match(prefix) or _COPIES.match(prefix)
        if found:
            return bare(found[1])
        node = node.parent
    return None


def scope_of(node: Node) -> int:
    """Return the first byte of the function around a node; -1 outside of any."""
    function = function_around(node)
    return -1 if function is None else function.start_byte


def function_around(node: Node) -> Node | None:
    """Return the function around a node."""
    above = node.parent
    while above is not None:
        is_whole = not _INSIDE.search(above.type) and above.child_count > 1
        if is_whole and _FUNCTION.search(above.type):
            return above
        above = above.parent
    return None


def bare(name: str) -> str:
    """Return the last word of a dotted name, without sigils."""
    words = re.findall(r"\w+", name)
    return words[-1] if words else ""


def target_of(literal: Literal) -> str | None:
    """Return the name that holds the text a literal is a piece of."""
    appended = appended_to(literal.node)
    if appended:
        return appended
    filled = literal.holes[0] if literal.holes else ""
    if literal.text.startswith(HOLE) and re.fullmatch(r"[\w.$>:@-]+", filled):
        return bare(filled)
    binding = bound(literal.node)
    return binding.name if binding else None


def _is_wrapper(prefix: str) -> bool:
    stripped = prefix.strip()
    return stripped[:1] in {"[", "{", "(", "%", ""} or bool(_WRAPPERS.search(stripped))


def _text(node: Node) -> str:
    return (node.text or b"")[:200].decode("utf-8", "replace")


def _tail(node: Node, literal: Node) -> bytes:
    return (node.text or b"")[literal.end_byte - node.start_byte :][:8]


def _prefix(node: Node, literal: Node) -> str:
    return (node.text or b"")[: literal.start_byte - node.start_byte].decode("utf-8", "replace")


def _bound_name(prefix: str) -> str | None:
    sign = re.search(r"(?<![=!<>+.~|])(?::=|<-|=(?![=>])|=(?=\s*>\s*$))", prefix)
    if sign is None:
        plain = _BARE.search(prefix)
        return bare(plain[1]) if plain else None
    left = prefix[: sign.start()]
    left = re.sub(r"(?<!:):(?!:).*", "", left, flags=re.DOTALL)  # a type behind a colon
    left = re.sub(r"\[[^\]]*\]\s*$", "", left.rstrip())
    words = re.findall(_NAME, left)
    if len(words) > 1 and words[-1] == "string":
        return bare(words[-2])  # Go: the type stands behind the name
    return bare(words[-1]) if words else None
