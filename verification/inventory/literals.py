"""String literals in source code, through tree-sitter, with the line that each one begins on.

What code fills in is ``HOLE``, and what it says there is kept. Neighbours that the language joins,
by itself or by an operator, are one text. Line breaks are kept, so lines can be counted in it.
Node kinds are recognised by their names, so that one rule serves every grammar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, cast

from tree_sitter import Node, Query, QueryCursor, QueryError, Tree
from tree_sitter_language_pack import SupportedLanguage, get_language, get_parser

from verification.inventory.statements import HOLE

_STRING: Final = re.compile(
    r"string|str_lit|heredoc_(?:body|content)|nowdoc_body|quoted_template|quasiquote_body|quoted_word"
    r"|braced_word|(?:quoted|bracket)_argument|_scalar$|text_block|template_literal|CharData"
    r"|CDSect|AttValue|sigil|multiline_str|verbatim",
    re.IGNORECASE,
)
_NO_STRING: Final = re.compile(r"type$|array|_statement$|command|text_properties|_token$|redirect")
_COMMENT: Final = re.compile(r"comment", re.IGNORECASE)
_JOIN: Final = re.compile(r"binary|infix|additive|concat|operator|arith|exp_apply|op$")
_OPERATORS: Final = frozenset(
    {b"+", b".", b"..", b"<>", b"&", b"^", b"++", b"||", b"~", b"<<", b"//", b"*"}
)
_JUXTAPOSED: Final = frozenset({"concatenated_string", "chained_string", "string_concatenation"})
_PAREN: Final = re.compile(r"^parenthesi[sz]ed|^paren|^grouping")
_FILLED: Final = re.compile(
    r"interpol|expan|subst|embed|expression|variable|identifier|placeholder|splice|call|reference"
    r"|^ident$|subscript|format_replacement"
)
_FILLED_TEXT: Final = (b"$", b"#{", b"{", b"\\(")
_MARK: Final = re.compile(r"start|end|brace|delimiter|quote$|_identifier$|^prefix|leading_key")
_STATEMENT: Final = frozenset({"expression_statement", "module", "block"})
_DOCUMENTED: Final = frozenset({"python", "starlark", "bitbake"})
_QUOTED: Final = re.compile(
    rf"""[\w@$~%:{HOLE}]{{0,4}}\#*(?P<quote>\"{{3}}|'{{3}}|''|["'`]|\[=*\[|\{{\w*\||[\[({{<|/])
    (?P<body>.*?)(?:(?P=quote)|\]=*\]|\|\w*\}}|[\])}}>|/])@?\#*""",
    re.DOTALL | re.VERBOSE,
)
_BEGINS: Final = re.compile(
    rb"\W*\w{0,2}\W*(?:select|insert|update|delete|replace|with|create|drop|alter|pragma)\s",
    re.IGNORECASE,
)
_RAW_CPP: Final = re.compile(r'\w*R"(?P<mark>[^("]*)\((?P<body>.*)\)(?P=mark)"', re.DOTALL)
_CDATA: Final = re.compile(r"<!\[CDATA\[(?P<body>.*)\]\]>", re.DOTALL)
_LINE_BY_LINE: Final = re.compile(r"^[^\S\n]*\\\\", re.MULTILINE)  # Zig
_MARGIN: Final = re.compile(r"\s*(?:\|(?!\|)|$)")  # Scala, Kotlin
_MARGIN_BAR: Final = re.compile(r"^[^\S\n]*\|(?!\|)", re.MULTILINE)
_MARKED_HOLE: Final = re.compile(rf"\$?\{{{HOLE}\}}|\\\({HOLE}\)|[$#]{HOLE}|#\{{{HOLE}\}}")


@dataclass(frozen=True, slots=True)
class Source:
    """A text in one language, parsed."""

    data: bytes
    language: str
    tree: Tree

    @property
    def is_broken(self) -> bool:
        """Whether the text does not parse as a whole."""
        return self.tree.root_node.has_error


@dataclass(frozen=True, slots=True)
class Literal:
    """The text of a string literal, or of several that the language joins."""

    line: int  # from 1
    text: str
    holes: tuple[str, ...]  # what the code says at each HOLE
    node: Node


def parsed(data: bytes, language: str) -> Source:
    """Parse a text in a language of the language pack."""
    return Source(data, language, _parser(language).parse(data))


def literals(source: Source) -> Iterator[Literal]:
    """Yield the string literals in the order of the text, without docstrings."""
    query = _string_query(source.language)
    if query is None:
        return
    found = QueryCursor(query).captures(source.tree.root_node).get("string", [])
    end = inner_end = -1
    for node in sorted(found, key=lambda node: (node.start_byte, -node.end_byte)):
        if node.start_byte < inner_end:
            continue
        whole = outermost(node)
        if node.start_byte < end:
            if not _is_filled_in(node, whole):
                continue
            inner_end = whole.end_byte
        end = max(end, whole.end_byte)
        if not _is_docstring(whole, source.language):
            yield _literal(whole, source.data)


def _is_filled_in(node: Node, whole: Node) -> bool:
    """Whether a literal inside of another one is a statement of the code that fills that in."""
    above = node.parent
    return (
        above is not None
        and not is_string(above)
        and not _is_join(above)
        and _BEGINS.match((whole.text or b"")[:60]) is not None
    )


def is_string(node: Node) -> bool:
    """Whether a node is a string literal, by the name of its kind."""
    return _names_a_string(node.type)


@cache
def _names_a_string(kind: str) -> bool:
    return bool(_STRING.search(kind)) and not _NO_STRING.search(kind)


def is_in_comment(node: Node | None) -> bool:
    """Whether a node lies in a comment."""
    while node is not None:
        if _COMMENT.search(node.type):
            return True
        node = node.parent
    return False


def outermost(node: Node) -> Node:
    """Climb from a string to all that is joined to it."""
    found = node
    above = node.parent
    if above is not None and found.type == "LINESTRING":  # Zig: a string of many lines
        return above
    while above is not None and above.start_byte <= found.start_byte:
        if is_string(above) or _is_join(above):
            found = above
        elif not _PAREN.search(above.type):
            break
        above = above.parent
    while above is not None and _is_join(above):
        found = above
        above = above.parent
    return found


@cache
def _parser(language: str):  # type: ignore[no-untyped-def]
    return get_parser(cast(SupportedLanguage, language))


@cache
def _string_query(language: str) -> Query | None:
    grammar = get_language(cast(SupportedLanguage, language))
    kinds = {
        grammar.node_kind_for_id(number) or ""
        for number in range(grammar.node_kind_count)
        if grammar.node_kind_is_named(number) and grammar.node_kind_is_visible(number)
    }
    patterns = []
    for kind in sorted(kinds):
        if not _STRING.search(kind) or _NO_STRING.search(kind):
            continue
        try:
            Query(grammar, f"({kind}) @string")
        except QueryError:
            continue
        patterns.append(f"({kind})")
    return Query(grammar, f"[{' '.join(patterns)}] @string") if patterns else None


def _is_join(node: Node) -> bool:
    if node.type in _JUXTAPOSED:
        return True
    if node.type == "SuffixExpr":  # Zig: the lines of one string
        return any(child.type == "LINESTRING" for child in node.children)
    return bool(_JOIN.search(node.type)) and any(
        child.text in _OPERATORS for child in node.children if child.child_count <= 1
    )


def _is_docstring(node: Node, language: str) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if language in _DOCUMENTED:
        return parent.type in _STATEMENT
    if language == "elixir":
        head = (parent.parent.text or b"")[:12] if parent.parent is not None else b""
        return head.startswith((b"doc ", b"moduledoc ", b"typedoc "))
    return False


def _literal(whole: Node, data: bytes) -> Literal:
    """Join the literals below a node; any other operand is a hole."""
    pieces: list[str] = []
    holes: list[str] = []
    position = whole.start_byte
    for node in _operands(whole):
        pieces.append("\n" * data.count(b"\n", position, node.start_byte))
        if is_string(node):
            pieces.append(_content(node, data, holes))
        else:
            pieces.append(_hole(node))
            holes.append(_text(node))
        position = node.end_byte
    return Literal(whole.start_point.row + 1, "".join(pieces), tuple(holes), whole)


def _operands(whole: Node) -> Iterator[Node]:
    stack = [whole]
    while stack:
        node = stack.pop()
        if node.type in _JUXTAPOSED or _is_join(node) or _PAREN.search(node.type):
            stack += [
                child
                for child in reversed(node.named_children)
                if not _COMMENT.search(child.type) and child.text not in _OPERATORS
            ]
        else:
            yield node


def _content(literal: Node, data: bytes, holes: list[str]) -> str:
    """Return the text between the quotes, with escapes resolved and holes marked."""
    pieces = []
    filled = []
    position = literal.start_byte
    for node, text in _replacements(literal):
        pieces += [data[position : node.start_byte].decode("utf-8", "replace"), text]
        position = node.end_byte
        if text.startswith(HOLE):
            filled.append(_text(node))
    pieces.append(data[position : literal.end_byte].decode("utf-8", "replace"))
    text = "".join(pieces)
    quoted = _CDATA.fullmatch(text) or _RAW_CPP.fullmatch(text) or _QUOTED.fullmatch(text)
    body = quoted["body"] if quoted else text
    if quoted:
        filled = filled[text.count(HOLE, 0, quoted.start("body")) :]
    elif "scalar" in literal.type:
        body = re.sub(r"^[|>][-+\d]*", "", body)
    elif text.startswith("\\\\"):
        body = _LINE_BY_LINE.sub("", body)
    if all(_MARGIN.match(line) for line in body.split("\n")[1:]) and "\n" in body:
        body = _MARGIN_BAR.sub("", body)
    holes += filled
    return _MARKED_HOLE.sub(HOLE, body).replace('\\"', '"')


def _replacements(literal: Node) -> Iterator[tuple[Node, str]]:
    stack = list(reversed(literal.named_children))
    while stack:
        node = stack.pop()
        if "escape" in node.type:
            yield node, _resolved(_text(node))
        elif _MARK.search(node.type):
            if node.type.startswith("heredoc"):
                yield node, ""
        elif _is_filled(node):
            yield node, _hole(node)
        else:
            stack += reversed(node.named_children)


def _is_filled(node: Node) -> bool:
    """Whether a node inside of a string is code that fills something in."""
    return not is_string(node) and (
        bool(_FILLED.search(node.type)) or (node.text or b"").startswith(_FILLED_TEXT)
    )


def _resolved(escape: str) -> str:
    """Resolve an escape; a line break that is none in the file becomes a carriage return."""
    known = {"\\n": "\r", "\\r": "\r", "\\t": "\t", "\\\\": "\\", "\\\n": "\n"}
    return known.get(escape, escape[1:] if escape[1:] in {"'", '"', "`", "$"} else escape)


def _hole(node: Node) -> str:
    return HOLE + "\n" * _text(node).count("\n")


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
