"""Contents with their bytes, for where neither the roots nor the index in service can be read.

A pack is a table of CONTENTS (tasks/content/ledger.py) with three columns more; its bytes make it.
"""

from collections.abc import Mapping
from contextlib import closing
from typing import Any, Final

import apsw
import pyarrow as pa
from pyarrow import ipc

from tasks.roots.objects import Reading
from tasks.store.reading import facts_of
from tasks.syntax.facts import is_sealed
from tasks.syntax.languages import languages

_MORE: Final = pa.schema(
    {
        "data": pa.large_binary(),
        "facts": pa.large_binary(),  # of its AST in the index in service; null: none to take over
        "has_error": pa.bool_(),  # of that AST
    }
)


def bytes_of(content: Mapping[str, Any], reading: Reading) -> bytes:
    """Return the bytes of a content, from its pack or else its root. Raises OSError."""
    if "data" in content:
        data: bytes = content["data"]
        return data
    return reading.read(content["location"], content["store"], content["size_bytes"] + 1)


def known_of(
    content: Mapping[str, Any], index: apsw.Connection | None
) -> tuple[bytes, bool] | None:
    """Return (facts, has_error) of a content, from its pack or else an index; None: not known."""
    if "data" in content:
        return (content["facts"], content["has_error"]) if content["facts"] is not None else None
    if index is None:
        return None
    fingerprint, digest = languages()[content["language"]].fingerprint, content["content_hash"]
    found = facts_of(index, fingerprint, digest)
    if found and is_sealed(found[0], fingerprint, digest, has_error=found[1]):
        return found
    return None  # damaged facts are none


def pack(
    contents: pa.Table, index: apsw.Connection | None
) -> tuple[pa.Buffer, tuple[tuple[int, str], ...]]:
    """Return contents with their bytes as an Arrow file, and which cannot be read, and why."""
    failed: list[tuple[int, str]] = []
    more: list[dict[str, object]] = []
    with closing(Reading()) as reading:
        for content in contents.to_pylist():
            data = b""
            try:
                data = bytes_of(content, reading)
            except OSError as error:
                failed.append((content["ast_id"], why_unread(error)))
            facts, has_error = known_of(content, index) or (None, None)
            more.append({"data": data, "facts": facts, "has_error": has_error})
    added = pa.Table.from_pylist(more, _MORE)
    for field in _MORE:
        contents = contents.append_column(field, added[field.name])
    sink = pa.BufferOutputStream()
    with ipc.new_file(sink, contents.schema) as writer:
        writer.write_table(contents)
    return sink.getvalue(), tuple(failed)


def why_unread(error: OSError) -> str:
    """Say why a content could not be read, in the words of the ledger."""
    return f"cannot be read: {error.strerror}"
