"""The ledger of a run: which files there are, and which distinct contents are to be extracted.

Two Arrow files in the run's scratch folder. ``ast_id`` is given here: contents are numbered by
(parser version, content hash), so equal sets of contents have equal numbers wherever they lie.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from tasks.contracts import Outcome, SkipReason

FILES: Final = pa.schema(
    [
        ("root_id", pa.int64()),
        ("path", pa.string()),
        ("content_hash", pa.binary()),  # null: never read
        ("language", pa.string()),  # null: none of ours
        ("size_bytes", pa.int64()),
        ("mtime_ns", pa.int64()),
        ("ast_id", pa.int64()),  # null: decided at discovery
        ("outcome", pa.string()),  # null: decided by extraction
        ("reason", pa.string()),
    ]
)
CONTENTS: Final = pa.schema(
    [
        ("ast_id", pa.int64()),  # 1, 2, 3 …
        ("content_hash", pa.binary()),
        ("parser_version_id", pa.int64()),
        ("language", pa.string()),
        ("size_bytes", pa.int64()),
        ("location", pa.string()),  # absolute path of the first file that holds it, or a blob
        ("store", pa.string()),  # git folder to ask for the blob; null: it is a file
    ]
)


@dataclass(frozen=True, slots=True)
class File:
    """One file found, and what discovery decided on it."""

    root_id: int
    path: str
    location: str  # absolute; of one in a commit the id of its blob
    content_hash: bytes | None
    language: str | None
    size_bytes: int
    mtime_ns: int
    outcome: str | None
    reason: str | None
    store: str | None = None  # git folder to ask for the blob


def ledger(files: list[File], parser_version_ids: dict[str, int]) -> tuple[pa.Table, pa.Table]:
    """Return the tables FILES, in the order given, and CONTENTS, numbered.

    Equal contents have equal outcomes: what is left out as minified by its name alone is extracted
    where a file of another name holds the same.
    """
    first: dict[tuple[int, bytes], File] = {}
    wanted = {_identity(file, parser_version_ids) for file in files}
    files = [_wanted_elsewhere(file, parser_version_ids, wanted) for file in files]
    for file in files:
        key = _identity(file, parser_version_ids)
        if key:
            first.setdefault(key, file)
    ast_ids = {key: number for number, key in enumerate(sorted(first), 1)}
    contents = [
        {
            "ast_id": ast_id,
            "content_hash": key[1],
            "parser_version_id": key[0],
            "language": first[key].language,
            "size_bytes": first[key].size_bytes,
            "location": first[key].location,
            "store": first[key].store,
        }
        for key, ast_id in ast_ids.items()
    ]
    return _files(files, parser_version_ids, ast_ids), pa.Table.from_pylist(contents, CONTENTS)


def _wanted_elsewhere(
    file: File,
    parser_version_ids: dict[str, int],
    wanted: set[tuple[int, bytes] | None],
) -> File:
    if file.reason != SkipReason.MINIFIED:
        return file
    undecided = replace(file, outcome=None, reason=None)
    return undecided if _identity(undecided, parser_version_ids) in wanted else file


def _files(
    files: Iterable[File],
    parser_version_ids: dict[str, int],
    ast_ids: dict[tuple[int, bytes], int],
) -> pa.Table:
    listed = []
    for file in files:
        key = _identity(file, parser_version_ids)
        row = {name: getattr(file, name) for name in FILES.names if name != "ast_id"}
        listed.append({**row, "ast_id": ast_ids[key] if key else None})
    return pa.Table.from_pylist(listed, FILES)


def _identity(file: File, parser_version_ids: dict[str, int]) -> tuple[int, bytes] | None:
    if file.outcome or file.content_hash is None or file.language is None:
        return None
    return parser_version_ids[file.language], file.content_hash


def resolve_outcomes(
    files: pa.Table,
    asts: list[pa.ChunkedArray],
    partials: list[pa.Table],
    failures: list[pa.Table],
) -> pa.Table:
    """Give every file that was to be extracted its outcome, from what became of its content.

    ``asts`` holds AST ids, ``partials`` and ``failures`` hold (ast_id, reason).
    """
    reasons: dict[int, tuple[str, str | None]] = {}
    for ast_ids in asts:
        reasons.update(dict.fromkeys(ast_ids.to_pylist(), (Outcome.INDEXED, None)))
    for outcome, tables in ((Outcome.PARTIAL, partials), (Outcome.FAILED, failures)):
        for table in tables:
            for ast_id, reason in zip(*table.to_pydict().values(), strict=True):
                reasons[ast_id] = (outcome, reason)
    decided = zip(
        files["ast_id"].to_pylist(),
        files["outcome"].to_pylist(),
        files["reason"].to_pylist(),
        strict=True,
    )
    resolved = [
        reasons[ast_id] if ast_id is not None else (outcome, reason)
        for ast_id, outcome, reason in decided
    ]
    outcomes, why = zip(*resolved, strict=True) if resolved else ((), ())
    undecided = files.drop_columns(["outcome", "reason"])
    return undecided.append_column("outcome", pa.array(outcomes, pa.string())).append_column(
        "reason", pa.array(why, pa.string())
    )
