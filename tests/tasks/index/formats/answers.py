"""Answers made by hand, and strategies for such as nobody would write."""

from hypothesis import strategies as st

from tasks.index.answers import Symbol, Use
from tasks.index.formats.indexed_file import IndexedFile

NASTY = 'a\tb\n"c\\d:\x1b[31m\x7f\x9b\u2028é'
# What an index can hold: SQLite takes no lone surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
paths = st.lists(texts.map(lambda text: text.replace("/", "|")), min_size=1, max_size=3).map(
    "/".join
)


def symbol(name, type_="function", line=1, *, root="left", path="a.py", **fields):
    rest = {"column": 4, "end_line": line, "scope": None, "language": "python", "signature": None}
    return Symbol(root=root, path=path, line=line, name=name, type=type_, **(rest | fields))


def use(name, type_="call", line=1, *, root="left", path="a.py", **fields):
    rest = {"column": 4, "scope": "", "language": "python"}
    return Use(root=root, path=path, line=line, name=name, type=type_, **(rest | fields))


def file(  # noqa: PLR0913 -- one parameter a field
    *symbols,
    uses=(),
    docstrings=None,
    root="left",
    path="a.py",
    language="python",
    encoding="utf-8",
):
    placed = [entry._replace(root=root, path=path, language=language) for entry in symbols]
    used = [entry._replace(root=root, path=path, language=language) for entry in uses]
    return IndexedFile(root, path, language, encoding, placed, used, docstrings or {})


symbols = st.builds(
    symbol,
    texts,
    st.sampled_from(["class", "function", "field"]),
    st.integers(1, 99),
    scope=st.none() | texts,
    signature=st.none() | texts,
)
files = st.builds(lambda found, path: file(*found, path=path), st.lists(symbols, max_size=4), paths)
