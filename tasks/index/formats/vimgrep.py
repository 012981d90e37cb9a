"""Lines as ``grep --vimgrep`` prints them, for vim's quickfix list: path:line:column:text."""

from collections.abc import Iterable, Iterator, Mapping

from tasks.index.answers import Symbol, Use
from tasks.index.formats.ctags import escaped


def vimgrep(answers: Iterable[Symbol | Use], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield a line an answer, without its newline, in the order of ``answers``.

    ``prefixes`` are those of ``paths.prefixes`` for the current folder. Columns count bytes from
    1. The text is the signature, else the name. Control characters are written as in a tags file.
    """
    for answer in answers:
        text = answer.signature if isinstance(answer, Symbol) else None
        path = escaped(prefixes[answer.root] + answer.path)
        yield f"{path}:{answer.line}:{answer.column + 1}:{escaped(text or answer.name)}"
