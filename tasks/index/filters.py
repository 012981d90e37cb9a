"""What a question is made of: a name, the filters that narrow it, and its limit.

A word of another type would be compared with texts, equal none, and look like no answer: it is
refused instead.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tasks.errors import QuestionInvalid


class Filters(NamedTuple):
    """What an answer must be; None: anything."""

    type: str | None = None
    language: str | None = None
    root: str | None = None
    path: str | None = None  # a glob over paths in their root; * meets / too
    scope: str | None = None

    def are_of_files(self) -> bool:
        """Tell whether they rule out files, whatever is in them."""
        return (self.language, self.root, self.path) != (None, None, None)


ANYTHING: Final = Filters()
MOST_ANSWERS: Final = sys.maxsize - 1  # one more can be counted, here and by SQLite


def require_question(what: str, asked: object, filters: Filters, limit: object) -> int | None:
    """Refuse what is no question: ``asked`` no text or empty, a filter no text, a bad limit.

    Returns the limit as `require_limit` does. Raises QuestionInvalid.
    """
    require_utf8(what, asked)
    _require_some(what, asked)
    return require_filters(filters, limit)


def require_filters(filters: Filters, limit: object) -> int | None:
    """Refuse a filter that is no text, a glob that is empty, and a limit that is none.

    An empty scope is the top level; other words are asked for in the index. Returns the limit as
    `require_limit` does. Raises QuestionInvalid.
    """
    for word, value in zip(Filters._fields, filters, strict=True):
        if value is not None:
            require_utf8(word, value)
    if filters.path is not None:
        _require_some("path", filters.path)
    return require_limit(limit)


def _require_some(what: str, asked: object) -> None:
    if not asked:
        raise QuestionInvalid(f"the {what} is empty", next_step="Name at least one character.")


def require_text(what: str, asked: object) -> None:
    """Refuse what is no text. Raises QuestionInvalid."""
    if not isinstance(asked, str):
        raise QuestionInvalid(
            f"the {what} is of type {type(asked).__name__}, and no text",
            next_step="Ask with one str; for several, ask once for each.",
        )


def require_utf8(what: str, asked: object) -> None:
    """Refuse what is no text that an index can hold. Raises QuestionInvalid."""
    require_text(what, asked)
    try:
        str(asked).encode()
    except UnicodeEncodeError as error:  # a word of a shell, or a path, can be other bytes
        raise QuestionInvalid(
            f"{asked!r} is not UTF-8",
            next_step="Names and paths in an index are UTF-8; ask for one of these.",
        ) from error


def path_text(asked: object) -> str:
    """Return a path, a text or an object, as a text. Raises QuestionInvalid where it is none."""
    path = os.fspath(asked) if isinstance(asked, os.PathLike) else asked
    require_text("path", path)
    return str(path)


def texts(what: str, asked: Iterable[str]) -> tuple[str, ...]:
    """Return several texts; one that stands alone is one of them. Raises QuestionInvalid."""
    if isinstance(asked, str):
        return (asked,)
    if isinstance(asked, bytes) or not isinstance(asked, Iterable):
        require_text(what, asked)
    found = tuple(asked)
    for text in found:
        require_text(what, text)
    return found


def require(
    what: str,
    asked: str,
    known: Sequence[str],
    *,
    silent: Sequence[str] = (),
    of: str = "this index",
) -> None:
    """Refuse a word that an index, or a search, does not know, with the one perhaps meant.

    What is ``silent`` is known, too, and not listed: nothing here answers to it. Raises
    QuestionInvalid.
    """
    require_text(what, asked)
    if asked in known or asked in silent:
        return
    from difflib import get_close_matches  # noqa: PLC0415 -- for the refusal alone

    close = get_close_matches(asked.lower(), [*known, *silent], n=1)
    meant = f"Did you mean {close[0]}? " if close else ""
    named = asked or "''"
    raise QuestionInvalid(
        f"{of} has no {what} {named}",
        next_step=f"{meant}Known: {', '.join(known) or 'none'}.",
    )


def require_limit(limit: object) -> int | None:
    """Return a limit, None: all answers, as 0 means, too.

    Raises QuestionInvalid on what is no number of answers.
    """
    if limit is None:
        return None
    if isinstance(limit, int) and not isinstance(limit, bool) and 0 <= limit <= MOST_ANSWERS:
        return limit or None
    raise QuestionInvalid(
        f"{limit} is no limit", next_step="Name a number of answers, or 0 for all of them."
    )


def bound(limit: int | None) -> int:
    """Return a limit as SQL has it, -1: none."""
    return -1 if limit is None else limit
