"""How far the index and ctags agree on the definitions in the same files.

A definition is the same where name, line and kind are. The sample is taken by content hash: equal
for equal inputs. Where ctags cannot be asked, the agreement says why.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import apsw

from migrations.opening import connect
from verification.commits import forget_processes
from verification.oracle import ctags
from verification.oracle.kinds import vocabulary
from verification.oracle.left_out import Place, bodies_of, reason
from verification.places import Root, root_of

_MAX_CONTENTS: Final = 100  # of a language
_MAX_BYTES: Final = 2 << 20  # of a language
_MAX_SHOWN: Final = 24  # differences in all
_SHOWN_EACH: Final = 3  # of one language, kind and side
_CONTENTS: Final = """
SELECT
    asts.ast_id,
    parser_versions.language,
    asts.size_bytes,
    MIN(roots.name || '/' || path), -- the first file; the columns below are of its row
    roots.location,
    roots.commit_id,
    path
FROM asts
INNER JOIN parser_versions USING (parser_version_id)
INNER JOIN files USING (content_hash, language)
INNER JOIN roots USING (root_id)
WHERE instr(roots.location || path, char(10)) = 0 -- ctags reads a list of lines
GROUP BY asts.ast_id
ORDER BY asts.content_hash, parser_versions.language
"""
_SYMBOLS: Final = "SELECT name, symbol_type, line_number FROM symbols WHERE ast_id = ?"
_EXTENTS: Final = "SELECT symbol_type, line_number, end_line FROM symbols WHERE ast_id = ?"


class Breadth(StrEnum):
    """How many files the oracle is asked about."""

    SAMPLE = "sample"
    ALL = "all"
    OFF = "off"


@dataclass(frozen=True, slots=True, order=True)
class Definition:
    """One definition in a file, in the words of both."""

    language: str
    kind: str
    place: str  # root and path
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Cell:
    """How many definitions of one language and kind both found, or only one of the two."""

    language: str
    kind: str
    both: int
    only_in_index: int
    only_in_ctags: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of asking ctags."""

    oracle: str | None  # the program and its version
    not_asked: str | None  # why there is nothing to report
    breadth: Breadth
    files: int = 0  # distinct contents compared
    cells: tuple[Cell, ...] = ()  # in order of language and kind
    differences: tuple[dict[str, object], ...] = ()  # of the largest cells first


def agreement(database: Path, breadth: Breadth, scratch: Path) -> Agreement:
    """Compare an index with ctags on a sample of its contents, or on all.

    What has to be written for that is in a folder of ``scratch``, and goes afterwards.
    """
    if breadth is Breadth.OFF:
        return Agreement(None, "the plan turns it off", breadth)
    connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    try:
        oracle = ctags.version()
        with TemporaryDirectory(dir=scratch) as folder:
            contents = list(_contents(connection, breadth, Path(folder)))
            ours = set(_of_index(connection, contents))
            bodies = bodies_of(_functions(connection, contents))
            theirs = set(_of_ctags(contents, ours, bodies, Path(folder)))
    except ctags.Unusable as why:
        return Agreement(None, str(why), breadth)
    finally:
        connection.close()
        forget_processes()
    cells = _cells(ours, theirs)
    return Agreement(oracle, None, breadth, len(contents), cells, _differences(ours, theirs, cells))


def _contents(
    connection: apsw.Connection, breadth: Breadth, folder: Path
) -> Iterator[tuple[Any, ...]]:
    """Yield (ast_id, language, place, location) of the contents to compare.

    What lies in a commit is written into ``folder``, for ctags to read.
    """
    roots: dict[tuple[str, str], Root] = {}
    left = dict.fromkeys(vocabulary()["languages"], (_MAX_CONTENTS, _MAX_BYTES))
    rows: Iterator[tuple[Any, ...]] = connection.execute(_CONTENTS)
    for ast_id, language, size, place, root, commit, path in rows:
        contents, size_bytes = left.get(language, (0, 0))
        is_sampled = contents > 0 and size <= size_bytes
        if is_sampled:
            left[language] = (contents - 1, size_bytes - size)
        if is_sampled or (breadth is Breadth.ALL and language in left):
            location = f"{root}/{path}"
            if commit:
                found = roots.setdefault((root, commit), root_of(root, (), commit))
                location = str(folder / str(ast_id))
                Path(location).write_bytes(_content(found, path))
            yield ast_id, language, place, location


def _content(root: Root, path: str) -> bytes:
    """Return what a file of a commit holds; nothing where that is gone, which V-013 tells."""
    try:
        return root.place(path).read_bytes()
    except OSError:
        return b""


def _of_ctags(
    contents: list[tuple[Any, ...]],
    ours: set[Definition],
    bodies: frozenset[Place],
    folder: Path,
) -> Iterator[Definition]:
    """Yield what ctags finds, but for what the index leaves out on purpose."""
    for language, kinds in vocabulary()["languages"].items():
        places = {location: place for _, of, place, location in contents if of == language}
        for tag in sorted(ctags.tags_of(kinds["ctags"], places, folder)) if places else ():
            if tag.kind in kinds and tag.path in places:
                found = Definition(language, kinds[tag.kind], places[tag.path], tag.line, tag.name)
                if found in ours or not reason(language, tag, bodies):
                    yield found


def _functions(
    connection: apsw.Connection, contents: list[tuple[Any, ...]]
) -> Iterator[tuple[str, int, int]]:
    """Yield (location, first line, last line) of every function."""
    for ast_id, _, _, location in contents:
        for symbol_type, first, last in connection.execute(_EXTENTS, (ast_id,)):
            if vocabulary()["ours"].get(symbol_type) == "function":
                yield location, first, last


def _of_index(connection: apsw.Connection, contents: list[tuple[Any, ...]]) -> Iterator[Definition]:
    for ast_id, language, place, _ in contents:
        known = set(vocabulary()["languages"][language].values())
        rows: Iterator[tuple[Any, ...]] = connection.execute(_SYMBOLS, (ast_id,))
        for name, symbol_type, line in rows:
            kind = vocabulary()["ours"].get(symbol_type)
            if kind in known:
                yield Definition(language, kind, place, line, name)


def _cells(ours: set[Definition], theirs: set[Definition]) -> tuple[Cell, ...]:
    counts = [
        Counter((each.language, each.kind) for each in part)
        for part in (ours & theirs, ours - theirs, theirs - ours)
    ]
    keys = sorted(set().union(*counts))
    return tuple(Cell(*key, *(count[key] for count in counts)) for key in keys)


def _differences(
    ours: set[Definition], theirs: set[Definition], cells: tuple[Cell, ...]
) -> tuple[dict[str, object], ...]:
    """Show the first definitions of the cells that differ most."""
    sides = [
        (count, cell, only_in)
        for cell in cells
        for only_in, count in (("index", cell.only_in_index), ("ctags", cell.only_in_ctags))
        if count
    ]
    shown: list[dict[str, object]] = []
    for _, cell, only_in in sorted(sides, key=lambda side: (-side[0], side[1].language, side[2])):
        only = ours - theirs if only_in == "index" else theirs - ours
        found = sorted(
            each for each in only if (each.language, each.kind) == (cell.language, cell.kind)
        )
        for each in found[:_SHOWN_EACH]:
            place = f"{each.place}:{each.line}"
            words = {"language": each.language, "kind": each.kind, "name": each.name}
            shown.append({"only_in": only_in, **words, "place": place})
    return tuple(shown[:_MAX_SHOWN])
