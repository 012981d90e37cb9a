"""Contents of one language in, rows out: parse or reuse each, then derive all at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from tasks import rows
from tasks.contracts import Begin
from tasks.syntax import facts
from tasks.syntax.derive import derive
from tasks.syntax.flaws import why_partial
from tasks.syntax.languages import languages
from tasks.syntax.nodes import Nodes, Offsets
from tasks.syntax.parse import Ast, ParseTimeout, parse
from tasks.syntax.text import Text

BATCH_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """One content to extract."""

    ast_id: int
    content_hash: bytes  # 32 bytes
    parser_version_id: int
    language: str
    size_bytes: int  # of the content as it is stored, before any transcoding
    text: bytes  # UTF-8
    encoding: str = "utf-8"  # of the content as it is stored
    own_offsets: Offsets | None = None  # of each offset in ``text``, as stored; None: the same
    facts: bytes | None = None  # of the same content under the same parser version
    has_error: bool = False  # goes with facts


@dataclass(frozen=True, slots=True)
class Failure:
    """A content that could not be extracted, and why."""

    ast_id: int
    reason: str


def extract(
    sources: Iterable[Source | Failure],
    *,
    parse_timeout_s: float,
    batch_bytes: int = BATCH_BYTES,
    begin: Begin = int,
) -> Iterator[dict[str, pa.RecordBatch]]:
    """Yield the rows of all sources by table name, about ``batch_bytes`` of text at a time.

    Sources of one language must follow each other. Failures, those that come in and those that
    happen here, are rows too. ``begin`` hears of each content before it is parsed and queried, and
    of a batch before its rows are derived.
    """
    batch: list[Source] = []
    failures: list[Failure] = []
    size = 0
    for source in sources:
        if isinstance(source, Failure):
            failures.append(source)
            continue
        if batch and (size >= batch_bytes or source.language != batch[0].language):
            yield _extract_batch(batch, parse_timeout_s, begin)
            batch, size = [], 0
        batch.append(source)
        size += len(source.text)
    if batch:
        yield _extract_batch(batch, parse_timeout_s, begin)
    if failures:
        yield {"failures": _failures(failures)}


def _extract_batch(
    batch: list[Source], parse_timeout_s: float, begin: Begin
) -> dict[str, pa.RecordBatch]:
    outcomes = [(source, _ast(source, parse_timeout_s, begin)) for source in batch]
    done = [(source, ast) for source, ast in outcomes if isinstance(ast, Ast)]
    failures = _failures([ast for _, ast in outcomes if isinstance(ast, Failure)])
    if not done:
        return {"failures": failures}
    begin(batch[0].ast_id if len(batch) == 1 else 0)
    text = Text(
        [source.ast_id for source, _ in done],
        [source.text for source, _ in done],
        [source.own_offsets for source, _ in done],
    )
    nodes = Nodes.concatenate(
        (base, ast.nodes) for base, (_, ast) in zip(text.bases.tolist(), done, strict=True)
    )
    return {
        **derive(text, nodes, languages()[batch[0].language]),
        "asts": _asts(done, text.line_counts()),
        "partials": _partials(done),
        "failures": failures,
    }


def _ast(source: Source, parse_timeout_s: float, begin: Begin) -> Ast | Failure:
    begin(source.ast_id)
    if source.facts is not None:
        return Ast(facts.decode(source.facts), source.has_error)
    try:
        return parse(source.language, source.text, timeout_s=parse_timeout_s)
    except ParseTimeout as error:
        return Failure(source.ast_id, str(error))


def _asts(done: list[tuple[Source, Ast]], line_counts: list[int]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {
            "ast_id": [source.ast_id for source, _ in done],
            "content_hash": [source.content_hash for source, _ in done],
            "parser_version_id": [source.parser_version_id for source, _ in done],
            "size_bytes": [source.size_bytes for source, _ in done],
            "line_count": line_counts,
            "has_error": [int(ast.has_error) for _, ast in done],
            "encoding": [source.encoding for source, _ in done],
            "facts": [source.facts or _facts(source, ast) for source, ast in done],
        },
        rows.ASTS,
    )


def _facts(source: Source, ast: Ast) -> bytes:
    fingerprint = languages()[source.language].fingerprint
    frame = facts.encode(ast.nodes)
    return facts.sealed(frame, fingerprint, source.content_hash, has_error=ast.has_error)


def _partials(done: list[tuple[Source, Ast]]) -> pa.RecordBatch:
    flawed = [(source, ast) for source, ast in done if ast.has_error]
    return pa.RecordBatch.from_pydict(
        {
            "ast_id": [source.ast_id for source, _ in flawed],
            "reason": [why_partial(ast.nodes, len(source.text)) for source, ast in flawed],
        },
        rows.PARTIALS,
    )


def _failures(failures: list[Failure]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {
            "ast_id": [failure.ast_id for failure in failures],
            "reason": [failure.reason for failure in failures],
        },
        rows.FAILURES,
    )
