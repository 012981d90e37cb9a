"""What commands print: answers as lines, JSON or vim's quickfix list, and words on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from flows.cli.places import paths_from_here, prefixes_from_here
from flows.cli.plain import plain, plain_line
from tasks.index.answers import Import, Symbol, Use, UsingFile

if TYPE_CHECKING:
    from flows.cli.places import PathOf
    from tasks.index import Index
    from tasks.lake.lake import Lake


def show(
    index: Index | Lake,
    found: Sequence[Symbol | Use | UsingFile],
    *,
    as_json: bool,
    as_vimgrep: bool = False,
) -> None:
    """Print places on stdout: as lines, as JSON, or as vim's quickfix list reads them."""
    if as_json:
        print_json(found)
    elif as_vimgrep:
        from tasks.index.formats.vimgrep import vimgrep  # noqa: PLC0415 -- seldom asked for

        places = [answer for answer in found if not isinstance(answer, UsingFile)]
        print_lines(vimgrep(places, prefixes_from_here(index, places)))
    else:
        path_of = paths_from_here(index, found)
        print_lines(line_of(answer, path_of) for answer in found)


def line_of(answer: Symbol | Use | UsingFile, path_of: PathOf) -> str:
    """Write an answer as a line: its place, its type, its name, and where that stands."""
    if isinstance(answer, UsingFile):
        return f"{path_of(answer)}  {answer.uses}"
    scope = f"  in {answer.scope}" if answer.scope else ""
    place = f"{path_of(answer)}:{answer.line}:{answer.column}"
    return f"{place}  {answer.type} {answer.name}{scope}"


def import_line(item: Import, path_of: PathOf) -> str:
    """Write an import as a line: its place, its kind, its module, and where that comes from."""
    origin = f"  ({item.origin})" if item.origin else ""
    place = f"{path_of(item)}:{item.line}:{item.column}"
    return f"{place}  {item.kind} {item.module}{origin}"


def say(what: str) -> None:
    """Tell something on stderr, in a line."""
    typer.echo(plain_line(what), err=True)


def print_json(content: object) -> None:
    """Print JSON on stdout: answers as objects, bytes as hexadecimal."""
    import json  # noqa: PLC0415 -- lines need none

    said = json.dumps(_plain(content), indent=2, ensure_ascii=False, default=str)
    sys.stdout.write(plain(said))
    sys.stdout.write("\n")


def print_lines(lines: Iterable[str]) -> None:
    """Print lines on stdout. Whatever stands in one, it stays one line."""
    sys.stdout.writelines(f"{plain_line(line)}\n" for line in lines)


def _plain(content: Any) -> object:
    """Return an answer, and whatever is inside of it, as JSON has it."""
    if isinstance(content, bytes):
        return content.hex()
    if hasattr(content, "_asdict"):
        return _plain(content._asdict())
    if hasattr(content, "__dataclass_fields__"):
        return {name: _plain(getattr(content, name)) for name in content.__dataclass_fields__}
    if isinstance(content, dict):
        return {name: _plain(item) for name, item in content.items()}
    return [_plain(item) for item in content] if isinstance(content, list | tuple) else content
