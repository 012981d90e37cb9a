"""How one slice of contents becomes one part: read, make sure of the identity, extract, write."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import apsw
import pyarrow as pa

from tasks.columnar.parts import write_part
from tasks.columnar.tables import read_table
from tasks.content.identity import content_hash
from tasks.content.text import decode
from tasks.contracts import Begin, Part, Slice
from tasks.packing import bytes_of, known_of, why_unread
from tasks.resume import made_of, note, take_over
from tasks.roots.objects import Reading
from tasks.store.untouched import untouched
from tasks.syntax.extract import BATCH_BYTES, Failure, Source, extract


@dataclass(frozen=True, slots=True)
class PartOrder:
    """What all parts of a run have in common."""

    contents: Path  # Arrow file of the contents, or a pack of some
    folder: Path  # where parts go
    reuse_from: Path | None  # an index of schema v5 whose ASTs may be taken over
    parse_timeout_s: float
    left: tuple[Path, ...] = ()  # parts folders of killed runs; what they hold may be taken over
    first: int = 0  # number of the row that ``contents`` begins with

    def rows(self, part: Slice) -> pa.Table:
        """Return the contents of a slice."""
        return read_table(self.contents).slice(part.first - self.first, part.last - part.first)


def make_part(order: PartOrder, part: Slice, begin: Begin = int) -> Part:
    """Extract the contents of one slice into ``part-<number>.arrow``.

    A content that cannot be read, has changed since discovery, or cannot be parsed in time is
    recorded with its reason; it never stops the part. ``begin`` hears of each before its turn.
    Where a killed run has left this very part, it is taken over.
    """
    contents = order.rows(part).to_pylist()
    path, source = order.folder / f"part-{part.number:04d}.arrow", made_of(contents)
    if taken := take_over(path, source, order.left):
        return taken
    reused: list[int] = []
    written = write_part(path, _batches(contents, order, part, reused, begin))
    made = replace(written, reused=len(reused))
    note(made, source)
    return made


def _batches(
    contents: list[dict[str, Any]],
    order: PartOrder,
    part: Slice,
    reused: list[int],
    begin: Begin,
) -> Iterator[dict[str, pa.RecordBatch]]:
    sources = _noting_reuse(_sources(contents, order, dict(part.failed), begin), reused)
    size = 1 if part.is_careful else BATCH_BYTES
    yield from extract(
        sources, parse_timeout_s=order.parse_timeout_s, batch_bytes=size, begin=begin
    )
    begin(0)


def _noting_reuse(
    sources: Iterable[Source | Failure], reused: list[int]
) -> Iterator[Source | Failure]:
    for source in sources:
        if isinstance(source, Source) and source.facts is not None:
            reused.append(source.ast_id)
        yield source


def _sources(
    contents: list[dict[str, Any]], order: PartOrder, failed: dict[int, str], begin: Begin
) -> Iterator[Source | Failure]:
    with ExitStack() as stack:
        index = stack.enter_context(untouched(order.reuse_from)) if order.reuse_from else None
        reading = stack.enter_context(closing(Reading()))
        for content in contents:
            ast_id = content["ast_id"]
            if ast_id in failed:
                yield Failure(ast_id, failed[ast_id])
            else:
                begin(ast_id)
                yield _source(content, index, reading)


def _source(
    content: dict[str, Any], index: apsw.Connection | None, reading: Reading
) -> Source | Failure:
    try:
        data = bytes_of(content, reading)
    except OSError as error:
        return Failure(content["ast_id"], why_unread(error))
    if content_hash(data) != content["content_hash"]:
        return Failure(content["ast_id"], "changed between discovery and extraction")
    known, decoded = known_of(content, index), decode(data)
    return Source(
        ast_id=content["ast_id"],
        content_hash=content["content_hash"],
        parser_version_id=content["parser_version_id"],
        language=content["language"],
        size_bytes=len(data),
        text=decoded.utf8,
        encoding=decoded.encoding,
        own_offsets=decoded.own_offsets,
        facts=known[0] if known else None,
        has_error=known[1] if known else False,
    )
