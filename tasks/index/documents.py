"""Document search: which files are about some words, by path, definitions, docstrings and tags."""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from tasks.errors import QuestionInvalid
from tasks.index.answers import Document
from tasks.index.filters import Filters, bound
from tasks.index.opening import OpenIndex

# What the tokenizer takes for a word; an underscore parts words there, too.
_TOKEN: Final = re.compile(r"[^\W_]+")
# The words inside of a word: parseHTTPHeader2 holds parse, HTTP, Header and 2.
_INNER: Final = re.compile(r"[0-9]+|[A-Z]+(?![a-z])|[A-Z]?(?:(?![A-Z0-9]).)+")
_MAX_DEFINITIONS: Final = 5  # shown for a file
_FROM, _TO = "\x02", "\x03"  # around a match


def find_documents(
    index: OpenIndex, words: Iterable[str], filters: Filters, limit: int | None = None
) -> list[Document]:
    """Return the files that hold every word, in their path or their content, the best first.

    Words are compared by their stems. ``parseHttp`` is found as it stands, and where its own words
    follow each other; what is neither letter nor digit parts words, and nothing is syntax.
    Raises QuestionInvalid where no word is asked for.
    """
    asked = expressions(words)
    narrowed = filters._asdict()
    found = index.ask("docs", words=json.dumps(asked), limit=bound(limit), **narrowed)
    any_word = " OR ".join(asked)
    return [_document(index, row, any_word) for row in found]


def expressions(words: Iterable[str]) -> list[str]:
    """Return an FTS5 expression for each distinct word, in order.

    Raises QuestionInvalid on none.
    """
    tokens = _tokens(" ".join(words))
    if not tokens:
        raise QuestionInvalid(
            "no words to search for", next_step="Name one or more: letters or digits."
        )
    return [_expression(token) for token in dict.fromkeys(tokens)]


def quoted_words(text: str) -> str:
    """Return an FTS5 expression for all words of a text, or '' where it has none."""
    return " AND ".join(f'"{token}"' for token in _tokens(text))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFC", text))


def _expression(token: str) -> str:
    """Ask for a token as it stands, or for the words inside of it in a row. It holds no quotes."""
    inner = " ".join(_INNER.findall(token))
    return f'"{token}"' if inner == token else f'("{token}" OR "{inner}")'


def _document(index: OpenIndex, row: tuple[Any, ...], any_word: str) -> Document:
    root, path, language, score, ast_id = row
    definitions, passage = "", ""
    if ast_id is not None:
        (marked,) = index.ask("why", words=any_word, ast_id=ast_id)
        definitions, passage = (text or "" for text in marked)
    return Document(root, path, language, round(score, 3), _matched(definitions), _plain(passage))


def _matched(definitions: str) -> tuple[str, ...]:
    """Return the names of the definitions that hold most matches; their words stand behind."""
    lines = [line for line in definitions.split("\n") if _FROM in line]
    best = sorted(lines, key=lambda line: line.count(_FROM), reverse=True)
    return tuple(dict.fromkeys(_unmarked(line).split(" ")[0] for line in best))[:_MAX_DEFINITIONS]


def _plain(passage: str) -> str | None:
    return " ".join(_unmarked(passage).split()) if _FROM in passage else None


def _unmarked(text: str) -> str:
    return text.replace(_FROM, "").replace(_TO, "")
