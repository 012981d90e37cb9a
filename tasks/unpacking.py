"""Unpack zstd frames that somebody else may have packed, up to a bound."""

from typing import Final

import zstandard

MOST_FACTS_BYTES: Final = 1 << 30  # of one AST: some hundred million nodes


def unpack(frame: bytes, most_bytes: int) -> bytes:
    """Return what a frame holds. Raises zstandard.ZstdError, also where it is too much."""
    require_bounded(frame, most_bytes)
    return zstandard.ZstdDecompressor().decompress(frame)


def require_bounded(frame: bytes, most_bytes: int) -> None:
    """Refuse a frame that does not say how much it holds, or says too much.

    One that tells the untruth is refused when it is unpacked. Raises zstandard.ZstdError.
    """
    size_bytes = zstandard.frame_content_size(frame)
    if not 0 <= size_bytes <= most_bytes:
        said = "an unknown number of" if size_bytes < 0 else size_bytes
        raise zstandard.ZstdError(f"a frame of {said} bytes, more than {most_bytes}")
