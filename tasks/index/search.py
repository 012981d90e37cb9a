"""Search by name: the names that a pattern means, the closest first, and where they are defined.

Closest is the name that is the pattern to the letter, then the shorter, then the one that comes
first without and with case: the order of ``symbol_names``, so that a search reads no further than
its limit. Within a name, definitions come in the order of root, path, line, column and type.
"""

import json
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import apsw

from tasks.index.answers import Found, Symbol
from tasks.index.filters import ANYTHING, Filters, require
from tasks.index.literals import Literals
from tasks.index.mode import DEFAULT_LIMIT, Mode
from tasks.index.opening import OpenIndex, statement
from tasks.index.patterns import Pattern, read_pattern

_FEW_NAMES: Final = 1000  # that hold some trigrams: they are looked at one by one
_FEW_ASTS: Final = 25_000  # that define the types asked for: so are their symbols, otherwise
_BATCH: Final = 64  # names that are looked at together, at first
_MOST_IN_BATCH: Final = 4096
_TRIGRAM: Final = 3  # characters
_MOST_TRIGRAMS: Final = 3

_Name = tuple[int, str, int]  # id, name, and how many definitions it has at least


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for."""

    pattern: str
    mode: Mode = Mode.SUBSTRING
    ignore_case: bool = False
    types: tuple[str, ...] = ()  # empty: any
    filters: Filters = ANYTHING  # but for their type
    limit: int | None = DEFAULT_LIMIT  # None: all


def search(index: OpenIndex, question: Question) -> Found:
    """Answer a question. Raises QuestionInvalid where it is no question to this index."""
    pattern = read_pattern(question.pattern, question.mode, ignore_case=question.ignore_case)
    most = None if question.limit is None else question.limit + 1
    rare = question.types if _are_rare(index, question.types) else ()
    with index.connection() as connection:
        types = _require_known(connection, question)
        with closing(names_of(connection, pattern, rare)) as names:
            answers = tuple(islice(_symbols(connection, question, types, names), most))
    return Found(answers[: question.limit], has_more=len(answers) == most)


def names_of(
    connection: apsw.Connection, pattern: Pattern, rare: Sequence[str] = ()
) -> Generator[_Name]:
    """Yield the names that a pattern means, the closest first.

    Types that are ``rare`` narrow where that is faster; names of others can be among the answers.
    """
    closest = None
    for found in _ask(connection, "names_exact", name=pattern.text):
        if found[1] == pattern.text and pattern.matches(found[1]):
            closest = found[0]
            yield found
    for found in _not_ruled_out(pattern, _candidates(connection, pattern, rare)):
        if found[0] != closest and pattern.matches(found[1]):
            yield found


def _not_ruled_out(pattern: Pattern, candidates: Iterator[_Name]) -> Iterator[_Name]:
    """Yield names without those that one look at a batch of them rules out."""
    if pattern.rules_out is None:
        yield from candidates
        return
    for batch in _batches(candidates):
        if not pattern.rules_out("\n".join(name for _, name, _ in batch)):
            yield from batch


def _candidates(
    connection: apsw.Connection, pattern: Pattern, rare: Sequence[str]
) -> Iterator[_Name]:
    """Yield all names that may be meant, in the order of their ids, by the cheapest way to them."""
    if pattern.words:
        return _ask(connection, "names_with_words", words=_all_of(pattern.words))
    first = pattern.literals[0] if len(pattern.literals) == 1 else Literals()
    if pattern.mode is Mode.EXACT and len(first.prefix) == len(pattern.text):
        return _ask(connection, "names_exact", name=pattern.text)
    if first.prefix:
        return _ask(connection, "names_with_prefix", prefix=first.prefix)
    held = {"inside": max(("", *first.inside), key=len), "ignore_case": pattern.ignore_case}
    trigrams = _query(connection, pattern)
    if rare and not (trigrams and _are_few(connection, trigrams)):
        return _ask(connection, "names_of_types", types=json.dumps(rare), **held)
    if trigrams:
        return _ask(connection, "names_with_trigrams", trigrams=trigrams, **held)
    return _ask(connection, "names_scanned", **held)


def _are_rare(index: OpenIndex, types: Sequence[str]) -> bool:
    """Tell whether the symbols of some types are looked at sooner than names with trigrams."""
    return (
        bool(types)
        and not index.estimate("has_more_asts", most=_FEW_ASTS, types=json.dumps(types))[0][0]
    )


def _are_few(connection: apsw.Connection, trigrams: str) -> bool:
    """Tell whether names with trigrams are looked at sooner than all symbols of rare types."""
    has_more = next(_ask(connection, "has_more_names", most=_FEW_NAMES, trigrams=trigrams))
    return not has_more[0]


def _query(connection: apsw.Connection, pattern: Pattern) -> str:
    """Return the query for names with the trigrams that a pattern requires, '' where it has none.

    It asks for all trigrams of one of the alternatives.
    """
    trigrams = [_trigrams(required.inside) for required in pattern.literals]
    if not all(trigrams):
        return ""
    return " OR ".join(f"({_all_of(_rarest(connection, those))})" for those in trigrams)


def _trigrams(literals: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            literal[at : at + _TRIGRAM]
            for literal in literals
            for at in range(len(literal) - _TRIGRAM + 1)
        )
    )


def _rarest(connection: apsw.Connection, trigrams: Sequence[str]) -> Sequence[str]:
    """Return the trigrams to ask for: more of them cost more than they rule out.

    Those that fewer names hold rule out more, and their lists are read sooner.
    """
    if len(trigrams) <= _MOST_TRIGRAMS:
        return trigrams
    params = {"trigrams": json.dumps(trigrams), "most": _MOST_TRIGRAMS}
    return [trigram for (trigram,) in _ask(connection, "rarest_trigrams", **params)]


def _all_of(terms: Iterable[str]) -> str:
    """Return the query for what holds all terms; whatever they are made of, they are terms."""
    return " AND ".join('"' + term.replace('"', '""') + '"' for term in terms)


def _symbols(
    connection: apsw.Connection, question: Question, types: Sequence[str], names: Iterator[_Name]
) -> Iterator[Symbol]:
    """Yield the definitions of names, in their order, as far as the filters let them through."""
    left = sys.maxsize if question.limit is None else question.limit + 1
    is_narrowed = question.types or question.filters != ANYTHING
    size = _MOST_IN_BATCH if question.limit is None else _BATCH
    for batch in _batches(names, size, sys.maxsize if is_narrowed else left):
        rows = _ask(
            connection,
            "symbols_named",
            names=str([name_id for name_id, *_ in batch]),
            types=json.dumps(question.types or types),
            limit=left,
            **question.filters._asdict(),
        )
        found = list(map(Symbol._make, rows))
        left -= len(found)
        yield from found


def _batches(
    names: Iterator[_Name], size: int = _BATCH, enough: int = sys.maxsize
) -> Iterator[list[_Name]]:
    """Yield names in batches, small ones first, none larger than has definitions enough."""
    while batch := list(_until_enough(islice(names, size), enough)):
        size = min(2 * size, _MOST_IN_BATCH)
        yield batch


def _until_enough(names: Iterable[_Name], enough: int) -> Iterator[_Name]:
    for name in names:
        yield name
        enough -= name[2]
        if enough <= 0:
            return


def _require_known(connection: apsw.Connection, question: Question) -> list[str]:
    """Return all types of the index; refuse a filter that names what it has not.

    Raises QuestionInvalid.
    """
    types = _first_column(connection, "symbol_types")
    for asked in question.types:
        require("type", asked, types)
    filters = question.filters
    if filters.language is not None:
        known = _first_column(connection, "languages")
        if filters.language not in known:  # to ask which of them have ASTs takes longer
            words = [word for kind, word in _ask(connection, "words") if kind == "language"]
            require("language", filters.language, words, silent=known)
    if filters.root is not None:
        require("root", filters.root, _first_column(connection, "roots"))
    return types


def _first_column(connection: apsw.Connection, question: str) -> list[str]:
    return [row[0] for row in _ask(connection, question)]


def _ask(connection: apsw.Connection, question: str, **params: object) -> Iterator[Any]:
    return connection.execute(statement(question), params)
