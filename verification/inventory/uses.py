"""Queries that go through the mapping of a table."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from verification.inventory.effects import BOUND
from verification.inventory.idioms import (
    Idiom,
    expression,
    first_of,
    forbidden_in,
    is_code,
    line_of,
    operation_of,
)
from verification.inventory.languages import family_of
from verification.inventory.mappings import Model
from verification.inventory.model import Confidence, Site
from verification.inventory.passages import Passage
from verification.inventory.project import Unit
from verification.inventory.schema import folded

_TAKES: Final = (
    r"query|select|insert|update|delete|exists|from|from_|select_from|into|join|innerJoin|leftJoin"
    r"|outerjoin|get|add|add_all|merge|getRepository|getCustomRepository|Model|Find|First|Last|Take"
    r"|Create|Save|Delete|Updates?|Where|Preload|insert_into|repository|Repository|from_query"
    r"|count|createQueryBuilder|manager|Set|scalars?|aliased|DbSet|NewSelect|NewInsert|relationship"
    r"|resultset|find|save|remove|alias|AutoMigrate|all|one|insert!|get!|ds|TypeOrmModule\.forFeature"
    r"|bulk_(?:insert_mappings|update_mappings|save_objects)|CreateInBatches|persist"
    r"|(?:delete|update|insert)_all"
)
_GIVES: Final = (
    r"objects|query|select\w*|insert\w*|update\w*|delete\w*|create\w*|get\w*|filter\w*|where\w*"
    r"|find\w*|count|bulkCreate|destroy\w*|upsert\w*|raw|all|first\w*|last|order\w*|pluck|includes|joins"
    r"|exists|c|table|__table__|dsl|replace\w*|truncate|drop\w*|save|alias|columns|scope|each|sum|fetch\w*"
)
_QUERIES: Final = (
    r"Add|Remove|Update|Attach|Find|First|Single|Last|Any|All|Count|Where|Select|Include|OrderBy"
    r"|GroupBy|Join|ToList|ToArray|ToDictionary|AsNoTracking|AsQueryable|FromSql|Execute"
)
_TYPED: Final = frozenset({"GORM", "xorm", "Bun"})  # the type of what they fill tells the table
_FILLS: Final = r"Find|First|Last|Take|Scan|Get|Pluck|Create|Save|Delete|Updates?|Insert|Model"


def uses_in(passage: Passage, unit: Unit, models: list[Model], root: str) -> Iterator[Idiom]:
    """Yield the queries that go through a model."""
    text = passage.data.decode("utf-8", "replace")
    family = family_of(passage.language)
    for model in models:
        is_foreign = model.family and family and model.family != family
        if model.root != root or (is_foreign and model.name.islower()):  # a mere word there
            continue
        found = list(_uses(model.name, model.library).finditer(text))
        if model.library in _TYPED:
            found += _typed(model.name, text)
        for match in found:
            if not is_code(first_of(match), unit, text) or re.search(
                r"\bimport\b|^\s*class\b", line_of(text, match)
            ):
                continue
            code, line, end_line = expression(text, match.start(), match.end())
            forbidden = forbidden_in(code) if folded(model.table) in BOUND else ()
            yield Idiom(
                line,
                end_line,
                code,
                (model.table,),
                operation_of(code, match[0]),
                forbidden,
                forbidden,
                Site.MODEL_USE,
                Confidence.MEDIUM,
                f"{model.name} is the {model.library} mapping of {model.table}",
            )


@cache
def _uses(name: str, library: str) -> re.Pattern[str]:
    word = re.escape(name)
    small = re.escape(name[:1].lower() + name[1:])
    forms = [
        rf"\b(?:{_TAKES})!?\s*(?:<[^>(]*>)?\(\s*(?:[\w.]+,\s*)?(?:new\s+|\[\]|[&*%\[])*(?:\w+[.:]+)*{word}\b(?!\s*\.\s*(?:objects|query)\b)",
        rf"(?<![\w.]){word}\s*(?:\.|::|->)\s*(?:{_GIVES})\b",
        rf"\b\w*(?:Repository|DbSet|Dao|TableQuery)\w*\s*[<(\[]\s*{word}\s*[],>)]",
        rf"(?<![\w.]){word}\((?:[^()\n]|\([^()\n]*\))*\)\s*\.\s*save\(",
    ]
    if library == "Prisma":
        forms = [rf"(?i:prisma\w*|db|client|tx|ctx\.\w+)\.{small}\s*\.\s*\w+\s*\("]
    if library == "Entity Framework":
        forms.append(rf"\.{word}\s*\.\s*(?:{_QUERIES})\w*\s*[(<]")
    if library == "Ecto":
        forms.append(rf"\bfrom\s*\(?\s*\w+\s+in\s+(?:\w+\.)*{word}\b")
    if library == "Drift":
        forms.append(
            rf"\b(?:select|selectOnly|into|update|delete|innerJoin)\(\s*(?:\w+\.)*{small}\b"
        )
    if library == "SeaQuery":
        forms = [rf"\b{word}::Table\b"]
    if library in {"Diesel", "SeaORM"}:
        forms.append(rf"\b{word}::(?:table|dsl|Entity)\b")
    return re.compile("|".join(forms))


def _typed(name: str, text: str) -> Iterator[re.Match[str]]:
    """Yield the calls that fill or store a variable whose type is a model."""
    declared = re.finditer(_variable(name), text)
    for variable in dict.fromkeys(found["variable"] for found in declared):
        yield from re.finditer(rf"\.(?:{_FILLS})\(\s*&?{variable}\b", text)


@cache
def _variable(name: str) -> str:
    word = re.escape(name)
    return rf"\b(?P<variable>\w+)(?:\s+|\s*:?=\s*&?(?:make\()?)(?:\[\]|\*)*(?:\w+\.)?{word}\b"
