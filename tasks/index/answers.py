"""What questions are answered with. The names of the fields are the keys of the JSON.

Lines count from 1, columns count bytes from 0; a path is relative to its root. Answers are
named tuples: made of rows as they come, of classes that are made in a moment.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple, Self


class Symbol(NamedTuple):
    """A definition, in one of the files that hold it."""

    root: str
    path: str
    line: int  # of the name
    column: int  # of the name
    end_line: int  # of the definition, inclusive
    name: str
    type: str
    scope: str | None  # path of the enclosing definitions; None at the top level
    language: str
    signature: str | None  # on one line; None where the type has none


class Found(tuple[Symbol, ...]):
    """What a search found, the closest first."""

    has_more: bool  # beyond the limit

    def __new__(cls, symbols: Iterable[Symbol], has_more: bool = False) -> Self:
        """Keep the symbols, and whether the limit has cut others off."""
        found = super().__new__(cls, symbols)
        found.has_more = has_more
        return found


class Use(NamedTuple):
    """A usage, in one of the files that hold it."""

    root: str
    path: str
    line: int
    column: int
    name: str
    type: str
    scope: str  # path of the enclosing definition; empty at the top level
    language: str


class UsingFile(NamedTuple):
    """A file that uses a name."""

    root: str
    path: str
    language: str
    uses: int  # how often


class Import(NamedTuple):
    """An import, in one of the files that hold it."""

    root: str
    path: str
    line: int
    column: int
    module: str  # as written, without quotes
    kind: str
    origin: str | None  # standard library, third party, local or relative; None: not told
    language: str


class Document(NamedTuple):
    """A file whose words answer a question, and why."""

    root: str
    path: str
    language: str | None  # None: no language of ours; its path answers alone
    score: float  # the higher, the better; comparable within one answer
    definitions: tuple[str, ...]  # names that hold a word that was asked for, the first few
    docstring: str | None  # a passage of one line that holds such a word; None: there is none


class Clones(NamedTuple):
    """One definition, and all places where it stands identically."""

    definition: str  # its hash, hexadecimal
    roots: tuple[str, ...]
    places: tuple[Symbol, ...]


class File(NamedTuple):
    """A file that was found, whatever became of it."""

    root: str
    path: str
    language: str | None  # None: no language of ours
    size_bytes: int
    outcome: str
    reason: str | None  # None: indexed


class Miss(Enum):
    """Why there is no answer for a file."""

    NO_FILE = "no file of this id or path"
    SEVERAL_FILES = "several roots have this path"
    NOT_EXTRACTED = "the file has no AST: it was left out, or could not be parsed"
    NO_SUCH_KIND = "the file has an AST, which defines nothing of this kind"


class FileSymbols(NamedTuple):
    """What a file defines; all of it, or what is of one kind."""

    file_id: int
    root: str
    path: str
    language: str
    content_hash: bytes  # 32 bytes
    symbols: tuple[Symbol, ...]  # in the order of their lines


class Removed(NamedTuple):
    """What a clean-up took out of an index."""

    files: int
    asts: int  # with all that is derived from them
