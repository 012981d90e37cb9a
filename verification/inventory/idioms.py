"""ORM models, query builders and their uses: tables that code names without SQL.

The forms are data, in ``idioms.toml``; one that stands in a comment or inside of a text is none.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from verification.inventory.effects import BOUND, FORBIDDEN, Tables
from verification.inventory.languages import Medium, family_of
from verification.inventory.literals import is_in_comment, is_string
from verification.inventory.model import Confidence, Operation, Site
from verification.inventory.passages import Passage
from verification.inventory.resolving import Unit
from verification.inventory.schema import folded

_FORMS: Final = tomllib.loads(Path(__file__).with_name("idioms.toml").read_text("utf-8"))
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
_CHAINED: Final = (
    (Operation.DELETE, re.compile(r"\.\s*(?:del|delete|Delete|truncate|destroy|delete_all)\s*\(")),
    (
        Operation.UPDATE,
        re.compile(r"\.\s*(?:update|Update|set|Set|increment|decrement|Updates|Save)\s*\("),
    ),
    (
        Operation.INSERT,
        re.compile(
            r"\.\s*(?:insert\w*|Insert\w*|create|Create|into|values|add|upsert|bulk_create|bulkCreate|save|insert_all)\s*!?\("
        ),
    ),
)
_OWN: Final = {
    Operation.INSERT: re.compile(r"(?i)^(?:insert|into|replace|upsert)"),
    Operation.UPDATE: re.compile(r"(?i)^update"),
    Operation.DELETE: re.compile(r"(?i)^(?:delete|del|truncate)"),
}
_FIELDS: Final = (("file_id", r"file_?id"), ("content_version_id", r"content_?version_?id"))
_TAKES: Final = (
    r"query|select|insert|update|delete|exists|from|from_|select_from|into|join|innerJoin|leftJoin"
    r"|outerjoin|get|add|add_all|merge|getRepository|getCustomRepository|Model|Find|First|Last|Take"
    r"|Create|Save|Delete|Updates?|Where|Preload|insert_into|repository|Repository|from_query"
    r"|count|createQueryBuilder|manager|Set|scalars?|aliased|DbSet|NewSelect|NewInsert|relationship"
    r"|resultset|find|save|remove|alias|AutoMigrate|all|one|insert!|get!|ds|TypeOrmModule\.forFeature"
)
_GIVES: Final = (
    r"objects|query|select\w*|insert\w*|update\w*|delete\w*|create\w*|get\w*|filter\w*|where\w*"
    r"|find\w*|count|bulkCreate|destroy\w*|upsert|raw|all|first|last|order\w*|pluck|includes|joins"
    r"|exists|c|table|dsl|replace\w*|truncate|drop\w*|save|alias|columns|scope|each|sum|fetch\w*"
)


_MAX_LINES: Final = 80  # of a mapping, above the name of its table
_MAX_LEAD: Final = 160  # characters between the receiver of a call and the name of a table
_MAX_CHARACTERS: Final = 2000  # of a chain of calls


@dataclass(frozen=True, slots=True)
class Idiom:
    """A place that reaches tables without a statement in it."""

    line: int  # of the passage, from 1
    end_line: int
    code: str  # on one line
    tables: tuple[str, ...]
    operation: Operation
    columns: tuple[str, ...]
    forbidden_columns: tuple[str, ...]
    site: Site
    confidence: Confidence
    reason: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call that names a table."""

    first: int  # character of its word
    last: int  # character behind the name of the table
    word: str
    table: str  # folded


@dataclass(frozen=True, slots=True)
class Model:
    """What code calls the mapping of a table."""

    name: str
    table: str
    library: str
    root: str  # name of the code root
    family: str  # of the languages that can use it


def idioms_in(passage: Passage, unit: Unit | None, tables: Tables) -> Iterator[Idiom]:
    """Yield the mappings of tables, and the calls of query builders that name one."""
    if passage.medium not in {Medium.PROGRAM, Medium.NOTEBOOK}:
        return
    text = passage.data.decode("utf-8", "replace")
    for form, match in _mappings(text, tables):
        if _is_code(_first(match), unit, text):
            yield _mapped(form, match, text, tables)
    for form, call in _calls_in(text, tables):
        if _is_code(call.first, unit, text):
            yield _called(form, call, text, tables)
    if _is_indexed(text):
        for match in _indexed(tuple(sorted(tables))).finditer(text):
            if _is_code(_first(match), unit, text):
                call = Call(match.start(), match.end(), "", _table(match, tables))
                yield _built(call, text, tables, Operation.ANY, "a database is indexed by it")


def _is_indexed(text: str) -> bool:
    """Whether a library is at work that gives tables as items of the database."""
    return re.search(r"\bsqlite_utils\b|\bimport dataset\b|\bSequel\b|\bLiteDB\b", text) is not None


def _calls_in(text: str, tables: Tables) -> Iterator[tuple[dict[str, Any], Call]]:
    if not _named(tuple(sorted(tables))).search(text):
        return
    for form in _FORMS["call"]:
        if "needs" in form and not re.search(form["needs"], text, re.IGNORECASE):
            continue
        for named in _named(tuple(sorted(tables))).finditer(text):
            start = max(0, named.start() - _MAX_LEAD)
            lead = _leads(form["words"]).search(text[start : named.start()])
            if lead is None:
                continue
            call = Call(
                start + lead.start("word"), named.end(), lead["word"], _table(named, tables)
            )
            if "refuses" in form:
                is_other = (
                    re.search(form["refuses"], lead["receiver"] or "", re.IGNORECASE)
                    or "(" not in lead[0][lead.end("word") - lead.start() :]
                )
                if is_other or (call.word.lower() == "join" and not _is_chain(text, call)):
                    continue
            yield form, call


def learn_models(passages: Iterable[tuple[str, Passage]], tables: Tables) -> list[Model]:
    """Collect what code calls the mappings of tables."""
    found: dict[Model, None] = {}
    for root, passage in passages:
        text = passage.data.decode("utf-8", "replace")
        family = family_of(passage.language)
        for form, match in _mappings(text, tables):
            name = _model_name(form, match, text)
            if name and passage.medium is Medium.PROGRAM:
                found[Model(name, tables[_table(match, tables)], form["library"], root, family)] = (
                    None
                )
    return list(found)


def uses_in(passage: Passage, unit: Unit, models: list[Model], root: str) -> Iterator[Idiom]:
    """Yield the queries that go through a model."""
    text = passage.data.decode("utf-8", "replace")
    for model in models:
        if model.root != root or model.family != family_of(passage.language):
            continue
        for match in _uses(model.name, model.library).finditer(text):
            if not _is_code(_first(match), unit, text) or re.search(
                r"\bimport\b|^\s*class\b", _line_of(text, match)
            ):
                continue
            code, line, end_line = _expression(text, match.start(), match.end())
            forbidden = _forbidden(code) if folded(model.table) in BOUND else ()
            yield Idiom(
                line,
                end_line,
                code,
                (model.table,),
                _chained(code, match[0]),
                forbidden,
                forbidden,
                Site.MODEL_USE,
                Confidence.MEDIUM,
                f"{model.name} is the {model.library} mapping of {model.table}",
            )


def _mappings(text: str, tables: Tables) -> Iterator[tuple[dict[str, Any], re.Match[str]]]:
    low = text.lower()
    names = tuple(sorted(tables))
    singles = [name.removesuffix("s") for name in names]
    if not any(name in low for name in singles):
        return
    is_quoted = _named(names).search(text) is not None
    for form in _FORMS["mapping"]:
        if not is_quoted and "{Q}{T}{Q}" in form["pattern"]:
            continue
        if _sure_word(form["pattern"]) not in text:
            continue
        if "needs" in form and not re.search(form["needs"], text, re.IGNORECASE):
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


@cache
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    """Find the name of a table as the whole of a string, or as a symbol of Ruby."""
    either = "|".join(map(re.escape, names))
    return re.compile(
        rf"[\"'`](?:main\.)?(?P<table>{either})(?:\s+(?:as\s+)?\w+)?[\"'`]|:(?P<symbol>{either})\b"
    )


@cache
def _leads(words: str) -> re.Pattern[str]:
    """Match what stands before the name: a receiver, one of the words, what may come between."""
    word = "|".join(map(re.escape, words.split()))
    return re.compile(
        rf"(?P<receiver>(?:[\w$\])]+\s*(?:\.|->|::)\s*)*)(?<!\w)(?P<word>{word})!?\s*(?:<[^>(]*>)?"
        r"[\s(]\s*(?:table\s*[=:]\s*|\w+\s*,\s*[\"']main[\"']\s*,\s*|[\"'][\w ]*[\"'],\s*)?&?$"
    )


def _table(match: re.Match[str], tables: Tables) -> str:
    groups = match.groupdict()
    named = groups.get("table") or groups.get("symbol")
    if named:
        return folded(named)
    single = folded(groups["single"])
    return single + "s" if single + "s" in tables else single


def _model_name(form: dict[str, Any], match: re.Match[str], text: str) -> str | None:
    if "model" in match.groupdict() and match["model"]:
        return str(match["model"])
    way = form.get("model")
    before = text[: match.start()]
    if way == "assigned":
        found = _ASSIGNED.search(before)
        return found[1] if found else None
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
    table = _table(match, tables)
    line = text.count("\n", 0, match.start()) + 1
    name = _model_name(form, match, text)
    body = _body(text, match, name)
    forbidden = _forbidden(body) if table in BOUND else ()
    return Idiom(
        line,
        text.count("\n", 0, match.end()) + 1,
        " ".join(_line_of(text, match).split()),
        (tables[table],),
        Operation.ANY,
        forbidden,
        forbidden,
        Site.MODEL,
        Confidence.HIGH if "single" not in match.groupdict() else Confidence.MEDIUM,
        f"{form['library']} maps {name or 'a class'} to it",
    )


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


def _called(form: dict[str, Any], call: Call, text: str, tables: Tables) -> Idiom:
    stated = form.get("op")
    code, _, _ = _expression(text, call.first, call.last)
    operation = Operation(stated) if stated else _chained(code, call.word)
    return _built(call, text, tables, operation, f"{call.word} names the table")


def _built(call: Call, text: str, tables: Tables, operation: Operation, reason: str) -> Idiom:
    code, line, end_line = _expression(text, call.first, call.last)
    forbidden = _forbidden(code) if call.table in BOUND else ()
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


def _chained(code: str, word: str) -> Operation:
    own = next((op for op, form in _OWN.items() if form.search(word.lstrip(". "))), None)
    if own:
        return own
    return next((op for op, form in _CHAINED if form.search(code)), Operation.SELECT)


def _is_chain(text: str, call: Call) -> bool:
    code, _, _ = _expression(text, call.first, call.last)
    return re.search(r"(?i)\b(?:select|from|knex|where|db|query|table)\b", code) is not None


def _expression(text: str, first: int, last: int) -> tuple[str, int, int]:
    """Return the chain of calls around a match on one line, with its first and last line."""
    start = text.rfind("\n", 0, first) + 1
    while text[start:].lstrip(" \t").startswith((".", "->", "|>")) and start > 0:
        start = text.rfind("\n", 0, start - 1) + 1
    end = last
    depth = text.count("(", first, end) - text.count(")", first, end)
    while end < len(text) and end - last < _MAX_CHARACTERS:
        depth += (text[end] in "([{") - (text[end] in ")]}")
        following = text[end + 1 :].lstrip()[:2]
        if text[end] == ";" or depth < 0:
            break
        if (
            text[end] == "\n"
            and depth <= 0
            and not (
                text[:end].rstrip().endswith(".")
                or following[:1] in {".", "?"}
                or following in {"->", "|>"}
            )
        ):
            break
        end += 1
    lead = text[start:end]
    line = text.count("\n", 0, start) + 1
    return " ".join(lead.split())[:400], line, line + lead.rstrip().count("\n")


def _forbidden(code: str) -> tuple[str, ...]:
    found = (name for name, form in _FIELDS if re.search(rf"(?i)\b{form}\b", code))
    return tuple(sorted(set(found) & FORBIDDEN))


def _line_of(text: str, match: re.Match[str]) -> str:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.start())
    return text[start : end if end >= 0 else len(text)]


def _first(match: re.Match[str]) -> int:
    return match.start() + len(match[0]) - len(match[0].lstrip())


def _is_code(first: int, unit: Unit | None, text: str) -> bool:
    """Whether something begins in code, not in a comment or inside of a text."""
    if unit is None:
        return True
    place = len(text[:first].encode())
    node = unit.source.tree.root_node.descendant_for_byte_range(place, place + 1)
    if is_in_comment(node):
        return False
    while node is not None:
        if is_string(node) and node.start_byte < place:
            return False
        node = node.parent
    return True


@cache
def _indexed(names: tuple[str, ...]) -> re.Pattern[str]:
    table = f"(?P<table>{'|'.join(map(re.escape, names))})"
    return re.compile(rf"\b(?:\w*db|DB)\b\[\s*[\"':]{table}[\"']?\s*\]")


@cache
def _uses(name: str, library: str) -> re.Pattern[str]:
    word = re.escape(name)
    small = re.escape(name[:1].lower() + name[1:])
    forms = [
        rf"\b(?:{_TAKES})!?\s*(?:<[^>(]*>)?\(\s*(?:[\w.]+,\s*)?[&*]?(?:\[\]\*?)?(?:\w+[.:]+)*{word}\b(?!\s*\.\s*(?:objects|query)\b)",
        rf"(?<![\w.]){word}\s*(?:\.|::|->)\s*(?:{_GIVES})\b",
        rf"\b(?:Repository|DbSet|EntityRepository|InjectRepository|Dao)\w*\s*[<(]\s*{word}\s*[>)]",
    ]
    if library == "Prisma":
        forms = [rf"(?i:prisma\w*|db|client|tx|ctx\.\w+)\.{small}\s*\.\s*\w+\s*\("]
    if library == "Ecto":
        forms.append(rf"\bfrom\s*\(?\s*\w+\s+in\s+(?:\w+\.)*{word}\b")
    if library in {"GORM", "xorm", "Bun"}:  # the type of what is filled in tells the table
        declared = rf"(?:\[\]|\*)*(?:\w+\.)?{word}\b(?=\s*[,){{\n])"
        variable = rf"(?P<variable>\w+)(?:\s+|\s*:?=\s*&?(?:make\()?){declared}"
        taken = r"\.(?:Find|First|Last|Take|Scan|Get|Pluck|Create|Save|Delete|Updates?|Insert)\("
        forms.append(rf"(?s:{variable}(?:(?!\nfunc ).){{0,1500}}?(?={taken}))")
    if library in {"Diesel", "SeaORM"}:
        forms.append(rf"\b{word}::(?:table|dsl|Entity)\b")
    return re.compile("|".join(forms))
