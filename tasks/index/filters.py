"""What narrows a question: its filters, the words that an index knows for them, and its limit."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from tasks.errors import PlanInvalid


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


def require(what: str, asked: str, known: Sequence[str]) -> None:
    """Refuse a word that an index does not know, with the one that was perhaps meant.

    Raises PlanInvalid.
    """
    if asked in known:
        return
    from difflib import get_close_matches  # noqa: PLC0415 -- for the refusal alone

    close = get_close_matches(asked.lower(), known, n=1)
    meant = f"Did you mean {close[0]}? " if close else ""
    raise PlanInvalid(
        f"this index has no {what} {asked}",
        next_step=f"{meant}Known: {', '.join(known) or 'none'}.",
    )


def require_limit(limit: int | None) -> None:
    """Refuse a negative limit. Raises PlanInvalid."""
    if limit is not None and limit < 0:
        raise PlanInvalid(
            f"{limit} is no limit", next_step="Name 0 or more answers, or none for all of them."
        )


def bound(limit: int | None) -> int:
    """Return a limit as SQL has it, -1: none. Raises PlanInvalid where it is negative."""
    require_limit(limit)
    return -1 if limit is None else limit
