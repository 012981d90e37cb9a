"""Classes, structs and tables of ORMs that map one of our tables, and what code calls them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from verification.inventory.effects import BOUND, Tables
from verification.inventory.idioms import (
    FORMS,
    Idiom,
    first_of,
    forbidden_in,
    is_code,
    line_of,
    table_names,
    table_of,
)
from verification.inventory.languages import Medium, family_of
from verification.inventory.model import Confidence, Operation, Site
from verification.inventory.passages import Passage
from verification.inventory.project import Unit

_QUOTE: Final = r"""["'`]"""
_CLASS: Final = re.compile(
    r"^(?P<indent>[ \t]*)(?:@\w[^\n]*\s)?(?:(?:export|default|public|internal|abstract|final|sealed"
    r"|data|open|partial|pub(?:\([^)]*\))?|private|static)\s+)*"
    r"(?:class|struct|object|model|defmodule|interface|type|package|record|enum|mod)\s+"
    r"(?P<name>\w+(?:[.:]+\w+)*)",
    re.MULTILINE,
)
_ASSIGNED: Final = re.compile(r"(\w+)\s*(?::[^=\n]+)?=\s*(?:await\s+)?[\w.]*$")
_RECEIVER: Final = re.compile(r"\(\s*(?:\w+\s+)?\*?(\w+)\s*\)\s*$")
_MAX_LINES: Final = 80  # of a mapping, above the name of its table


@dataclass(frozen=True, slots=True)
class Model:
    """What code calls the mapping of a table."""

    name: str
    table: str
    library: str
    root: str  # name of the code root
    family: str  # of the languages that can use it


def mappings_in(passage: Passage, unit: Unit | None, tables: Tables) -> Iterator[Idiom]:
    """Yield the mappings of tables."""
    text = passage.data.decode("utf-8", "replace")
    for form, match in _mappings(text, tables):
        if is_code(first_of(match), unit, text):
            yield _mapped(form, match, text, tables)


def learn_models(passages: Iterable[tuple[str, Passage]], tables: Tables) -> list[Model]:
    """Collect what code calls the mappings of tables."""
    found: dict[Model, None] = {}
    for root, passage in passages:
        text = passage.data.decode("utf-8", "replace")
        family = family_of(passage.language)
        for form, match in _mappings(text, tables):
            name = _model_name(form, match, text)
            if name and passage.medium is Medium.PROGRAM:
                found[
                    Model(name, tables[table_of(match, tables)], form["library"], root, family)
                ] = None
    return list(found)


def _mappings(text: str, tables: Tables) -> Iterator[tuple[dict[str, Any], re.Match[str]]]:
    low = text.lower()
    names = tuple(sorted(tables))
    singles = [name.removesuffix("s") for name in names]
    if not any(name in low for name in singles):
        return
    is_quoted = table_names(names).search(text) is not None
    met: dict[str, bool] = {}  # what forms need, told once a text
    for form in FORMS["mapping"]:
        if not is_quoted and "{Q}{T}{Q}" in form["pattern"]:
            continue
        if _sure_word(form["pattern"]) not in text:
            continue
        needs = form.get("needs")
        if needs and needs not in met:
            met[needs] = re.search(needs, text, re.IGNORECASE) is not None
        if needs and not met[needs]:
            continue
        for match in _mapping(form["pattern"], names).finditer(text):
            yield form, match


@cache
def _sure_word(pattern: str) -> str:
    """Return a word that every match of a pattern holds: what stands in no group and no class."""
    bare = re.sub(r"\\.|\[[^\]]*\]|\{\w\}", " ", pattern)
    while "(" in bare and bare != (shorter := re.sub(r"\([^()]*\)[?*+]?", " ", bare)):
        bare = shorter
    return max(re.findall(r"[A-Za-z_]{4,}", bare), key=len, default="")


@cache
def _mapping(pattern: str, names: tuple[str, ...]) -> re.Pattern[str]:
    table = f"(?P<table>{'|'.join(map(re.escape, names))})"
    single = "|".join(re.escape(name.removesuffix("s")) for name in names)
    filled = pattern.replace("{Q}", _QUOTE).replace("{T}", table)
    return re.compile(filled.replace("{S}", f"(?P<single>{single})"), re.DOTALL)


def _model_name(form: dict[str, Any], match: re.Match[str], text: str) -> str | None:
    if "model" in match.groupdict() and match["model"]:
        return str(match["model"])
    way = form.get("model")
    before = text[: match.start()]
    if way == "assigned":
        found = _ASSIGNED.search(before)
        return found[1] if found else None
    if way == "none":
        return None
    if way == "receiver":
        found = _RECEIVER.search(
            before.rstrip().removesuffix(")") + ")" if before.rstrip().endswith(")") else before
        )
        return found[1] if found else None
    if way == "class below":
        below = _CLASS.search(text, match.end())
        return below["name"].rpartition(".")[2] if below else None
    return _class_above(before)


def _class_above(before: str) -> str | None:
    """Return the nearest class above that is not a mere ``Meta`` inside of one."""
    for found in reversed(list(_CLASS.finditer(before))):
        name = re.split(r"[.:]+", found["name"])[-1]
        if name not in {"Meta", "meta"}:
            return name
    return None


def _mapped(form: dict[str, Any], match: re.Match[str], text: str, tables: Tables) -> Idiom:
    table = table_of(match, tables)
    line = text.count("\n", 0, match.start()) + 1
    name = _model_name(form, match, text)
    body = _body(text, match, name)
    forbidden = forbidden_in(body) if table in BOUND else ()
    return Idiom(
        line,
        text.count("\n", 0, match.end()) + 1,
        " ".join(line_of(text, match).split()),
        (tables[table],),
        Operation.ANY,
        forbidden,
        forbidden,
        Site.MODEL,
        Confidence.HIGH if "single" not in match.groupdict() else Confidence.MEDIUM,
        f"{form['library']} {_tie(form, name)} to it",
    )


def _tie(form: dict[str, Any], name: str | None) -> str:
    return "has a foreign key" if form.get("model") == "none" else f"maps {name or 'a class'}"


def _body(text: str, match: re.Match[str], name: str | None) -> str:
    """Return the text of the mapping, from its class to the next one."""
    starts = [found.start() for found in _CLASS.finditer(text) if found["name"] not in {"Meta"}]
    above = max((start for start in starts if start <= match.end() and name), default=match.start())
    start = (
        min(above, match.start())
        if text.count("\n", above, match.start()) < _MAX_LINES
        else match.start()
    )
    ends = [place for place in starts if place > match.end() + 60]
    return text[start : min(ends[0] if ends else len(text), match.end() + 3000)]
