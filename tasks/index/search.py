"""Search by name: the names that a pattern means, the closest first, and where they are defined.

Closest is the name that is the pattern to the letter, then the shorter, then the one that comes
first without and with case: the order of ``symbol_names``, so that a search reads no further than
its limit. Within a name, definitions come in the order of root, path, line, column and type.
"""

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, Final, TypeVar

import apsw

from tasks.index.answers import Found, Symbol
from tasks.index.filters import require
from tasks.index.literals import Literals
from tasks.index.mode import DEFAULT_LIMIT, Mode
from tasks.index.opening import OpenIndex, statement
from tasks.index.patterns import Pattern, read_pattern

_FEW_ASTS: Final = 25_000  # that define the types asked for: their symbols are looked at one by one
_BATCH: Final = 64  # names that are looked at together, at first
_MOST_IN_BATCH: Final = 4096
_TRIGRAM: Final = 3  # characters
_MOST_TRIGRAMS: Final = 3

_Item = TypeVar("_Item")
_Names = Iterator[tuple[int, str]]  # ids and names


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for."""

    pattern: str
    mode: Mode = Mode.SUBSTRING
    ignore_case: bool = False
    types: tuple[str, ...] = ()  # empty: any
    language: str | None = None
    root: str | None = None
    path: str | None = None  # a glob over paths in their root; * meets / too
    scope: str | None = None
    limit: int | None = DEFAULT_LIMIT  # None: all


def search(index: OpenIndex, question: Question) -> Found:
    """Answer a question. Raises PlanInvalid where it is no question to this index."""
    pattern = read_pattern(question.pattern, question.mode, ignore_case=question.ignore_case)
    most = None if question.limit is None else question.limit + 1
    with index.connection() as connection:
        types = _require_known(connection, question)
        with closing(names_of(connection, pattern, question.types)) as names:
            found = _symbols(connection, question, types, (name_id for name_id, _ in names))
            answers = tuple(islice(found, most))
    return Found(answers[: question.limit], has_more=len(answers) == most)


def names_of(
    connection: apsw.Connection, pattern: Pattern, types: Sequence[str] = ()
) -> Generator[tuple[int, str]]:
    """Yield the ids and names that a pattern means, the closest first.

    ``types`` narrow where that is faster; names of other types can be among the answers.
    """
    closest = None
    for name_id, name in _ask(connection, "names_exact", name=pattern.text):
        if name == pattern.text and pattern.matches(name):
            closest = name_id
            yield name_id, name
    candidates = _candidates(connection, pattern, types)
    for batch in _batches(candidates):
        if pattern.rules_out and pattern.rules_out("\n".join(name for _, name in batch)):
            continue
        for name_id, name in batch:
            if name_id != closest and pattern.matches(name):
                yield name_id, name


def _candidates(connection: apsw.Connection, pattern: Pattern, types: Sequence[str]) -> _Names:
    """Yield all names that may be meant, in the order of their ids, by the cheapest way to them."""
    if pattern.words:
        return _ask(connection, "names_with_words", words=_all_of(pattern.words))
    first = pattern.literals[0] if len(pattern.literals) == 1 else Literals()
    if pattern.mode is Mode.EXACT and len(first.prefix) == len(pattern.text):
        return _ask(connection, "names_exact", name=pattern.text)
    if first.prefix:
        return _ask(connection, "names_with_prefix", prefix=first.prefix)
    held = {"inside": max(("", *first.inside), key=len), "ignore_case": pattern.ignore_case}
    if types and _are_few(connection, types):
        return _ask(connection, "names_of_types", types=json.dumps(types), **held)
    trigrams = [_trigrams(required.inside) for required in pattern.literals]
    if all(trigrams):
        asked = " OR ".join(f"({_all_of(_rarest(connection, those))})" for those in trigrams)
        return _ask(connection, "names_with_trigrams", trigrams=asked)
    return _ask(connection, "names_scanned", **held)


def _are_few(connection: apsw.Connection, types: Sequence[str]) -> bool:
    counted = _ask(connection, "asts_of_types", types=json.dumps(types), most=_FEW_ASTS + 1)
    return all(asts <= _FEW_ASTS for (asts,) in counted)


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
    connection: apsw.Connection, question: Question, types: Sequence[str], names: Iterator[int]
) -> Iterator[Symbol]:
    """Yield the definitions of names, in their order, as far as the filters let them through."""
    for batch in _batches(names):
        rows = _ask(
            connection,
            "symbols_named",
            names=json.dumps(batch),
            types=json.dumps(question.types or types),
            language=question.language,
            root=question.root,
            path=question.path,
            scope=question.scope,
        )
        for _, found in groupby(rows, key=lambda row: row[0]):
            yield from sorted(map(Symbol._make, (row[1:] for row in found)), key=_place)


def _batches(items: Iterator[_Item]) -> Iterator[list[_Item]]:
    """Yield items in batches, small ones first: few are wanted, mostly."""
    size = _BATCH
    while batch := list(islice(items, size)):
        size = min(2 * size, _MOST_IN_BATCH)
        yield batch


def _place(symbol: Symbol) -> tuple[str, str, int, int, str]:
    return symbol.root, symbol.path, symbol.line, symbol.column, symbol.type


def _require_known(connection: apsw.Connection, question: Question) -> list[str]:
    """Return all types of the index. Raises PlanInvalid where a filter names what it has not."""
    types = _first_column(connection, "symbol_types")
    for asked in question.types:
        require("type", asked, types)
    if question.language is not None:
        require("language", question.language, _first_column(connection, "languages"))
    if question.root is not None:
        require("root", question.root, _first_column(connection, "roots"))
    return types


def _first_column(connection: apsw.Connection, question: str) -> list[str]:
    return [row[0] for row in _ask(connection, question)]


def _ask(connection: apsw.Connection, question: str, **params: object) -> Iterator[Any]:
    return connection.execute(statement(question), params)
