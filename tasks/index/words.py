"""The words of filters: what an index knows, and what was perhaps meant by another."""

from collections.abc import Sequence

from tasks.errors import PlanInvalid


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
