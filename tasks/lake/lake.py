"""A lake as a Python object: `where` and `uses` in the words of an index, with its answers.

DuckDB answers, from the partitions that the catalogue does not rule out.
"""

import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from shlex import quote
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.index.answers import Symbol, Use, UsingFile
from tasks.index.filters import Filters, require, require_question
from tasks.index.scoped import defined_within
from tasks.lake.catalogue import Catalogue, Partition, Table, read_catalogue
from tasks.lake.globs import regular_expression

if TYPE_CHECKING:
    import duckdb

_QUERIES: Final = Path(__file__).parent / "queries"
_ATTEMPTS: Final = 20
_PAUSE_S: Final = 0.05
_OFFLINE: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class Lake:
    """A lake, open to read. It answers from what the catalogue names when it is asked.

    Every question raises PreconditionFailed where there is no lake of this format, IndexDamaged
    where its files are not whole.
    """

    def __init__(self, folder: Path | str) -> None:
        """Open the lake in ``folder``. Raises PreconditionFailed where DuckDB is not installed."""
        self._folder = Path(folder).absolute()
        self._catalogue = read_catalogue(self._folder)
        self._connection = _connect(self._folder)

    def where(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- the word of the command and of the answers
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        scope: str | None = None,
        limit: int | None = None,
    ) -> list[Symbol]:
        """Tell where a name is defined, in the order of root, path, line and column.

        ``path`` is a glob over paths in their root, in which ``*`` meets ``/`` too. Raises
        QuestionInvalid where the lake has no such type, language or root; so do the others.
        """
        narrowed = Filters(type, language, root, path, scope)
        limit = require_question("name", name, narrowed, limit)
        asked = {"name": name, "scope": scope, "limit": limit}
        found = self._found("where", "symbols", narrowed, asked)
        if found:
            return list(map(Symbol._make, found))
        return defined_within(name, lambda last: self._defined(last, narrowed), limit)

    def uses(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- as above
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        scope: str | None = None,
        limit: int | None = None,
    ) -> list[Use]:
        """Tell where a name is used, in the order of root, path, line and column."""
        narrowed = Filters(type, language, root, path, scope)
        limit = require_question("name", name, narrowed, limit)
        asked = {"name": name, "scope": scope, "limit": limit}
        return list(map(Use._make, self._found("uses", "refs", narrowed, asked)))

    def files_using(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- as above
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        limit: int | None = None,
    ) -> list[UsingFile]:
        """Tell which files use a name, and how often, in the order of root and path."""
        narrowed = Filters(type, language, root, path)
        limit = require_question("name", name, narrowed, limit)
        asked = {"name": name, "limit": limit}
        return list(map(UsingFile._make, self._found("files_using", "refs", narrowed, asked)))

    def roots(self) -> dict[str, str]:
        """Tell where each root lies on the host of its index, by its name."""
        members = self._catalogue.indexes
        return {root: place for member in members for root, place in sorted(member.roots.items())}

    def lacking(self) -> tuple[str, ...]:
        """Name the indexes that lost rows with a damaged file, and were not exported since."""
        return self._catalogue.lacking()

    def words(self) -> dict[str, list[str]]:
        """Tell with which types, languages and roots filters find something here, by the filter."""
        members, partitions = self._catalogue.indexes, self._catalogue.partitions
        parsed = (partition.language for partition in self._catalogue.of_table("asts"))
        return {
            "type": sorted({word for partition in partitions for word in partition.types}),
            "language": sorted({language for language in parsed if language is not None}),
            "root": sorted({word for member in members for word in member.roots}),
        }

    def names_like(self, name: str) -> list[str]:  # noqa: ARG002 -- as an index is asked
        """Name nothing: a lake has no index of names to search for what was perhaps meant."""
        return []

    def close(self) -> None:
        """Close the lake."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Use the lake inside of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the lake."""
        self.close()

    def _defined(self, name: str, narrowed: Filters) -> list[Symbol]:
        asked = {"name": name, "scope": narrowed.scope, "limit": None}
        return list(map(Symbol._make, self._found("where", "symbols", narrowed, asked)))

    def _found(
        self, question: str, table: Table, narrowed: Filters, asked: Mapping[str, object]
    ) -> list[tuple[Any, ...]]:
        """Answer a question; refuse a filter that the lake does not know."""
        kind, language, root, path, _ = narrowed
        filters = {"type": kind, "root": root, "path": _expression(path)}
        found = self._ask(question, table, language, {**asked, **filters})
        self._require_known(found, type=kind, language=language, root=root)
        return found

    def _ask(
        self, question: str, table: Table, language: str | None, asked: dict[str, object]
    ) -> list[tuple[Any, ...]]:
        """Ask, and ask again where an export has switched the catalogue meanwhile."""
        import duckdb  # noqa: PLC0415 -- slow to load

        for _ in range(_ATTEMPTS):
            self._catalogue = read_catalogue(self._folder)
            rows = _wanted(self._catalogue, table, language, asked["type"])
            files = _beside(self._catalogue, rows)
            if not rows or not files:
                return []
            lists: dict[str, object] = {table: self._paths(rows), "files": self._paths(files)}
            try:
                return self._connection.execute(_statement(question), {**asked, **lists}).fetchall()
            except duckdb.Error as error:
                if read_catalogue(self._folder) == self._catalogue:
                    raise self._damaged(error) from error
                time.sleep(_PAUSE_S)
        raise PreconditionFailed(
            f"the lake {self._folder} is replaced again and again",
            next_step="Ask once more when its export has come to an end.",
        )

    def _paths(self, partitions: list[Partition]) -> list[str]:
        return [_literally(str(self._folder / partition.path)) for partition in partitions]

    def _damaged(self, error: Exception) -> IndexDamaged:
        return IndexDamaged(
            f"the lake {self._folder} cannot be read: {str(error).splitlines()[0]}",
            next_step=f"Delete the files that `flagday verify --lake {quote(str(self._folder))}` "
            "names, and export each index of the lake again.",
        )

    def _require_known(self, found: Sequence[object], **filters: str | None) -> None:
        """Refuse a filter that names what is not in the lake, where nothing was found."""
        if found or all(asked is None for asked in filters.values()):
            return
        words = self.words()
        built = {word for member in self._catalogue.indexes for word in member.languages}
        for what, asked in filters.items():
            if asked is not None:
                silent = sorted(built) if what == "language" else ()
                require(what, asked, words[what], silent=silent)


def _wanted(
    catalogue: Catalogue, table: Table, language: str | None, type_: object
) -> list[Partition]:
    """Return the partitions of a table that may hold what is asked for."""
    return [
        partition
        for partition in catalogue.of_table(table)
        if language in {None, partition.language} and (type_ is None or type_ in partition.types)
    ]


def _beside(catalogue: Catalogue, partitions: list[Partition]) -> list[Partition]:
    """Return the partitions of files in which the contents of others stand."""
    places = {(partition.language, partition.prefix) for partition in partitions}
    files = catalogue.of_table("files")
    return [partition for partition in files if (partition.language, partition.prefix) in places]


def _expression(glob: str | None) -> str | None:
    return None if glob is None else regular_expression(glob)


def _literally(path: str) -> str:
    """Write a path so that DuckDB, which takes it for a glob, finds that file alone."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


@cache
def _statement(question: str) -> str:
    return (_QUERIES / f"{question}.sql").read_text("utf-8")


def _connect(folder: Path) -> "duckdb.DuckDBPyConnection":
    """Open DuckDB in memory; it may read the lake, and nothing else."""
    try:
        import duckdb  # noqa: PLC0415 -- an extra, and slow to load
    except ImportError as error:
        raise PreconditionFailed(
            "a lake is asked with DuckDB, which is not installed",
            next_step="Install it with `pip install 'flagday[lake]'`.",
        ) from error
    connection = duckdb.connect(":memory:", config=_OFFLINE)
    folders = [f"{folder}/", f"{_literally(str(folder))}/"]  # as it is asked for, too
    connection.execute("SET allowed_directories = $folders", {"folders": folders})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
