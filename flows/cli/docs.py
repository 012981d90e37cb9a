"""``flagday docs``: which files are about some words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.places import paths_from_here
from flows.cli.printing import print_json, print_lines, say
from flows.cli.read import Db, ExitCode, InPath, InRoot, Json, Language, leave, one_more
from tasks.home import DB
from tasks.index import Index

if TYPE_CHECKING:
    from flows.cli.places import PathOf
    from tasks.index import Document


def docs(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="Every one is found.")],
    language: Language = None,
    root: InRoot = None,
    path: InPath = None,
    limit: Annotated[int, typer.Option(min=0, help="So many files at most; 0: all.")] = 20,
    as_json: Json = False,
    exit_code: ExitCode = False,
    db: Db = DB,
) -> None:
    """Tell which files hold every word in their path, definitions, docstrings or tags."""
    with Index(db) as index:
        found = index.docs(words, language=language, root=root, path=path, limit=one_more(limit))
        shown = found[: limit or None]
        if as_json:
            print_json(shown)
        else:
            path_of = paths_from_here(index, shown)
            print_lines(line for document in shown for line in _lines(document, path_of))
        if not found:
            from flows.cli.nothing import narrowed  # noqa: PLC0415 -- an answer needs none

            filters = {"language": language, "root": root, "path": path}
            said = " ".join(words)
            reason = narrowed(index, f"{said} is found", partial(index.docs, words), filters)
            say(reason or f"no file holds {said}")
    leave(found, limit, exit_code=exit_code)


def _lines(document: Document, path_of: PathOf) -> Iterator[str]:
    """Write an answer as a line, and why it is one below."""
    yield f"{path_of(document)}  {document.score:.1f}"
    if document.definitions:
        yield f"    defines {', '.join(document.definitions)}"
    if document.docstring:
        yield f"    {document.docstring}"
