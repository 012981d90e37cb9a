"""Whatever an index holds, its answers are those of a search through all of it by hand."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import QuestionInvalid
from tasks.index import Index
from tasks.index.answers import FileSymbols, Miss, Symbol, Use, UsingFile
from tasks.index.by_file import ByFile
from tests.tasks.store.conftest import new_index

NAMES = ("f", "F", 'é::"*')  # few of everything, so that questions meet answers
LANGUAGES = ("c", "python")
SYMBOL_TYPES = ("function", "struct")
REF_TYPES = ("call", "identifier")
SCOPES = (None, "A", "A.b")
PATHS = ("a", "b", "d/a", "d/e/b")
ROOTS = ("left", "right")

_lines = st.integers(1, 3)
_symbols = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(SYMBOL_TYPES),
        st.sampled_from(SCOPES),
        _lines,
        st.integers(0, 2),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda row: (row[0], row[1], row[3], row[4]),
)
_refs = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(REF_TYPES),
        st.sampled_from(["" if scope is None else scope for scope in SCOPES]),
        _lines,
        st.integers(0, 2),
    ),
    min_size=3,
    max_size=8,
    unique=True,
)
_asts = st.dictionaries(  # (content, language)
    st.tuples(st.integers(0, 1), st.sampled_from(LANGUAGES)),
    st.tuples(_symbols, _refs),
    min_size=1,
    max_size=4,
)
_files = st.dictionaries(  # (root, path)
    st.tuples(st.sampled_from(ROOTS), st.sampled_from(PATHS)),
    st.tuples(st.integers(0, 1), st.sampled_from(LANGUAGES)),
    min_size=2,
    max_size=6,
)


@dataclass(frozen=True)
class Held:
    """What an index holds: files by (root, path), ASTs by (content, language)."""

    files: dict
    asts: dict

    def symbols(self):
        for root, path in sorted(self.files):
            content, language = self.files[root, path]
            for name, type_, scope, line, column in self.asts.get((content, language), ([], []))[0]:
                place = (root, path, line, column, line)
                yield Symbol(*place, name, type_, scope, language, None)

    def uses(self):
        for root, path in sorted(self.files):
            content, language = self.files[root, path]
            for name, type_, scope, line, column in self.asts.get((content, language), ([], []))[1]:
                yield Use(root, path, line, column, name, type_, scope, language)


_held = st.builds(Held, _files, _asts)
_filters = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from([*LANGUAGES, "go"]),
        "root": st.sampled_from([*ROOTS, "middle"]),
        "path": st.sampled_from(["*", "a", "d/*", "*b", "[ab]", "?"]),
    },
)
_GLOBS = {
    "*": lambda _: True,
    "a": lambda path: path == "a",
    "d/*": lambda path: path.startswith("d/"),
    "*b": lambda path: path.endswith("b"),
    "[ab]": lambda path: path in {"a", "b"},
    "?": lambda path: len(path) == 1,
}


def asked(question, *words, **filters):
    """Ask; a filter that names what a small index does not have finds nothing."""
    try:
        return question(*words, **filters)
    except QuestionInvalid:
        return []


def passes(answer, filters):
    return all(
        _GLOBS[word](answer.path) if key == "path" else getattr(answer, key) == word
        for key, word in filters.items()
    )


def in_order(found):
    return sorted(
        found,
        key=lambda item: (item.root, item.path, item.line, item.column, item.type, item.scope),
    )


@cache
def template():
    """An empty index with its companion, made once."""
    folder = TemporaryDirectory()
    with Index(new_index(Path(folder.name) / "index.db")) as index:
        index.where("f")
    return folder


def written(held, folder):
    shutil.copytree(template().name, folder, dirs_exist_ok=True)
    database = Path(folder) / "index.db"
    parsers = {language: number for number, language in enumerate(LANGUAGES, 1)}
    roots = {root: number for number, root in enumerate(ROOTS, 1)}
    with closing(apsw.Connection(str(database))) as connection, connection:
        connection.executemany(
            "INSERT INTO roots (root_id, name, location) VALUES (?, ?, '/')",
            [(roots[r], r) for r in ROOTS],
        )
        connection.executemany(
            "INSERT INTO parser_versions VALUES (?, ?, '', '', zeroblob(32), 1, ?)",
            [(number, language, bytes([number]) * 32) for language, number in parsers.items()],
        )
        connection.executemany(
            "INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns,"
            " outcome) VALUES (?, ?, ?, ?, 0, 0, 'indexed')",
            [
                (roots[root], path, bytes([content]) * 32, language)
                for (root, path), (content, language) in held.files.items()
            ],
        )
        for ast_id, ((content, language), (symbols, refs)) in enumerate(held.asts.items(), 1):
            connection.execute(
                "INSERT INTO asts (ast_id, content_hash, parser_version_id, size_bytes, line_count,"
                " has_error, encoding, facts) VALUES (?, ?, ?, 0, 0, 0, 'utf-8', x'')",
                (ast_id, bytes([content]) * 32, parsers[language]),
            )
            connection.executemany(
                "INSERT INTO symbols (ast_id, name, symbol_type, scope, line_number, column_number,"
                " end_line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5)",
                [(ast_id, *symbol) for symbol in symbols],
            )
            connection.executemany(
                "INSERT INTO refs"
                " (ref_id, ast_id, name, ref_type, context, line_number, column_number)"
                " VALUES (0, ?, ?, ?, ?, ?, ?)",
                [(ast_id, *ref) for ref in refs],
            )
        connection.execute(
            "INSERT INTO symbol_kinds SELECT DISTINCT ast_id, symbol_type FROM symbols"
        )
    return database


@settings(deadline=None, max_examples=30)
@given(
    _held,
    st.sampled_from(NAMES),
    _filters,
    st.fixed_dictionaries(
        {}, optional={"type": st.sampled_from(SYMBOL_TYPES), "scope": st.sampled_from(["A", "A.b"])}
    ),
    st.none() | st.integers(0, 3),
)
def test_where_finds_what_is_there_and_nothing_else(held, name, filters, own, limit):
    with TemporaryDirectory() as folder, Index(written(held, folder)) as index:
        found = asked(index.where, name, **filters, **own, limit=limit)
    expected = [
        symbol for symbol in held.symbols() if symbol.name == name and passes(symbol, filters | own)
    ]

    ordered = sorted(
        expected,
        key=lambda item: (item.root, item.path, item.line, item.column, item.type),
    )
    assert found == ordered[: limit or None]


@settings(deadline=None, max_examples=30)
@given(
    _held,
    st.sampled_from(NAMES),
    _filters,
    st.fixed_dictionaries({}, optional={"type": st.sampled_from(REF_TYPES)}),
    st.none() | st.integers(0, 3),
)
def test_uses_and_the_files_of_uses_are_those_that_are_there(held, name, filters, own, limit):
    with TemporaryDirectory() as folder, Index(written(held, folder)) as index:
        found = asked(index.uses, name, **filters, **own, limit=limit)
        files = asked(index.files_using, name, **filters, **own)
    expected = in_order(
        use for use in held.uses() if use.name == name and passes(use, filters | own)
    )
    counts = {}
    for use in expected:
        file = (use.root, use.path, use.language)
        counts[file] = counts.get(file, 0) + 1

    assert found == expected[: limit or None]
    assert files == [UsingFile(*file, count) for file, count in counts.items()]


@settings(deadline=None, max_examples=30)
@given(
    _held,
    st.lists(st.integers(-1, 8), max_size=12),
    st.none() | st.sampled_from([*SYMBOL_TYPES, "class"]),
)
def test_by_file_the_answers_are_those_that_are_there(held, asked, kind):
    with TemporaryDirectory() as folder, ByFile(written(held, folder)) as by_file:
        paths = [f"{root}/{path}" for root, path in held.files]
        ids = by_file.file_ids(paths)
        found = by_file.get_many_with_kind(asked, kind) if kind else by_file.get_many(asked)

    assert ids == list(range(1, len(paths) + 1))
    assert found == [answer_by_hand(held, file_id, kind) for file_id in asked]


def answer_by_hand(held, file_id, kind):
    if not 1 <= file_id <= len(held.files):
        return Miss.NO_FILE
    (root, path), (content, language) = list(held.files.items())[file_id - 1]
    if (content, language) not in held.asts:
        return Miss.NOT_EXTRACTED
    symbols = [
        symbol
        for symbol in held.symbols()
        if (symbol.root, symbol.path) == (root, path) and kind in {None, symbol.type}
    ]
    if kind and not symbols:
        return Miss.NO_SUCH_KIND
    symbols.sort(key=lambda symbol: (symbol.line, symbol.column, symbol.type, symbol.name))
    return FileSymbols(file_id, root, path, language, bytes([content]) * 32, tuple(symbols))


@settings(deadline=None, max_examples=30)
@given(_held, st.sampled_from(PATHS), st.sampled_from([None, *ROOTS]))
def test_a_file_defines_what_is_there(held, path, root):
    with TemporaryDirectory() as folder, Index(written(held, folder)) as index:
        found = index.symbols(f"{root}/{path}" if root else path)
    expected = [
        symbol for symbol in held.symbols() if symbol.path == path and root in {None, symbol.root}
    ]

    assert found == sorted(
        expected,
        key=lambda item: (item.root, item.path, item.line, item.column, item.type, item.name),
    )
