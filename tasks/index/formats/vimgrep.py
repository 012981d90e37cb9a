"""Lines as ``grep --vimgrep`` prints them, for vim's quickfix list: path:line:column:text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tasks.index.answers import Symbol, Use
from tasks.index.formats.ctags import escaped

# Control characters beyond ASCII: a tags file keeps them, a terminal would obey them.
_CONTROLS: Final = re.compile(r"[\x80-\x9f]")


def vimgrep(answers: Iterable[Symbol | Use], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield a line an answer, without its newline, in the order of ``answers``.

    ``prefixes`` turn a path in a root into one that opens from here. Columns count bytes from
    1. The text is the signature, else the name. Control characters come escaped.
    """
    for answer in answers:
        text = answer.signature if isinstance(answer, Symbol) else None
        path = _printable(prefixes[answer.root] + answer.path)
        yield f"{path}:{answer.line}:{answer.column + 1}:{_printable(text or answer.name)}"


def _printable(text: str) -> str:
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped(text))
