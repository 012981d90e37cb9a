"""``asts.facts``: the flattened AST of one content as one zstd frame, and a seal after it.

Layout before compression, n nodes: n code bytes, then the deltas of the starts and the lengths,
each as n little-endian uint32 whose four byte planes stand one after the other (planes of small
numbers are almost all zero). n is a quarter of what remains; an empty frame has no nodes.

The seal is 16 bytes of BLAKE2b over whose facts these are and the frame: a bit that a disk flips,
here or in the keys that lead here, must not become other symbols of the next index.
"""

from hashlib import blake2b
from typing import Final

import numpy as np
import zstandard

from tasks.syntax.nodes import Nodes, Offsets
from tasks.unpacking import MOST_FACTS_BYTES, unpack

_BYTES_PER_NODE: Final = 9
_LEVEL: Final = 3
_SEAL_BYTES: Final = 16
_compressor: Final = zstandard.ZstdCompressor(level=_LEVEL)


def encode(nodes: Nodes) -> bytes:
    """Return the facts of ``nodes``; equal nodes give equal bytes."""
    deltas = np.diff(nodes.starts, prepend=0)
    lengths = nodes.ends - nodes.starts
    return _compressor.compress(nodes.codes.tobytes() + _planes(deltas) + _planes(lengths))


def decode(facts: bytes) -> Nodes:
    """Return the nodes that :func:`encode` was given.

    Raises ``zstandard.ZstdError`` or ``ValueError`` where the bytes are not facts.
    """
    raw = np.frombuffer(unpack(facts, MOST_FACTS_BYTES), np.uint8)
    count, rest = divmod(len(raw), _BYTES_PER_NODE)
    if rest:
        raise ValueError(f"facts of {len(raw)} bytes are not a whole number of nodes")
    starts = np.cumsum(_from_planes(raw[count : 5 * count]), dtype=np.int64)
    return Nodes(raw[:count].copy(), starts, starts + _from_planes(raw[5 * count :]))


def sealed(frame: bytes, fingerprint: bytes, content_hash: bytes, *, has_error: bool) -> bytes:
    """Return a frame and its seal: as what one parser version makes of one content."""
    return frame + _seal(frame, fingerprint, content_hash, has_error=has_error)


def is_sealed(facts: bytes, fingerprint: bytes, content_hash: bytes, *, has_error: bool) -> bool:
    """Tell whether these are, bit by bit, the facts of this content under this parser version."""
    frame, seal = facts[:-_SEAL_BYTES], facts[-_SEAL_BYTES:]
    return seal == _seal(frame, fingerprint, content_hash, has_error=has_error)


def _seal(frame: bytes, fingerprint: bytes, content_hash: bytes, *, has_error: bool) -> bytes:
    seal = blake2b(fingerprint + content_hash + bytes([has_error]), digest_size=_SEAL_BYTES)
    seal.update(frame)
    return seal.digest()


def _planes(column: Offsets) -> bytes:
    return column.astype("<u4").view(np.uint8).reshape(-1, 4).T.tobytes()


def _from_planes(planes: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Offsets:
    return np.ascontiguousarray(planes.reshape(4, -1).T).view("<u4").ravel().astype(np.int64)
