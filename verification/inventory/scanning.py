"""SQL in a text that no grammar of ours reads: from a statement's first word to its end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_VERBS: Final = "SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH|CREATE|DROP|ALTER"
_HEAD: Final = re.compile(
    rf"""(?P<quote>\\?["'`]{{1,3}}|\$\(|[>(;|:=\]]|^)?[ \t\r\n]*
    \b(?P<head>{_VERBS})\b(?=\s)""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_END: Final = re.compile(r";|\n[ \t]*\n|</|^\s*(?:EOF|EOS|SQL|END)\s*$|\"\"\"|'''", re.MULTILINE)
_KEY_END: Final = re.compile(
    rf"""{_END.pattern} | (?<!\\)\n(?=(?:export[ ]+)?[\w.-]+[ \t]*[=:] | [\[\#])
    | (?<!\\)\n(?=[ \t]+[\w.-]+[ \t]*[=:][ \t]*["']?(?i:{_VERBS})\s)""",
    re.MULTILINE | re.VERBOSE,
)
_LITERAL: Final = r'"(?:[^"\\]|\\.)*"'
_NEIGHBOURS: Final = re.compile(
    rf"{_LITERAL}(?:(?:\s|\\\r?\n)*(?:{_LITERAL}|#?\b[A-Za-z_]\w*\b(?!\s*\()))+", re.DOTALL
)
_NEIGHBOUR: Final = re.compile(rf"{_LITERAL}|[A-Za-z_]\w*|\n", re.DOTALL)
_MAX_CHARACTERS: Final = 4000


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text that may be a statement."""

    offset: int
    text: str
    is_quoted: bool


def spans(text: str, *, has_keys: bool = False) -> Iterator[Span]:
    """Yield what begins with the first word of a statement, up to its quote, its ``;`` or a gap.

    In a text that has keys, the next key, section or comment ends it as well.
    """
    end = 0
    for match in _HEAD.finditer(text):
        start = match.start("head")
        if start < end:
            continue
        mark = match["quote"] or ""
        quote = mark if mark and mark.strip("\\")[:1] in {'"', "'", "`"} else ""
        end = _end(text, start, quote, _KEY_END if has_keys else _END)
        yield Span(start, text[start:end], bool(quote))


def unfolded(macro: str) -> str:
    """Return the body of a C macro with adjacent literals as one; a name among them in braces."""
    return _NEIGHBOURS.sub(_joined, macro)


def _joined(run: re.Match[str]) -> str:
    pieces = (
        piece[1:-1] if piece[0] == '"' else piece if piece == "\n" else f"{{{piece}}}"
        for piece in _NEIGHBOUR.findall(run[0])
    )
    return f'"{"".join(pieces)}"'


def _end(text: str, start: int, quote: str, unquoted: re.Pattern[str]) -> int:
    limit = min(len(text), start + _MAX_CHARACTERS)
    if quote:
        closing = re.compile(
            rf"(?<!\\){re.escape(quote)}" if quote[0] != "\\" else re.escape(quote)
        )
        found = closing.search(text, start, limit)
    else:
        found = unquoted.search(text, start, limit)
    return found.start() if found else limit
