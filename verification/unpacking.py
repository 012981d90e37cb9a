"""Unpack zstd frames that somebody else may have packed, up to a bound."""

from typing import Final

import zstandard

MOST_FACTS_BYTES: Final = 1 << 30  # of one AST


def unpack(frame: bytes, most_bytes: int = MOST_FACTS_BYTES) -> bytes:
    """Return what a frame holds, which says itself how much that is.

    Raises zstandard.ZstdError where it says nothing, more than ``most_bytes``, or the untruth.
    """
    size_bytes = zstandard.frame_content_size(frame)
    if not 0 <= size_bytes <= most_bytes:
        said = "an unknown number of" if size_bytes < 0 else size_bytes
        raise zstandard.ZstdError(f"a frame of {said} bytes, more than {most_bytes}")
    return zstandard.ZstdDecompressor().decompress(frame)
