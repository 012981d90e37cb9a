"""The identity of a content: SHA-256 of its raw bytes."""

import hashlib


def content_hash(data: bytes) -> bytes:
    """Return the 32-byte identity of ``data``.

    Equal bytes are equal on every machine: no newline or encoding change.
    Source: FIPS 180-4 (SHA-256); protocol §4.1.
    """
    return hashlib.sha256(data).digest()
