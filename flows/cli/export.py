"""The command that writes an index down for others: Parquet, and the formats of neighbours."""

import sys
from collections.abc import Iterator
from contextlib import closing
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import apsw
import typer

from flows.cli.places import prefixes_on_disk
from flows.cli.plain import plain
from flows.cli.read import Db
from flows.cli.waiting import waiting
from flows.cli.writing import write
from tasks.errors import PlanInvalid
from tasks.home import DB
from tasks.index import whole
from tasks.index.opening import OpenIndex
from tasks.own_folders import require_not_own
from tasks.plan import DEFAULT_NAME
from tasks.store.backup_files import folder_of
from tasks.working_folder import elsewhere

_STDOUT: Final = "-"
_UNTOUCHED: Final = "Nothing was written."


class Format(StrEnum):
    """What an index can be written down as."""

    PARQUET = "parquet"
    TAGS = "tags"
    CTAGS_JSON = "ctags-json"
    SCIP = "scip"
    JSONL = "jsonl"


class Layout(StrEnum):
    """How Parquet lies in its folder."""

    SETS = "sets"  # one file a table, the golden join spelled out
    LAKE = "lake"  # partitions behind a catalogue, joined when they are asked


def export(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    to: Annotated[
        str | None,
        typer.Option(help="Folder for Parquet; else a file, or - for stdout.", show_default=False),
    ] = None,
    as_format: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.PARQUET,
    root: Annotated[str | None, typer.Option(help="Only this root, by name.")] = None,
    uses: Annotated[bool, typer.Option("--uses", help="With jsonl: uses, not symbols.")] = False,
    layout: Annotated[
        Layout, typer.Option(help="Parquet as one file a table, or as a lake of partitions.")
    ] = Layout.SETS,
    name: Annotated[
        str | None,
        typer.Option(
            "--as", help="With a lake: what it calls this index.", show_default=DEFAULT_NAME
        ),
    ] = None,
    drop: Annotated[
        str | None,
        typer.Option(help="With a lake: take this index out of it, by name.", show_default=False),
    ] = None,
    db: Db = DB,
) -> None:
    """Write the symbols of an index as Parquet, tags, SCIP or JSON lines."""
    _refuse_contradictions(to, as_format, root, uses=uses)
    _refuse_names(name, drop, layout)
    if to not in {None, _STDOUT}:
        require_not_own(Path(to or ""), db, folder_of(db))
    if layout is Layout.LAKE:
        _export_lake(Path(to or ""), as_format, db, name or DEFAULT_NAME, drop)
        return
    if as_format is Format.PARQUET:
        _export_parquet(Path(to or ""), db)
        return
    target = _STDOUT if to is None else to
    folder = Path.cwd() if target == _STDOUT else Path(target).absolute().parent.resolve()
    with closing(OpenIndex(db, timeout_s=None)) as index, index.connection() as connection:
        root = _chosen_root(whole.roots(connection), as_format, root)
        pieces = _pieces(connection, as_format, root, folder, uses=uses)
        if target == _STDOUT:
            sys.stdout.buffer.writelines(pieces)
        else:
            written = write(Path(target), pieces)
            is_headed = as_format is Format.SCIP  # its first piece is the metadata
            typer.echo(f"{target}\t{written - is_headed}")


def _export_parquet(folder: Path, db: Path) -> None:
    with elsewhere():
        from tasks.export import export_index  # noqa: PLC0415 -- loads pyarrow and Prefect

    OpenIndex(db).close()
    with waiting("exporting"):
        written = export_index(db, folder)
    for name, rows in written.items():
        typer.echo(f"{folder / name}.parquet\t{rows}")


def _export_lake(folder: Path, as_format: Format, db: Path, name: str, dropped: str | None) -> None:
    """Bring a lake up to the index, or take one out; tell its rows, and of its partitions."""
    if as_format is not Format.PARQUET:
        raise PlanInvalid(
            f"a lake is Parquet, not {as_format}",
            next_step=f"Leave --format or --layout out. {_UNTOUCHED}",
        )
    from tasks.fill_lake import fill_lake  # noqa: PLC0415 -- loads pyarrow
    from tasks.lake.damage import rows_lost  # noqa: PLC0415 -- as above
    from tasks.lake.filling import drop  # noqa: PLC0415 -- as above

    changes = fill_lake(db, folder, name) if dropped is None else drop(folder, dropped)
    for table, rows in changes.rows.items():
        typer.echo(f"{folder / table}\t{rows}")
    typer.echo(
        f"partitions: {changes.added} added, {changes.kept} kept, {changes.removed} removed",
        err=True,
    )
    if changes.lacking:
        typer.echo(plain(rows_lost(folder, changes.lacking)), err=True)


def _pieces(
    connection: apsw.Connection, as_format: Format, root: str | None, folder: Path, *, uses: bool
) -> Iterator[bytes]:
    """Yield what the file holds; a piece is a line with its newline, or a document."""
    locations = whole.roots(connection)
    if as_format is Format.SCIP and root is not None:
        from tasks.index.formats.scip import scip  # noqa: PLC0415 -- loads protobuf

        return scip(whole.files_with_all(connection, root), root, Path(locations[root]))
    if as_format is Format.JSONL:
        from tasks.index.formats.json_lines import json_lines  # noqa: PLC0415 -- one format a call

        answers = whole.all_uses if uses else whole.all_symbols
        return _with_newlines(json_lines(answers(connection, root)))
    files = whole.files_with_symbols(connection, root)
    paths = prefixes_on_disk(locations, str(folder))
    if as_format is Format.TAGS:
        from tasks.index.formats.ctags import tags  # noqa: PLC0415 -- one format a call

        return _with_newlines(tags(files, paths, folder))
    from tasks.index.formats.ctags_json import tags_as_json  # noqa: PLC0415 -- one format a call

    return _with_newlines(tags_as_json(files, paths, folder))


def _with_newlines(lines: Iterator[bytes]) -> Iterator[bytes]:
    return (line + b"\n" for line in lines)


def _refuse_contradictions(
    to: str | None, as_format: Format, root: str | None, *, uses: bool
) -> None:
    if to == "":
        raise PlanInvalid(  # as a path it would be the working folder
            "--to names no place", next_step=f"Name a folder for Parquet, else a file. {_UNTOUCHED}"
        )
    if as_format is Format.PARQUET and to in {None, _STDOUT}:
        raise PlanInvalid("Parquet needs a folder", next_step=f"Name one with --to. {_UNTOUCHED}")
    if as_format is Format.PARQUET and root is not None:
        raise PlanInvalid("Parquet holds all roots", next_step=f"Leave --root out. {_UNTOUCHED}")
    if uses and as_format is not Format.JSONL:
        raise PlanInvalid(
            "--uses is for --format jsonl", next_step=f"Leave it out; SCIP has uses. {_UNTOUCHED}"
        )
    if as_format is Format.SCIP and to in {None, _STDOUT} and sys.stdout.isatty():
        raise PlanInvalid(
            "SCIP is no text for a terminal",
            next_step=f"Name a file with --to, or pipe it on. {_UNTOUCHED}",
        )


def _refuse_names(name: str | None, drop: str | None, layout: Layout) -> None:
    for flag, said in (("--as", name), ("--drop", drop)):
        if said is not None and layout is not Layout.LAKE:
            raise PlanInvalid(
                f"{flag} is for --layout lake", next_step=f"Leave it out, or add that. {_UNTOUCHED}"
            )
        if said == "":
            raise PlanInvalid(
                "a lake calls no index nothing", next_step=f"Name it with {flag}. {_UNTOUCHED}"
            )
    if name is not None and drop is not None:
        raise PlanInvalid(
            "--as and --drop are two exports", next_step=f"Leave one of them out. {_UNTOUCHED}"
        )


def _chosen_root(locations: dict[str, str], as_format: Format, root: str | None) -> str | None:
    """Return the root to write, None for all; SCIP describes exactly one."""
    names = ", ".join(locations)
    if root is not None and root not in locations:
        near = get_close_matches(root, locations, n=1)
        meant = f"Did you mean {near[0]}?" if near else f"Its roots are: {names}."
        raise PlanInvalid(f"this index has no root {root}", next_step=f"{meant} {_UNTOUCHED}")
    if root is None and as_format is Format.SCIP:
        if len(locations) == 1:
            return next(iter(locations))
        raise PlanInvalid(
            "an index of SCIP describes one root",
            next_step=f"Name it with --root: {names}. {_UNTOUCHED}",
        )
    return root
