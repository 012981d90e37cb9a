"""Values as they are stored: JSON in UTF-8, one zstd frame, with a dictionary or without.

A dictionary is kept for as long as the companion is, so every frame can be read for ever.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import apsw
import zstandard

from tasks.errors import PlanInvalid
from tasks.unpacking import require_bounded

LEVEL: Final = 3
_MOST_BYTES: Final = 256 << 20  # of a value, not compressed
_STEP_BYTES: Final = 1024  # can become 32 MiB at most

_NEWEST: Final = """
SELECT CASE WHEN dictionary IS NOT NULL THEN dictionary_id END
FROM analysis_dictionaries
WHERE cache_type = ?
ORDER BY dictionary_id DESC
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A value as it is stored."""

    frame: bytes
    dictionary_id: int | None
    json_bytes: int  # before compression


class Codec:
    """Compressors and decompressors, one a dictionary. For one thread at a time."""

    def __init__(self, connection: apsw.Connection) -> None:
        """Read dictionaries through this connection."""
        self._connection = connection
        self._compressors: dict[int | None, zstandard.ZstdCompressor] = {}
        self._decompressors: dict[int | None, zstandard.ZstdDecompressor] = {}

    def newest(self, cache_type: str) -> int | None:
        """Return the dictionary that compresses values of a type now; None: none pays."""
        found: int | None = self._connection.execute(_NEWEST, (cache_type,)).get
        return found

    def encode(self, document: bytes, dictionary_id: int | None) -> Stored:
        """Compress a JSON document."""
        if dictionary_id not in self._compressors:
            self._compressors[dictionary_id] = compressor(self._dictionary(dictionary_id))
        frame = self._compressors[dictionary_id].compress(document)
        return Stored(frame, dictionary_id, len(document))

    def value(self, frame: bytes, dictionary_id: int | None) -> Any | None:
        """Return the value in a frame, None where it is damaged."""
        document = self.decode(frame, dictionary_id)
        return None if document is None else value_of(document)

    def decode(self, frame: bytes, dictionary_id: int | None) -> bytes | None:
        """Return the JSON document in a frame, None where that cannot be unpacked."""
        if dictionary_id not in self._decompressors:
            trained = self._dictionary(dictionary_id)
            self._decompressors[dictionary_id] = zstandard.ZstdDecompressor(dict_data=trained)
        try:
            require_bounded(frame, _MOST_BYTES)
            return self._decompressors[dictionary_id].decompress(frame)
        except zstandard.ZstdError:
            return None

    def _dictionary(self, dictionary_id: int | None) -> zstandard.ZstdCompressionDict | None:
        if dictionary_id is None:
            return None
        trained = self._connection.execute(
            "SELECT dictionary FROM analysis_dictionaries WHERE dictionary_id = ?", (dictionary_id,)
        ).get
        return zstandard.ZstdCompressionDict(trained) if trained else None


def compressor(trained: zstandard.ZstdCompressionDict | None) -> zstandard.ZstdCompressor:
    """Make a compressor of our level. A row names its dictionary, so a frame need not."""
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=trained, write_dict_id=False)


def value_of(document: bytes) -> Any | None:
    """Return the value in a JSON document, None where it is none."""
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        return None


def unpacked(frame: bytes) -> bytes:
    """Return what a foreign zstd frame holds, also where it does not say how much that is.

    Raises zstandard.ZstdError, also where it is too much or is cut off.
    """
    reader, content = zstandard.ZstdDecompressor().decompressobj(), bytearray()
    for first in range(0, len(frame), _STEP_BYTES):
        content += reader.decompress(frame[first : first + _STEP_BYTES])
        if len(content) > _MOST_BYTES:
            raise zstandard.ZstdError(f"more than {_MOST_BYTES} bytes")
        if reader.eof:
            return bytes(content)
    raise zstandard.ZstdError("the frame is cut off")


def document_of(value: Any) -> bytes:
    """Write a value as JSON. Raises PlanInvalid where it is none, or null."""
    if value is None:
        raise PlanInvalid("null is no analysis", next_step="Keep a value that says something.")
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise PlanInvalid(
            f"the value is not JSON: {error}", next_step="Correct it. Nothing was kept."
        ) from error
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: JSON can say it with an escape
        return json.dumps(value, separators=(",", ":")).encode()
