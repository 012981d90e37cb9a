"""``flagday diff``: what differs between two indexes, and why."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flows.cli.plain import plain
from flows.cli.read import InRoot, Language, chosen_index
from flows.cli.waiting import waiting
from tasks import run_folders
from tasks.errors import PreconditionFailed
from tasks.home import DB
from tasks.index import Index
from tasks.index.filters import require

if TYPE_CHECKING:
    from verification.differences.naming import Side as Named
    from verification.differences.sets import Sets

_DIFFERENT: Final = 1  # exit code with --exit-code

Side = Annotated[
    str,
    typer.Argument(
        help="A run (its id, or its folder of artifacts), a database, or a folder of Parquet files."
    ),
]


class Format(StrEnum):
    """How differences are printed."""

    MD = "md"
    JSON = "json"


def diff(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    a: Side,
    b: Side,
    form: Annotated[Format, typer.Option("--format", help="Markdown or JSON.")] = Format.MD,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 on differences.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Rows told one by one, a file.")] = 10,
    every_file: Annotated[
        bool,
        typer.Option("--every-file", help="Also compare the rows of files that must be equal."),
    ] = False,
    language: Language = None,
    root: InRoot = None,
    db: Annotated[
        Path, typer.Option(help="The index whose runs an id names.", callback=chosen_index)
    ] = DB,
) -> None:
    """Tell which symbols and refs differ from A to B, and why: content or parser version."""
    from pyarrow import ArrowException  # noqa: PLC0415 -- loads pyarrow

    from verification.differences import report  # noqa: PLC0415 -- loads pyarrow
    from verification.differences.compare import compare  # noqa: PLC0415 -- loads pyarrow
    from verification.differences.model import NotComparable  # noqa: PLC0415 -- as above
    from verification.differences.naming import find_side, opened  # noqa: PLC0415 -- as above
    from verification.run_results import to_json  # noqa: PLC0415 -- as above

    try:
        old, new = (find_side(name, run_folders.artifacts_of(db, name)) for name in (a, b))
        roots = {name for side in (old, new) for name in _roots_of(side)}
        with waiting("comparing"), opened(old) as before, opened(new) as after:
            _require_known((before, after), roots, root=root, language=language)
            found = compare(
                before, after, limit=limit, root=root, language=language, every_file=every_file
            )
    except NotComparable as error:
        raise PreconditionFailed(error.what, next_step=error.next_step) from error
    except (ArrowException, OSError) as error:
        raise PreconditionFailed(
            f"{a} and {b} cannot be compared: {error}",
            next_step="Export them anew with `flagday export --to DIR`. Nothing was changed.",
        ) from error
    if form is Format.JSON:
        said = to_json(report.as_json(old, new, found))
    else:
        said = report.as_markdown(old, new, found)
    typer.echo(plain(said), nl=False)
    if exit_code and not found.is_equal:
        raise typer.Exit(_DIFFERENT)


def _roots_of(side: "Named") -> list[str]:
    """Return all roots of a database, refused as questions refuse one; of Parquet, none.

    It is closed again: whoever compares may have no other connection to it.
    """
    from verification.differences.naming import Kind  # noqa: PLC0415 -- loads pyarrow

    if side.kind is not Kind.DATABASE:
        return []
    with Index(side.location) as index:
        return list(index.roots())


def _require_known(
    sides: tuple["Sets", "Sets"], roots: set[str], *, root: str | None, language: str | None
) -> None:
    """Refuse a root or a language that neither side could have. Raises QuestionInvalid."""
    both = "what is compared"
    if root is not None:  # a root without files is in databases alone
        require("root", root, sorted(roots.union(_values(sides, "root"))), of=both)
    if language is not None:
        from tasks.syntax.languages import languages  # noqa: PLC0415 -- loads grammars

        here = sorted(_values(sides, "language"))
        require("language", language, here, silent=list(languages()), of=both)


def _values(sides: tuple["Sets", "Sets"], column: str) -> set[str]:
    """Return what files of any side have."""
    return {
        value
        for sets in sides
        for value in sets.files[column].unique().to_pylist()
        if value is not None
    }
