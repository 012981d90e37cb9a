"""What was perhaps meant: what is here, and nearly but not quite what was asked for."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from tasks.index.opening import OpenIndex

_LIKENESS: Final = 0.75  # as difflib counts it: twice what is common, of both lengths
_SLACK: Final = 2  # characters that a name may be longer or shorter
_TRIGRAM: Final = 3
_MOST_TRIGRAMS: Final = 64  # of a half: what they leave, more of them seldom rule out
_NOTHING: Final = '"\x1f\x1f\x1f"'


def closest_names(name: str, opened: OpenIndex, limit: int) -> list[str]:
    """Return up to ``limit`` other names, the most alike first, before them another case of it.

    A slip of the pen leaves one half of a name as it is: names that share a half are compared.
    """
    found = opened.ask(
        "names_like",
        name=name,
        halves=halves(name),
        shortest=len(name) - _SLACK,
        longest=len(name) + _SLACK,
    )
    return _closest(name, (known for (known,) in found), limit)


def closest_modules(module: str, opened: OpenIndex, limit: int) -> list[str]:
    """Return up to ``limit`` other modules, as ``closest_names`` does names."""
    found = opened.ask(
        "modules_like", module=module, shortest=len(module) - _SLACK, longest=len(module) + _SLACK
    )
    return _closest(module, (known for (known,) in found), limit)


def _closest(asked: str, found: Iterable[str], limit: int) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 -- slow to load, and seldom needed

    by_fold: dict[str, list[str]] = {}
    for known in found:
        if known != asked:
            by_fold.setdefault(known.casefold(), []).append(known)
    alike = get_close_matches(asked.casefold(), by_fold, n=limit, cutoff=_LIKENESS)
    return [known for folded in alike for known in by_fold[folded]][:limit]


def halves(name: str) -> str:
    """Write what FTS5 reads as: the trigrams of the one half, or those of the other.

    None is there twice, and no more than FTS5 reads in a moment, however long the name is. Where
    both halves are too short, it is nothing that a name holds.
    """
    middle = (len(name) + 1) // 2
    parts = [half for half in (name[:middle], name[middle:]) if len(half) >= _TRIGRAM]
    return " OR ".join(dict.fromkeys(f"({_trigrams(part)})" for part in parts)) or _NOTHING


def _trigrams(text: str) -> str:
    """Quote the first trigrams. FTS5 ends at a NUL, which no name has."""
    found = dict.fromkeys(text[at : at + _TRIGRAM] for at in range(len(text) - _TRIGRAM + 1))
    first = islice(found, _MOST_TRIGRAMS)
    quoted = (trigram.replace("\0", " ").replace('"', '""') for trigram in first)
    return " AND ".join(f'"{trigram}"' for trigram in quoted)
