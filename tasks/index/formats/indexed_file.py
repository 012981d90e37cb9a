"""A file with all that the index tells of it, as the formats that go file by file take it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.index.answers import Symbol, Use


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """A file that has an AST. Symbols and uses stand in the order of line and column."""

    root: str
    path: str  # relative to the root
    language: str
    encoding: str  # what its bytes were read as; of asts
    symbols: Sequence[Symbol]
    uses: Sequence[Use] = ()
    # by line and column of the name that they document
    docstrings: Mapping[tuple[int, int], str] = field(default_factory=dict)
