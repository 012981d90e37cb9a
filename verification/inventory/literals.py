"""String literals in source code, through tree-sitter, with the line that each one begins on.

What code fills in is ``HOLE``. Neighbours that the language joins, by itself or by an operator,
are one text. Line breaks are kept, so lines can be counted in the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, cast

from tree_sitter import Node
from tree_sitter_language_pack import SupportedLanguage, get_parser

from verification.inventory.statements import HOLE

SQL: Final = "sql"
_LANGUAGES: Final[dict[str, tuple[str, ...]]] = {
    "bash": ("sh", "bash"),
    "c": ("c", "h"),
    "cpp": ("cc", "cpp", "cxx", "hh", "hpp", "hxx"),
    "csharp": ("cs",),
    "dart": ("dart",),
    "elixir": ("ex", "exs"),
    "go": ("go",),
    "java": ("java",),
    "javascript": ("js", "jsx", "mjs", "cjs"),
    "kotlin": ("kt", "kts"),
    "lua": ("lua",),
    "objc": ("m", "mm"),
    "perl": ("pl", "pm"),
    "php": ("php",),
    "python": ("py", "pyi"),
    "ruby": ("rb", "rake"),
    "rust": ("rs",),
    "scala": ("scala",),
    "swift": ("swift",),
    "tsx": ("tsx",),
    "typescript": ("ts", "mts", "cts"),
    SQL: ("sql",),
}
_BY_EXTENSION: Final = {
    extension: language for language, extensions in _LANGUAGES.items() for extension in extensions
}
_STRING: Final = re.compile(r"string|heredoc_(body|content)|nowdoc_body")
_JOIN: Final = re.compile(r"binary|infix|additive")
_OPERATORS: Final = frozenset({b"+", b".", b"..", b"<>"})
_JUXTAPOSED: Final = frozenset({"concatenated_string", "chained_string"})
_PART: Final = re.compile(r"string|content|fragment|text|chars")
_MARK: Final = re.compile(r"start|end|brace|delimiter")
_STATEMENT: Final = frozenset({"expression_statement", "module", "block"})
_QUOTED: Final = re.compile(
    rf"""[\w@${HOLE}]{{0,3}}\#*(?P<quote>\"{{3}}|'{{3}}|["'`]|\[=*\[)
    (?P<body>.*)(?:(?P=quote)|\]=*\])\#*""",
    re.DOTALL | re.VERBOSE,
)
_RAW_CPP: Final = re.compile(r'\w*R"(?P<mark>[^("]*)\((?P<body>.*)\)(?P=mark)"', re.DOTALL)
_MARKED_HOLE: Final = re.compile(rf"\$?\{{{HOLE}\}}|\\\({HOLE}\)|\${HOLE}")


@dataclass(frozen=True, slots=True)
class Literal:
    """The text of a string literal."""

    line: int  # from 1
    text: str


def language_of(path: PurePath) -> str | None:
    """Return the language of a file by its extension, or None."""
    return _BY_EXTENSION.get(path.suffix[1:].lower())


def literals(data: bytes, language: str, words: re.Pattern[bytes]) -> Iterator[Literal]:
    """Yield the literals that hold one of the words; of SQL, the whole text."""
    if language == SQL:
        yield Literal(1, data.decode("utf-8", "replace"))
        return
    root = get_parser(cast(SupportedLanguage, language)).parse(data).root_node
    seen = set()
    for word in words.finditer(data):
        node = _outermost(root.descendant_for_byte_range(*word.span()))
        if node is None or node.start_byte in seen or _is_docstring(node, language):
            continue
        seen.add(node.start_byte)
        yield Literal(node.start_point.row + 1, _joined(node, data))


def _outermost(node: Node | None) -> Node | None:
    """Climb to the string around a node, and on to all that is joined to it."""
    found = None
    while node is not None:
        if _STRING.search(node.type) or (found and _is_join(node)):
            found = node
        elif found:
            break
        node = node.parent
    return found


def _is_join(node: Node) -> bool:
    return bool(_JOIN.search(node.type)) and any(
        child.text in _OPERATORS for child in node.children
    )


def _is_docstring(node: Node, language: str) -> bool:
    return language == "python" and node.parent is not None and node.parent.type in _STATEMENT


def _joined(whole: Node, data: bytes) -> str:
    """Join the literals below a node; any other operand is a hole."""
    pieces = []
    position = whole.start_byte
    for node in _operands(whole):
        pieces.append("\n" * data.count(b"\n", position, node.start_byte))
        pieces.append(_content(node, data) if _STRING.search(node.type) else _hole(node))
        position = node.end_byte
    return "".join(pieces)


def _operands(whole: Node) -> Iterator[Node]:
    stack = [whole]
    while stack:
        node = stack.pop()
        if node.type in _JUXTAPOSED or _is_join(node):
            stack += [
                child
                for child in reversed(node.named_children)
                if child.type != "comment" and child.text not in _OPERATORS
            ]
        else:
            yield node


def _content(literal: Node, data: bytes) -> str:
    """Return the text between the quotes, with escapes resolved and holes marked."""
    pieces = []
    position = literal.start_byte
    for node, text in _replacements(literal):
        pieces += [data[position : node.start_byte].decode("utf-8", "replace"), text]
        position = node.end_byte
    pieces.append(data[position : literal.end_byte].decode("utf-8", "replace"))
    text = "".join(pieces)
    quoted = _RAW_CPP.fullmatch(text) or _QUOTED.fullmatch(text)
    return _MARKED_HOLE.sub(HOLE, quoted["body"] if quoted else text).replace('\\"', '"')


def _replacements(literal: Node) -> Iterator[tuple[Node, str]]:
    stack = list(reversed(literal.named_children))
    while stack:
        node = stack.pop()
        if "escape" in node.type:
            yield node, _resolved(_text(node))
        elif _MARK.search(node.type):
            if node.type.startswith("heredoc"):
                yield node, ""
        elif _PART.search(node.type):
            stack += reversed(node.named_children)
        else:
            yield node, _hole(node)


def _resolved(escape: str) -> str:
    """Resolve an escape; a line break that is none in the file becomes a carriage return."""
    known = {"\\n": "\r", "\\r": "\r", "\\t": "\t", "\\\\": "\\", "\\\n": "\n"}
    return known.get(escape, escape[1:] if escape[1:] in {"'", '"', "`", "$"} else escape)


def _hole(node: Node) -> str:
    return HOLE + "\n" * _text(node).count("\n")


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
