"""SQL in a text that no grammar of ours reads: from a statement's first word to its end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_HEAD: Final = re.compile(
    r"""(?P<quote>\\?["'`]{1,3}|\$\(|[>(;|:=\]]|^)?[ \t\r\n]*
    \b(?P<head>SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH|CREATE|DROP|ALTER)\b(?=\s)""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_END: Final = re.compile(r";|\n[ \t]*\n|</|^\s*(?:EOF|EOS|SQL|END)\s*$|\"\"\"|'''", re.MULTILINE)
_MAX_CHARACTERS: Final = 4000


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text that may be a statement."""

    offset: int
    text: str
    is_quoted: bool


def spans(text: str) -> Iterator[Span]:
    """Yield what begins with the first word of a statement, up to its quote, its ``;`` or a gap."""
    end = 0
    for match in _HEAD.finditer(text):
        start = match.start("head")
        if start < end:
            continue
        mark = match["quote"] or ""
        quote = mark if mark and mark.strip("\\")[:1] in {'"', "'", "`"} else ""
        end = _end(text, start, quote)
        yield Span(start, text[start:end], bool(quote))


def _end(text: str, start: int, quote: str) -> int:
    limit = min(len(text), start + _MAX_CHARACTERS)
    if quote:
        closing = re.compile(
            rf"(?<!\\){re.escape(quote)}" if quote[0] != "\\" else re.escape(quote)
        )
        found = closing.search(text, start, limit)
    else:
        found = _END.search(text, start, limit)
    return found.start() if found else limit
