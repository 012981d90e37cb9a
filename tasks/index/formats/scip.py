"""SCIP: an index as protobuf, one document at a time.

The index is syntactic, and says so in the name of its tool. Columns are bytes of the file as it is
on disk, which in UTF-8 are its code units.
Source: scip.proto of the SCIP project.
"""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from google.protobuf.message import Message

from tasks.index.answers import Symbol, Use
from tasks.index.formats.indexed_file import IndexedFile
from tasks.index.formats.languages import SCIP
from tasks.index.formats.scip_schema import (
    DEFINITION,
    FORWARD_DEFINITION,
    KINDS,
    UTF8_COLUMNS,
    UTF8_TEXT,
    message,
)
from tasks.index.formats.scip_symbols import ScipSymbols, is_local, name_symbol


def scip(files: Iterable[IndexedFile], root: str, location: Path) -> Iterator[bytes]:
    """Yield the bytes of an ``Index`` of one root in pieces: metadata, then a document a file.

    ``files`` come once each, with their uses of names that the root defines.
    """
    tool = message("ToolInfo")(
        name="flagday (syntactic)",
        version=version("flagday"),
        arguments=["export", "--format", "scip", "--root", root],
    )
    metadata = message("Metadata")(
        tool_info=tool, project_root=location.as_uri(), text_document_encoding=UTF8_TEXT
    )
    index = message("Index")
    yield index(metadata=metadata).SerializeToString(deterministic=True)
    for file in files:
        yield index(documents=[_document(file)]).SerializeToString(deterministic=True)


def _document(file: IndexedFile) -> Message:
    names = ScipSymbols(file.root, file.path, file.symbols)
    occurrences = [*_definitions(file, names), *_uses(file)]
    occurrences.sort(key=lambda entry: entry[:2])
    occurrence = message("Occurrence")
    return message("Document")(
        relative_path=file.path,
        language=SCIP.get(file.language, file.language),
        position_encoding=UTF8_COLUMNS,
        occurrences=[
            occurrence(range=span, symbol=symbol, symbol_roles=role)
            for span, symbol, role in dict.fromkeys(occurrences)
        ],
        symbols=_symbols(file, names),
    )


_Occurrence = tuple[tuple[int, ...], str, int]  # range, symbol, roles


def _definitions(file: IndexedFile, names: ScipSymbols) -> Iterator[_Occurrence]:
    for symbol in file.symbols:
        role = FORWARD_DEFINITION if symbol.type == "prototype" else DEFINITION
        span = _range(symbol, file.encoding)
        yield span, names.of(symbol), role
        yield span, name_symbol(file.root, symbol.name), role


def _uses(file: IndexedFile) -> Iterator[_Occurrence]:
    for use in file.uses:
        yield _range(use, file.encoding), name_symbol(file.root, use.name), 0


def _range(answer: Symbol | Use, encoding: str) -> tuple[int, ...]:
    """Return line, column and last column of a name, from 0; with its last line if it has more."""
    line, column = answer.line - 1, answer.column
    *before, last = answer.name.split("\n")
    if before:
        return line, column, line + len(before), _width(last, encoding)
    return line, column, column + _width(last, encoding)


def _width(text: str, encoding: str) -> int:
    """Return how many bytes a text has in its file.

    Where some bytes of a file are no UTF-8, the index does not tell which: a name is taken for it.
    """
    try:
        return len(text.encode(encoding))
    except (LookupError, UnicodeEncodeError):  # of utf-8+latin-1
        return len(text.encode())


def _symbols(file: IndexedFile, names: ScipSymbols) -> list[Message]:
    """Describe each definition and each name that the file defines, once."""
    told: dict[str, Message] = {}
    information = message("SymbolInformation")
    for symbol in file.symbols:
        own = names.of(symbol)
        if own not in told:
            told[own] = _information(file, symbol, names)
        name = name_symbol(file.root, symbol.name)
        if name not in told:
            told[name] = information(symbol=name, display_name=symbol.name)
    return [told[symbol] for symbol in sorted(told)]


def _information(file: IndexedFile, symbol: Symbol, names: ScipSymbols) -> Message:
    own = names.of(symbol)
    described = message("SymbolInformation")(
        symbol=own,
        display_name=symbol.name,
        kind=KINDS.get(symbol.type, 0),
        enclosing_symbol=names.enclosing(symbol) if is_local(own) else "",
    )
    docstring = file.docstrings.get((symbol.line, symbol.column))
    if docstring:
        described.documentation.append(docstring)  # type: ignore[attr-defined]
    if symbol.signature:
        signature = message("Signature")(
            language=SCIP.get(symbol.language, symbol.language), text=symbol.signature
        )
        described.signature_documentation.CopyFrom(signature)  # type: ignore[attr-defined]
    return described
