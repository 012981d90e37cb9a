"""``flagday docs``: which files are about some words."""

from collections.abc import Iterator
from typing import Annotated

import typer

from flows.cli.plain import plain
from flows.cli.read import (
    Db,
    InPath,
    InRoot,
    Json,
    Language,
    print_json,
    print_lines,
)
from tasks.home import DB
from tasks.index import Index
from tasks.index.answers import Document


def docs(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="Every one is found.")],
    language: Language = None,
    root: InRoot = None,
    path: InPath = None,
    limit: Annotated[int, typer.Option(min=0, help="So many files at most.")] = 20,
    as_json: Json = False,
    db: Db = DB,
) -> None:
    """Tell which files hold every word in their path, definitions, docstrings or tags."""
    with Index(db) as index:
        found = index.docs(words, language=language, root=root, path=path, limit=limit)
        if as_json:
            print_json(found)
        else:
            print_lines(line for document in found for line in _lines(document))
        if not found:
            typer.echo(plain(f"no file holds {' '.join(words)}"), err=True)


def _lines(document: Document) -> Iterator[str]:
    """Write an answer as a line, and why it is one below."""
    yield f"{document.root}/{document.path}  {document.score:.1f}"
    if document.definitions:
        yield f"    defines {', '.join(document.definitions)}"
    if document.docstring:
        yield f"    {document.docstring}"
