"""Calls of query builders, and commands of a shell, that name a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from verification.inventory.effects import BOUND, Tables
from verification.inventory.idioms import (
    FORMS,
    Idiom,
    expression,
    first_of,
    forbidden_in,
    is_code,
    operation_of,
    table_names,
    table_of,
)
from verification.inventory.model import Confidence, Operation, Site
from verification.inventory.passages import Passage
from verification.inventory.project import Unit

_MAX_LEAD: Final = 160  # characters between the receiver of a call and the name of a table


@dataclass(frozen=True, slots=True)
class Call:
    """A call that names a table."""

    first: int  # character of its word
    last: int  # character behind the name of the table
    word: str
    table: str  # folded


def calls_in(passage: Passage, unit: Unit | None, tables: Tables) -> Iterator[Idiom]:
    """Yield calls of query builders, databases that are indexed by a table, and commands."""
    text = passage.data.decode("utf-8", "replace")
    for form, call in _calls_in(text, tables):
        if is_code(call.first, unit, text):
            yield _called(form, call, text, tables)
    yield from _commanded(text, unit, tables)
    if _is_indexed(text):
        for match in _indexed(tuple(sorted(tables))).finditer(text):
            if is_code(first_of(match), unit, text):
                call = Call(match.start(), match.end(), "", table_of(match, tables))
                code, _, _ = expression(text, call.first, call.last)
                is_used = re.match(r"\s*\.\s*\w", text[call.last :]) is not None
                operation = operation_of(code, "") if is_used else Operation.ANY
                yield _built(call, text, tables, operation, "a database is indexed by it")


def _commanded(text: str, unit: Unit | None, tables: Tables) -> Iterator[Idiom]:
    """Yield the commands of sqlite-utils that name a table."""
    if "sqlite-utils" not in text:
        return
    for form in FORMS["command"]:
        for match in _command(form["words"], tuple(sorted(tables))).finditer(text):
            if is_code(match.start(), unit, text):
                word = f"sqlite-utils {match['word']}"
                call = Call(match.start(), match.end(), word, table_of(match, tables))
                yield _built(call, text, tables, Operation(form["op"]), f"{word} names the table")


@cache
def _command(words: str, names: tuple[str, ...]) -> re.Pattern[str]:
    word, table = (
        "|".join(map(re.escape, sorted(each, key=len, reverse=True)))
        for each in (words.split(), names)
    )
    return re.compile(
        rf"\bsqlite-utils\s+(?P<word>{word})\s+(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+)\s+"
        rf"[\"']?(?P<table>(?i:{table}))(?![\w.-])"
    )


def _is_indexed(text: str) -> bool:
    """Whether a library is at work that gives tables as items of the database."""
    return (
        re.search(r"\bsqlite_utils\b|\bimport dataset\b|\bSequel\b|\bLiteDB\b|\bDB\[:", text)
        is not None
    )


def _calls_in(text: str, tables: Tables) -> Iterator[tuple[dict[str, Any], Call]]:
    if not table_names(tuple(sorted(tables))).search(text):
        return
    for form in FORMS["call"]:
        if "needs" in form and not re.search(form["needs"], text, re.IGNORECASE):
            continue
        for named in table_names(tuple(sorted(tables))).finditer(text):
            start = max(0, named.start() - _MAX_LEAD)
            lead = _leads(form["words"], form.get("between", "(?!)")).search(
                text[start : named.start()]
            )
            if lead is None:
                continue
            call = Call(
                start + lead.start("word"), named.end(), lead["word"], table_of(named, tables)
            )
            if "refuses" in form:
                is_other = (
                    re.search(form["refuses"], lead["receiver"] or "", re.IGNORECASE)
                    or "(" not in lead[0][lead.end("word") - lead.start() :]
                )
                if is_other or (call.word.lower() == "join" and not _is_chain(text, call)):
                    continue
            yield form, call


@cache
def _leads(words: str, between: str) -> re.Pattern[str]:
    """Match what stands before the name: a receiver, one of the words, what may come between."""
    word = "|".join(map(re.escape, words.split()))
    return re.compile(
        rf"(?P<receiver>(?:[\w$\])]+\s*(?:\.|->|::)\s*)*)(?<!\w)(?P<word>{word})!?\s*(?:<[^>(]*>)?"
        r"[\s(]\s*(?:table\s*[=:]\s*|\w+\s*,\s*[\"']main[\"']\s*,\s*|[\"'][\w ]*[\"'],\s*"
        rf"|{between})?&?$"
    )


def _called(form: dict[str, Any], call: Call, text: str, tables: Tables) -> Idiom:
    stated = form.get("op")
    code, _, _ = expression(text, call.first, call.last)
    operation = Operation(stated) if stated else operation_of(code, call.word)
    return _built(call, text, tables, operation, f"{call.word} names the table")


def _built(call: Call, text: str, tables: Tables, operation: Operation, reason: str) -> Idiom:
    code, line, end_line = expression(text, call.first, call.last)
    forbidden = forbidden_in(code) if call.table in BOUND else ()
    return Idiom(
        line,
        end_line,
        code,
        (tables[call.table],),
        operation,
        forbidden,
        forbidden,
        Site.BUILDER,
        Confidence.MEDIUM,
        reason,
    )


def _is_chain(text: str, call: Call) -> bool:
    code, _, _ = expression(text, call.first, call.last)
    return re.search(r"(?i)\b(?:select|from|knex|where|db|query|table)\b", code) is not None


@cache
def _indexed(names: tuple[str, ...]) -> re.Pattern[str]:
    table = f"(?P<table>{'|'.join(map(re.escape, names))})"
    return re.compile(rf"\b(?:\w*db|DB)\b\[\s*[\"':]{table}[\"']?\s*\]")
