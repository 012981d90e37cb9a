"""Which entries are meant, and the SQL that finds them.

Files come by the golden join alone: the index is attached to the companion, to be read only.
"""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw

from migrations.opening import attach
from tasks.errors import PreconditionFailed
from tasks.index.filters import require
from tasks.store.in_place import uri_of

_FILES: Final = """
SELECT files.content_hash
FROM code_index.files
INNER JOIN code_index.roots ON files.root_id = roots.root_id
WHERE files.content_hash IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries that agree with all that is said; None says nothing."""

    cache_type: str | None = None
    provider: str | None = None
    model: str | None = None
    prompt_hash: str | None = None
    content_hash: bytes | None = None
    root: str | None = None  # name of a repository: contents that a file of it holds
    path: str | None = None  # glob over paths in their roots, where * goes through /
    made_before_ms: int | None = None  # UTC, milliseconds since the epoch
    is_orphan: bool = False  # contents that no file of the index holds

    @property
    def needs_index(self) -> bool:
        """Whether files have a say in it."""
        return self.is_orphan or self.root is not None or self.path is not None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is said at all."""
        return self == Selection()


@contextmanager
def with_index(connection: apsw.Connection, index: Path, selection: Selection) -> Iterator[None]:
    """Attach the index in service of now, where a selection needs it.

    Raises PreconditionFailed where there is none, it is not of today's schema, or it has no files:
    then nobody could tell an orphan. Raises QuestionInvalid where it has no such root.
    """
    if not selection.needs_index:
        yield
        return
    try:
        attach(connection, uri_of(index.resolve()), "code_index")
    except apsw.Error as error:
        raise _no_index(index, str(error)) from error
    try:
        _require_files(connection, index)
        _require_root(connection, selection.root)
        yield
    finally:
        connection.execute("DETACH code_index")


def condition(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Return the condition on ``analysis_cache`` joined with its makers, and its parameters."""
    stated: dict[str, Any] = {
        "analysis_makers.cache_type = :cache_type": selection.cache_type,
        "analysis_makers.provider = :provider": selection.provider,
        "analysis_makers.model = :model": selection.model,
        "analysis_cache.prompt_hash = :prompt_hash": selection.prompt_hash,
        "analysis_cache.content_hash = :content_hash": selection.content_hash,
        "analysis_cache.created_at_ms < :made_before_ms": selection.made_before_ms,
    }
    said = {sql: value for sql, value in stated.items() if value is not None}
    params = {sql.rpartition(":")[2]: value for sql, value in said.items()}
    terms = list(said)
    if selection.root is not None or selection.path is not None:
        terms.append(f"analysis_cache.content_hash IN ({_files_of(selection)})")
        params |= {"root": selection.root, "path": selection.path}
    if selection.is_orphan:
        terms.append(f"analysis_cache.content_hash NOT IN ({_FILES})")
    return " AND ".join(terms) or "TRUE", params


def _files_of(selection: Selection) -> str:
    by_root = " AND roots.name = :root" if selection.root is not None else ""
    by_path = " AND files.path GLOB :path" if selection.path is not None else ""
    return _FILES + by_root + by_path


def _require_files(connection: apsw.Connection, index: Path) -> None:
    try:
        has_files = connection.execute(f"SELECT EXISTS ({_FILES})").get
    except apsw.Error as error:
        raise _no_index(index, str(error)) from error
    if not has_files:
        raise _no_index(index, "it holds no files")


def _require_root(connection: apsw.Connection, root: str | None) -> None:
    if root is not None:
        names = connection.execute("SELECT name FROM code_index.roots ORDER BY name")
        require("root", root, [str(name) for (name,) in names])


def _no_index(index: Path, why: str) -> PreconditionFailed:
    return PreconditionFailed(
        f"{index} cannot say which files hold a content: {why}",
        next_step=f"Build it with `flagday run --db {shlex.quote(str(index))}`. The cache is "
        "unchanged.",
    )
