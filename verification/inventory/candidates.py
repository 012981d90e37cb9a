"""Files that may hold code paths, chosen by their bytes before anything is parsed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from verification.inventory.languages import SQL, TEXT
from verification.inventory.literals import literals, parsed
from verification.inventory.passages import Passage, passages
from verification.inventory.project import Unit, unit_of
from verification.inventory.walking import root_name, source_files
from verification.spelling import named

_DYNAMIC: Final = re.compile(
    rb"\b(?:from|into|join|update|table)\s+\\?[\"'`\[]?(?:\{|%[s1-9]|\$|#\{|\\\(|[\"']\s*(?:\+|\.\.|\.|<>|&|,|\|\|)\s*\w)"
)
_BREAKS_OFF: Final = re.compile(
    rb"\b(?:from|into|join|update|table|exists)(?:\s+|(?<=delete from)|(?<=insert into))[\"'`]"
    rb"(?:s\b)?(?:\s*(?:[,)+;\]&|<~}]|\.(?![./])|\n|$)|\s+\\?\s*\#?[a-z_])"
)
_PASSES: Final = re.compile(rb"execute|\bexec\b|\.query|\.raw|\.prepare|execsql|rawquery")
_OTHER_DATABASES: Final = re.compile(
    rb"psycopg|asyncpg|pg8000|pymysql|mysqldb|mysql\.connector|mariadb|cx_oracle|oracledb|pyodbc"
    rb"|pymssql|snowflake|bigquery|clickhouse|duckdb|require\(['\"]pg['\"]\)|from ['\"]pg['\"]"
    rb"|lib/pq|jackc/pgx|jdbc:(?!sqlite)|postgres(?:ql)?://|mysql2?|tokio_postgres|pgpool|mysqlpool"
    rb"|npgsql|libpq|\bdbd::(?:pg|mysql)|dbi:(?:pg|mysql)|\bpgsql:|cassandra|trino|redshift"
)
_VERBS: Final = (b"select", b"delete", b"insert", b"update", b"sql")
_OURS: Final = re.compile(rb"sqlite|apsw|libsql")


@dataclass(frozen=True, slots=True)
class File:
    """A file that is worth parsing."""

    root: str  # name of the code root
    path: str  # below it, as an index writes the names of files
    data: bytes
    has_table: bool  # its bytes name one of the tables
    is_foreign: bool  # it speaks to another kind of database, and to no SQLite

    @property
    def place(self) -> str:
        """Where it is, for reports."""
        return f"{self.root}/{self.path}"


@dataclass(frozen=True, slots=True)
class Part:
    """A passage, parsed where a grammar reads it."""

    file: File
    passage: Passage
    unit: Unit | None


def candidates(
    code: tuple[Path, ...], words: re.Pattern[bytes], names: frozenset[str]
) -> tuple[list[File], tuple[tuple[str, str], ...], int]:
    """Read the files that name a table, or run SQL on a table that they do not name.

    With them come the files that could not be read, with why, and how many were looked at.
    """
    spelled = [name.encode() for name in names]
    files = []
    unreadable = []
    count = 0
    for root in code:
        name = root_name(root)
        for path, data in source_files(root):
            count += 1
            if isinstance(data, str):
                unreadable.append((name if path == "." else f"{name}/{path}", data))
                continue
            low = data.lower()
            has_table = any(word in low for word in spelled) and words.search(data) is not None
            if has_table or _is_dynamic(low) or _is_convention(low, names):
                foreign = bool(_OTHER_DATABASES.search(low)) and not _OURS.search(low)
                files.append(File(name, path, data, has_table, foreign))
    return files, tuple(sorted(unreadable)), count


def _is_dynamic(low: bytes) -> bool:
    if not any(verb in low for verb in _VERBS):
        return False
    return any(form.search(low) for form in (_DYNAMIC, _BREAKS_OFF)) or (
        b"sqlite" in low and _PASSES.search(low) is not None
    )


def _is_convention(low: bytes, names: frozenset[str]) -> bool:
    """Whether a library may name a table after a class of the file."""
    return any(word in low for word in (b"gorm", b"applicationrecord", b"activerecord::base")) and (
        any(name.removesuffix("s").encode() in low for name in names)
    )


def parts_of(file: File) -> Iterator[Part]:
    """Parse the passages of a file."""
    for passage in passages(PurePath(named(file.path)), file.data):
        unit = None
        if passage.language not in {SQL, TEXT}:
            source = parsed(passage.data, passage.language)
            unit = unit_of(file.place, source, tuple(literals(source)))
        yield Part(file, passage, unit)
