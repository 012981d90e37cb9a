"""Code paths: the places in consumer code that read or write a legacy table.

Each statement is compiled, never executed, on an empty copy of the legacy schema and on schema
v5; what SQLite's compiler says of it holds. Where it compiles on neither, its words decide.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import apsw

from verification.inventory.builders import calls_in
from verification.inventory.candidates import File, Part, candidates, parts_of
from verification.inventory.claims import Claim
from verification.inventory.gathering import claims_in
from verification.inventory.judging import Schemas, learn_other_shape, schemas_of
from verification.inventory.languages import TEXT, Medium
from verification.inventory.mappings import Model, learn_models, mappings_in
from verification.inventory.masking import masked, masked_aside
from verification.inventory.model import CodePath, Search, SetAside
from verification.inventory.passing import passed_through
from verification.inventory.project import Project
from verification.inventory.recording import recorded, recorded_idiom
from verification.inventory.uses import uses_in
from verification.inventory.walking import root_name, source_files

_ATTACH: Final = re.compile(
    rb"\bATTACH\b(?:\s+DATABASE)?\s+[^\n;]{1,80}?\s+AS\s+[\"'`\[]?(\w+)", re.IGNORECASE
)


def find_code_paths(
    code: tuple[Path, ...], tables: frozenset[str], legacy: apsw.Connection | None
) -> Search:
    """Search the code roots for code paths to the tables.

    ``legacy`` gives the schema that the code was written for; it is only read.
    """
    if not tables:
        return Search()
    schemas = schemas_of(tables, legacy)
    names = frozenset({*schemas.tables, *schemas.ways.fired})
    words = _words(names)
    files, unreadable, count = candidates(code, words, names)
    parts = [part for file in files for part in parts_of(file)]
    project = _project(parts, schemas, names)
    claimed = [(part, claim) for part in parts for claim in claims_in(part, project, words)]
    _learn(files, claimed, schemas)
    outcomes = [recorded(part, claim, words, schemas) for part, claim in claimed]
    found = [outcome for outcome in outcomes if isinstance(outcome, CodePath)]
    found += _without_statements(code, parts, project, schemas)
    aside = {outcome for outcome in outcomes if isinstance(outcome, SetAside)}
    return Search(
        code_paths=tuple(map(masked, sorted(_without_repeats(found), key=_order))),
        unreadable=unreadable,
        unparsed=_unparsed(parts),
        set_aside=tuple(map(masked_aside, sorted(aside, key=_place))),
        file_count=count,
    )


def _words(names: Iterable[str]) -> re.Pattern[bytes]:
    either = "|".join(re.escape(name) for name in sorted(names))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)".encode(), re.IGNORECASE)


def _project(parts: list[Part], schemas: Schemas, names: frozenset[str]) -> Project:
    """Collect what the parts bind, so that one can be read with the help of the others."""
    project = Project(frozenset(schemas.tables), names)
    for unit in (part.unit for part in parts if part.unit is not None):
        project.learn(unit)
    return project


def _learn(files: list[File], claimed: list[tuple[Part, Claim]], schemas: Schemas) -> None:
    """Learn under what names databases are attached, and which tables the code makes itself."""
    for file in files:
        schemas.attached.update(found[1].decode() for found in _ATTACH.finditer(file.data))
    for part, claim in claimed:
        learn_other_shape(claim.statement, part.file.root, schemas)


def _unparsed(parts: list[Part]) -> tuple[str, ...]:
    broken = {
        part.file.place
        for part in parts
        if part.unit is not None and part.unit.source.is_broken and part.file.has_table
    }
    return tuple(sorted(broken))


def _without_statements(
    code: tuple[Path, ...], parts: list[Part], project: Project, schemas: Schemas
) -> Iterator[CodePath]:
    """Yield models of ORMs and their uses, query builders, and what passes SQL through."""
    ours = [part for part in parts if not part.file.is_foreign]
    for part in ours:
        is_read = part.unit is not None or part.passage.language == TEXT
        if is_read and part.passage.medium in {Medium.PROGRAM, Medium.NOTEBOOK}:
            for find in (mappings_in, calls_in):
                for idiom in find(part.passage, part.unit, schemas.tables):
                    yield recorded_idiom(part, idiom, schemas)
        if part.unit is not None:
            for idiom in passed_through(part.unit, project):
                yield recorded_idiom(part, idiom, schemas)
    models = learn_models([(part.file.root, part.passage) for part in ours], schemas.tables)
    for part in _parts_with(code, models, ours):
        if part.unit is not None:
            for idiom in uses_in(part.passage, part.unit, models, part.file.root):
                yield recorded_idiom(part, idiom, schemas)


def _parts_with(code: tuple[Path, ...], models: list[Model], known: list[Part]) -> Iterator[Part]:
    """Yield the parts of all files that name a model; most of them name no table."""
    names = {model.name.lower().encode() for model in models}
    parts: dict[str, list[Part]] = {}
    for part in known:
        parts.setdefault(part.file.place, []).append(part)
    for root in code if names else ():
        for path, data in source_files(root):
            if isinstance(data, bytes) and any(name in data.lower() for name in names):
                file = File(root_name(root), path, data, has_table=False, is_foreign=False)
                yield from parts.get(file.place) or parts_of(file)


def _without_repeats(paths: list[CodePath]) -> list[CodePath]:
    """Keep one of those that say the same of a line; a statement wins over a mere idiom."""
    spoken = {
        (path.root, path.file, line)
        for path in paths
        if path.compiles_on_v5 is not None and path.tables
        for line in range(path.line, path.end_line + 1)
    }
    kept: dict[tuple[str, str, int, str], CodePath] = {}
    for path in sorted(paths, key=lambda path: not path.tables):
        is_idiom = path.compiles_on_v5 is None
        if is_idiom and (path.root, path.file, path.line) in spoken:
            continue
        statement = "" if is_idiom else path.statement
        kept.setdefault((path.root, path.file, path.line, statement), path)
    return list(kept.values())


def _place(aside: SetAside) -> tuple[str, int, str]:
    return aside.file, aside.line, aside.statement


def _order(path: CodePath) -> tuple[str, str, int, str]:
    return path.root, path.file, path.line, path.statement
