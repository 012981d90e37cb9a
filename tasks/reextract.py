"""Extract contents anew in a process of its own: ``python -m tasks.reextract``.

What verification compares an index with, across the boundary of a process. Nothing is reused.
Standard input: one JSON object a line, ``{"language": …, "base64": …}`` for the rows of a content,
``{"path": …, "base64": …}`` for the language of a file. Standard output: first
``{"parser_versions": {language: columns}}``, then for each content its rows, or why there are none,
and for each file its language, of ours or ``unparsed``; bytes are hexadecimal, and rows leave out
``ast_id``.
"""

import hashlib
import json
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyarrow as pa
import zstandard

from tasks.content.identity import content_hash
from tasks.content.text import decode
from tasks.syntax.detection import detect, unparsed
from tasks.syntax.extract import Source, extract
from tasks.syntax.languages import EXTRACTOR_VERSION, Language, languages

EXTRACTOR: Final = (sys.executable, "-P", "-m", "tasks.reextract")  # what verification runs
_PARSE_TIMEOUT_S: Final = 60.0
_DERIVED: Final = ("symbols", "refs", "imports", "definition_docs", "content_tags")


def reextract(orders: Iterable[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """Yield the parser versions, then what becomes of each content or file, in the order given."""
    known = languages().values()
    yield {"parser_versions": {language.name: _parser_version(language) for language in known}}
    for order in orders:
        data = b64decode(order["base64"])
        if "path" in order:
            yield {"path": order["path"], **_detected(order["path"], data)}
        else:
            yield {"language": order["language"], **_extracted(order["language"], data)}


def _detected(path: str, data: bytes) -> dict[str, Any]:
    return {
        "content_hash": content_hash(data).hex(),
        "language": detect(path, data),
        "unparsed": unparsed(path, data),
    }


def _parser_version(language: Language) -> dict[str, Any]:
    return {
        "grammar": language.grammar,
        "grammar_version": language.grammar_version,
        "query_sha256": hashlib.sha256(language.query).hexdigest(),
        "extractor_version": EXTRACTOR_VERSION,
        "fingerprint": language.fingerprint.hex(),
    }


def _extracted(language: str, data: bytes) -> dict[str, Any]:
    digest = content_hash(data)
    text = decode(data)
    source = Source(1, digest, 0, language, len(data), text.utf8, text.encoding, text.own_offsets)
    (batch,) = extract([source], parse_timeout_s=_PARSE_TIMEOUT_S)
    if "asts" not in batch:
        return {"content_hash": digest.hex(), "failure": batch["failures"]["reason"][0].as_py()}
    (ast,) = batch["asts"].to_pylist()
    return {
        "content_hash": digest.hex(),
        "size_bytes": ast["size_bytes"],
        "line_count": ast["line_count"],
        "has_error": ast["has_error"],
        "encoding": ast["encoding"],
        "facts_sha256": hashlib.sha256(zstandard.decompress(ast["facts"])).hexdigest(),
        **{table: _rows(batch[table].drop_columns(["ast_id"])) for table in _DERIVED},
    }


def _rows(batch: pa.RecordBatch) -> list[list[Any]]:
    columns = [
        [value and value.hex() for value in column.to_pylist()]
        if pa.types.is_binary(column.type)
        else column.to_pylist()
        for column in batch.columns
    ]
    return [list(row) for row in zip(*columns, strict=True)]


if __name__ == "__main__":
    for entry in reextract(json.loads(line) for line in sys.stdin):
        sys.stdout.write(json.dumps(entry) + "\n")
