"""Checks against a clean process that extracts sampled contents anew; see survey.py.

It is the builder's own extractor. So these tell that the rows in the index are those of the bytes
on disk today, whatever was reused, loaded or touched in between. Whether the extractor is right,
V-032 and V-035 ask without it.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

import apsw
import zstandard

from verification.subject import Check, Severity, Subject
from verification.survey import Content, disk, extraction, sample
from verification.unpacking import unpack

Offences = Iterator[dict[str, object]]
_MAX_NAMES: Final = 100
_MAX_ROWS_OF_NAME: Final = 5000  # more frequent names are left to the comparison file by file
_HASH: Final = "NULLIF(lower(hex(definition_hash)), '') AS definition_hash"
_METADATA: Final = (
    "(SELECT metadata_json FROM symbols WHERE symbols.symbol_id = golden_symbols.symbol_id)"
    " AS metadata_json"
)
_PLACE: Final = ("line_number", "column_number")
_SYMBOL: Final = ("name", "symbol_type", "scope", *_PLACE, "end_line", "signature")
_REF: Final = ("name", "ref_type", "context", *_PLACE)
_VIEWS: Final = {  # columns after root and path, and what the rows are in the order of
    "golden_symbols": ("symbols", (*_SYMBOL, _HASH, _METADATA), "symbol_id"),
    "golden_refs": ("refs", _REF, ", ".join(_PLACE)),
}
_LOOKUPS: Final = {  # columns, and what the rows are in the order of
    "imports": (("module", "import_kind", "origin", *_PLACE), ", ".join(_PLACE)),
    "definition_docs": ((*_PLACE, "docstring"), ", ".join(_PLACE)),
    "content_tags": (("tag", "weight"), "tag"),
}
_BY_NAME: Final = (
    (
        "symbols",
        "SELECT DISTINCT root, path, content_hash, language FROM golden_symbols"
        " WHERE symbol_type IN (SELECT symbol_type FROM symbol_kinds) AND name = ?",
    ),
    (
        "refs",
        "WITH RECURSIVE types (ref_type) AS (SELECT MIN(ref_type) FROM refs UNION ALL"
        " SELECT (SELECT MIN(ref_type) FROM refs WHERE ref_type > types.ref_type)"
        " FROM types WHERE ref_type IS NOT NULL)"
        " SELECT DISTINCT root, path, content_hash, language FROM golden_refs"
        " WHERE ref_type IN types AND name = ?",
    ),
)


def _other_parsers(connection: apsw.Connection, subject: Subject) -> Offences:
    known = extraction(connection, subject).parser_versions
    rows = connection.execute(
        "SELECT language, grammar, grammar_version, lower(hex(query_sha256)), extractor_version,"
        " lower(hex(fingerprint)) FROM parser_versions ORDER BY language"
    )
    found = {language: columns for language, *columns in rows}
    for language in sorted(found.keys() | known.keys()):
        expected = list(known.get(language, {}).values())
        if found.get(language) != expected:
            yield {
                "language": language,
                "in_index": found.get(language),
                "of_extractor": expected or None,
            }


def _other_measures(connection: apsw.Connection, subject: Subject) -> Offences:
    names = ("size_bytes", "line_count", "has_error", "encoding", "facts_sha256")
    for content, entry in _pairs(connection, subject):
        row: tuple[Any, ...] = connection.execute(
            "SELECT size_bytes, line_count, has_error, encoding, facts FROM asts WHERE ast_id = ?",
            (content.ast_id,),
        ).fetchall()[0]
        *found, facts = row
        for name, in_index in zip(names, (*found, _facts_sha256(facts)), strict=True):
            if in_index != entry.get(name):
                yield {
                    **_named(content),
                    "measure": name,
                    "in_index": in_index,
                    "extracted": entry.get(name, entry.get("failure")),
                }


def _other_lookups(connection: apsw.Connection, subject: Subject) -> Offences:
    for content, entry in _pairs(connection, subject):
        for table, (names, order) in _LOOKUPS.items():
            columns = ", ".join(names)
            query = f"SELECT {columns} FROM {table} WHERE ast_id = ? ORDER BY {order}"
            found = connection.execute(query, (content.ast_id,)).fetchall()
            yield from _differences(
                {**_named(content), "table": table}, names, found, entry.get(table, ())
            )


def _other_rows(connection: apsw.Connection, subject: Subject) -> Offences:
    """Compare file by file, then name by name; paths are those that hold the content on disk.

    Files that changed since are V-013's.
    """
    pairs = list(_pairs(connection, subject))
    changed = {(file.root, file.path) for file in disk(connection) if file.problem}
    for content, entry in pairs:
        for view in _VIEWS:
            for offence in _other_rows_of(connection, content, view, entry):
                if (offence["root"], offence["path"]) not in changed:
                    yield offence
    for offence in _other_paths(connection, pairs):
        if (offence["root"], offence["path"]) not in changed:
            yield offence


def _other_rows_of(
    connection: apsw.Connection, content: Content, view: str, entry: dict[str, Any]
) -> Offences:
    table, names, key = _VIEWS[view]
    columns = ", ".join(names)
    query = (
        f"SELECT root, path, {columns} FROM {view} WHERE content_hash = ? AND language = ?"
        f" ORDER BY root, path, {key}"
    )
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for root, path, *row in connection.execute(query, (content.content_hash, content.language)):
        found.setdefault((root, path), []).append(tuple(row))
    extra = (None,) if table == "symbols" else ()  # the extractor makes no metadata_json
    rows = [(*row, *extra) for row in entry.get(table, ())]
    expected = {(place.root, place.path): rows for place in content.places}
    for root, path in sorted(found.keys() | expected.keys()):
        place: dict[str, object] = {"root": root, "path": path, "view": view}
        pair = (found.get((root, path), []), expected.get((root, path), []))
        yield from _differences(place, names, *pair)


def _other_paths(
    connection: apsw.Connection, pairs: list[tuple[Content, dict[str, Any]]]
) -> Offences:
    """Ask the index where sampled names are; among the sampled contents it must say just that."""
    sampled = {(content.content_hash, content.language) for content, _ in pairs}
    for table, query in _BY_NAME:
        places: dict[str, set[tuple[str, str]]] = {}
        for content, entry in pairs:
            for name in {row[0] for row in entry.get(table, ())}:
                held = {(place.root, place.path) for place in content.places}
                places.setdefault(name, set()).update(held)
        for name in sorted(places, key=lambda name: sha256(name.encode()).digest())[:_MAX_NAMES]:
            rows = connection.execute(f"{query} LIMIT {_MAX_ROWS_OF_NAME}", (name,)).fetchall()
            if len(rows) == _MAX_ROWS_OF_NAME:
                continue
            found = {row[:2] for row in rows if row[2:] in sampled}
            for root, path in sorted(found ^ places[name]):
                is_found = (root, path) in found
                only_in = "index" if is_found else "extraction"
                yield {"root": root, "path": path, "name": name, "only_in": only_in}


def _pairs(
    connection: apsw.Connection, subject: Subject
) -> Iterator[tuple[Content, dict[str, Any]]]:
    """Yield each sampled content with what was extracted from it; of other parsers: V-015."""
    done = extraction(connection, subject)
    fingerprints = dict(
        connection.execute("SELECT language, lower(hex(fingerprint)) FROM parser_versions")
    )
    for content in sample(connection):
        known = done.parser_versions.get(content.language, {})
        if known.get("fingerprint") == fingerprints[content.language]:
            key = (content.content_hash, content.language)
            yield content, done.contents.get(key, {"failure": "nothing was extracted"})


def _differences(
    place: dict[str, object],
    columns: tuple[str, ...],
    found: list[tuple[Any, ...]],
    extracted: list[Any] | tuple[Any, ...],
) -> Offences:
    expected = [tuple(row) for row in extracted]
    if found == expected:
        return
    names = [column.split(" AS ")[-1] for column in columns]
    in_index, in_file = Counter(found), Counter(expected)
    if in_index == in_file:
        yield {**place, "problem": "the rows stand in another order"}
    for only_in, rows in (("index", in_index - in_file), ("extraction", in_file - in_index)):
        for row in sorted(rows.elements(), key=repr):
            columns_of = dict(zip(names[-len(row) :], row, strict=True))
            yield {**place, "only_in": only_in, **columns_of}


def _named(content: Content) -> dict[str, object]:
    first = content.places[0]
    return {"root": first.root, "path": first.path}


def _facts_sha256(facts: bytes) -> str:
    try:
        return sha256(unpack(facts)).hexdigest()
    except zstandard.ZstdError as error:
        return str(error)


CHECKS: Final = (
    Check(
        id="V-015",
        title="The parser versions are those of the extractor",
        severity=Severity.FAIL,
        section="§4.1",
        group="identity",
        find=_other_parsers,
    ),
    Check(
        id="V-023",
        title="An AST has the measures and facts that a clean process extracts",
        severity=Severity.FAIL,
        section="§6.2",
        group="identity",
        find=_other_measures,
    ),
    Check(
        id="V-034",
        title="The golden join gives the rows and paths that a clean process extracts, no other",
        severity=Severity.FAIL,
        section="§6.3",
        group="golden join",
        find=_other_rows,
    ),
    Check(
        id="V-046",
        title="Imports, docstrings and tags are those that a clean process extracts",
        severity=Severity.FAIL,
        section="§6",
        group="lookups",
        find=_other_lookups,
    ),
)
