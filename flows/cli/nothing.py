"""Why a question has no answer, in a sentence: what is there, and what was perhaps meant.

Loaded only where nothing was found. A question is asked again without its filters, and with one of
them at a time: the first that leaves nothing is the reason.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flows.cli.places import listed, paths_from_here
from tasks.index.scoped import parted

if TYPE_CHECKING:
    from tasks.index import Clones, File, Index
    from tasks.lake.lake import Lake

Ask = Callable[..., Sequence[Any]]  # takes filters by their words
Filters = Mapping[str, str | None]

_HOW: Final = {"type": "as", "origin": "as", "language": "in", "scope": "in"}
_MOST_PLACES: Final = 3


def not_defined(index: Index | Lake, name: str, filters: Filters) -> str:
    """Tell why a name has no definition."""
    if reason := narrowed(index, f"{name} is defined", partial(index.where, name), filters):
        return reason
    if using := index.files_using(name):
        return f"{name} is used here ({_first_of(index, using)}), but nothing here defines it"
    before, last = parted(name)
    if before and (found := index.where(last)):
        return f"no {name} in this index; {last} is defined in {_values(found, 'scope')}"
    return no(index, name, index.names_like(name) or index.names_like(last), filters)


def not_used(index: Index | Lake, name: str, filters: Filters) -> str:
    """Tell why a name has no use."""

    def using(**left: Any) -> Sequence[Any]:
        is_within = "scope" in left  # files know nothing of scopes
        return index.uses(name, limit=1, **left) if is_within else index.files_using(name, **left)

    if reason := narrowed(index, f"{name} is used", using, filters):
        return reason
    _, last = parted(name)
    if last != name and (files := index.files_using(last)):
        places = _first_of(index, files)
        return f"uses go by the last name alone: no {name}, but {last} is used here ({places})"
    if found := index.where(name):
        return f"{name} is defined here ({_first_of(index, found)}), but nothing uses it"
    return no(index, name, index.names_like(name), filters)


def no_file(index: Index, file: str) -> str:
    """Tell that there is no such file, and which was perhaps meant."""
    return no(index, f"file {file}", [path for _, path in index.files_like(file)])


def no_symbols(index: Index, file: str, files: Sequence[File], root: str | None) -> Iterable[str]:
    """Tell a file without such symbols from one that was left out, and from none."""
    if not files:
        yield no_file(index, file)
    elif root is not None and root not in {found.root for found in files}:
        yield f"{file} is in {_roots(found.root for found in files)}, not in {root}"
    for found in files:
        if root in {None, found.root}:
            why = f": {found.reason}" if found.reason else ""
            yield f"no such symbol in {found.root}/{found.path}, which is {found.outcome}{why}"


def no_clones(index: Index, what: str, file: str | None) -> str:
    """Tell why there is nothing to compare for a name, or for a place in a file of the index."""
    if file is None and (found := index.where(what)):
        return f"{what} is defined here ({_first_of(index, found)}), but without a body"
    alike = [] if file else index.names_like(what)
    return no(index, f"definition with a body for {what}", alike)


def no_others(index: Index, what: str, groups: Sequence[Clones]) -> str:
    """Tell which definitions occur once."""
    places = [group.places[0] for group in groups]
    path_of = paths_from_here(index, places)
    told = [f"{place.name} ({path_of(place)}:{place.line})" for place in places]
    if len(told) == 1:
        return f"{told[0]} occurs once"
    return f"{len(told)} definitions for {what} occur once each: {listed(told, _MOST_PLACES)}"


def no(index: Index | Lake, what: str, alike: Sequence[str], filters: Filters | None = None) -> str:
    """Say that there is none, which was perhaps meant, and that a language is not here."""
    meant = f"; did you mean {', '.join(alike)}?" if alike else ""
    language = (filters or {}).get("language")
    if language is not None and language not in (here := index.words()["language"]):
        return f"no {what} in this index{meant}; nothing here is in {language}, only {listed(here)}"
    return f"no {what} in this index{meant}"


def narrowed(index: Index | Lake, said: str, ask: Ask, filters: Filters) -> str | None:
    """Tell which filter leaves nothing of what is there without them; None: nothing is there."""
    stated = {word: value for word, value in filters.items() if value is not None}
    if not stated or not (everything := ask()):
        return None
    for word, value in stated.items():
        if len(stated) == 1 or not ask(**{word: value}):
            return _without(index, said, everything, word, value)
    flags = " ".join(f"--{word} {shlex.quote(value)}" for word, value in stated.items())
    return f"{said} here, but not with all of {flags}"


def _without(
    index: Index | Lake, said: str, everything: Sequence[Any], word: str, value: str
) -> str:
    """Tell what a filter has ruled out."""
    if word == "path":
        return (
            f"{said} here, but not under --path {shlex.quote(value)}; paths begin inside of the "
            f"root, such as {everything[0].path}"
        )
    if not hasattr(everything[0], word) or getattr(everything, "has_more", False):
        return f"{said} here, but not {_HOW[word]} {value}"
    if word == "root":
        return f"{said} in {_roots(answer.root for answer in everything)}, not in {value}"
    there = f"{said} {_HOW[word]} {_values(everything, word)}"
    if word == "language" and value not in index.words()["language"]:
        return f"nothing here is in {value}; {there}"
    return f"{there}, not {_HOW[word]} {value}"


def _values(answers: Iterable[Any], word: str) -> str:
    """List what answers have, the most frequent first."""
    counts = Counter(getattr(answer, word) for answer in answers)
    return listed(value or "the top level" for value, _ in counts.most_common())


def _roots(roots: Iterable[str]) -> str:
    found = list(dict.fromkeys(roots))
    return f"the root{'s' if found[1:] else ''} {listed(found)}"


def _first_of(index: Index | Lake, answers: Sequence[Any]) -> str:
    """Write where the first of some answers is, and how many there are beside it."""
    first = answers[0]
    line = f":{first.line}" if hasattr(first, "line") else ""
    others = f" and {len(answers) - 1} more" if answers[1:] else ""
    return f"{paths_from_here(index, [first])(first)}{line}{others}"
