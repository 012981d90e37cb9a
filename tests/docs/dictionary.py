"""The data dictionary, made of the DDL and its comments.

A comment above a statement describes what it makes; one above or behind a column describes the
column. Names, types and keys are those that SQLite tells of a database made by the migrations.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import apsw

from migrations import runner
from migrations.catalogue import Migration, migrations
from tasks.companion.beginning import LINEAGE
from tasks.export import AST_SETS, FILE_SETS, SETS

MADE = re.compile(r"CREATE (?:UNIQUE )?(TABLE|VIEW|INDEX|VIRTUAL TABLE)(?: IF NOT EXISTS)? (\w+)")
COLUMN = re.compile(r"    ([a-z]\w*) [A-Z]+\b.*?(?:-- (.*))?$")
OWN_LINE = re.compile(r"( *)-- (.*)")
CONTINUED = re.compile(r"        .*?-- (.*)")
PARQUET = """The symbol sets of a run (`parquet/`) and of `flagday export --to DIR`. Columns mean
what they mean in the index. Files are ordered by root and path, ASTs by language and content,
symbols and refs by their AST, its files and their position.
"""


@dataclass
class Described:
    """What the DDL says of one table, view or index."""

    text: str
    columns: dict[str, str] = field(default_factory=dict)


def described(ddl: str) -> dict[str, Described]:
    """Return what the comments of a migration say, by the name of what is made."""
    found: dict[str, Described] = {}
    above: list[str] = []
    current: Described | None = None
    for line in ddl.splitlines():
        if own := OWN_LINE.fullmatch(line):
            above.append(own[2])
            continue
        if made := MADE.match(line):
            current = found[made[2]] = Described(" ".join(above))
        elif current and (column := COLUMN.match(line)):
            name = column[1]
            current.columns[name] = " ".join([*above, column[2] or ""]).strip()
        elif current and (rest := CONTINUED.match(line)):
            current.columns[name] = rest[1]
        above = []
    return found


def page() -> str:
    """Return what is made of the page."""
    return "\n".join(_page()).rstrip("\n") + "\n"


def _page() -> Iterator[str]:
    newest = migrations()[-1]
    yield f"## The index: schema v{newest.version}\n"
    yield from _database(newest)
    yield "## The companion: `<index>.companion.db`\n"
    yield from _database(migrations(LINEAGE)[-1])
    yield "## Parquet\n"
    yield PARQUET
    words = described(newest.up.decode())
    for name, schema in {"files": FILE_SETS, "asts": AST_SETS, **SETS}.items():
        yield f"### `{name}.parquet`\n"
        yield "| Column | Type | Meaning |\n|---|---|---|"
        for each in schema:
            yield f"| `{each.name}` | {each.type} | {_meaning(words, name, each.name)} |"
        yield ""


def _meaning(words: dict[str, Described], table: str, column: str) -> str:
    if column == "root":
        return words["roots"].columns["name"]
    home = next(
        t for t in (table, "files", "asts", "parser_versions") if column in words[t].columns
    )
    return words[home].columns[column]


def _database(migration: Migration) -> Iterator[str]:
    words = described(migration.up.decode())
    connection = apsw.Connection(":memory:")
    runner.apply(connection, migration)
    shadows = "SELECT name FROM pragma_table_list WHERE type = 'shadow'"
    objects = connection.execute(
        "SELECT type, name, tbl_name FROM sqlite_schema"
        f" WHERE sql IS NOT NULL AND type <> 'trigger' AND tbl_name NOT IN ({shadows})"
        " ORDER BY rowid"
    ).fetchall()
    for kind, name, _ in objects:
        if kind == "index" or name not in words:
            continue
        yield f"### `{name}`\n"
        yield f"{words[name].text}\n"
        yield from _columns(connection, name, words[name])
        indexes = [index for what, index, of in objects if what == "index" and of == name]
        for index in indexes:
            keys = connection.execute("SELECT name FROM pragma_index_info(?)", (index,))
            listed = ", ".join(key or "an expression" for (key,) in keys)
            yield f"\nIndex `{index}` ({listed}). {words[index].text}".rstrip()
        yield ""


def _columns(connection: apsw.Connection, table: str, words: Described) -> Iterator[str]:
    columns = connection.execute(
        'SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (table,)
    ).fetchall()
    if not words.columns:  # a view, or a virtual table
        yield "Columns: " + ", ".join(f"`{name}`" for name, *_ in columns) + "."
        return
    foreign = dict(
        connection.execute('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (table,))
    )
    yield "| Column | Type | | Meaning |\n|---|---|---|---|"
    for name, kind, is_required, key in columns:
        marks = ["key"] if key else []
        marks += [f"→ {foreign[name]}"] if name in foreign else []
        marks += [] if is_required or key else ["may be NULL"]
        yield f"| `{name}` | {kind} | {', '.join(marks)} | {words.columns[name]} |"
