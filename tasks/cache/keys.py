"""The key of an analysis: everything that its value depends on, in 32 bytes.

Recipe 1: SHA-256 over seven fields in this order: the recipe's number in ASCII digits, cache type,
content hash (32 raw bytes), provider, model, prompt hash, schema version; texts in UTF-8. Before
each field stands its length in bytes, as 8 bytes, big-endian, so that no two tuples of fields give
the same bytes. A key made by another recipe is another key; the recipe of a row stands beside it.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from tasks.errors import PlanInvalid

RECIPE: Final = 1
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Factors:
    """What a key is made of. Whoever keeps an analysis chooses the words, and uses them again."""

    cache_type: str  # what kind of analysis: summary, review, metrics, …
    content_hash: bytes  # 32 bytes, SHA-256 of the raw bytes
    provider: str = ""  # who makes it
    model: str = ""  # by which model
    prompt_hash: str = ""  # of the prompt, or of whatever else the tool was told
    schema_version: str = ""  # of the value

    def __post_init__(self) -> None:
        """Refuse what is no factor. Raises PlanInvalid."""
        if len(self.content_hash) != _HASH_BYTES:
            raise _bad(f"a content hash has {_HASH_BYTES} bytes, not {len(self.content_hash)}")
        if not self.cache_type:
            raise _bad("a cache type is empty")
        try:
            "".join(self.texts).encode()
        except UnicodeEncodeError as error:
            raise _bad(f"{error.object!r} is not Unicode text") from error

    @property
    def texts(self) -> tuple[str, ...]:
        """The factors that are texts."""
        return (
            self.cache_type,
            self.provider,
            self.model,
            self.prompt_hash,
            self.schema_version,
        )

    @property
    def maker(self) -> tuple[str, str, str]:
        """What statistics are told apart by."""
        return self.cache_type, self.provider, self.model


def key_of(factors: Factors) -> bytes:
    """Return the 32-byte key of recipe 1."""
    digest = sha256()
    for field in (
        str(RECIPE).encode(),
        factors.cache_type.encode(),
        factors.content_hash,
        factors.provider.encode(),
        factors.model.encode(),
        factors.prompt_hash.encode(),
        factors.schema_version.encode(),
    ):
        digest.update(len(field).to_bytes(8, "big"))
        digest.update(field)
    return digest.digest()


def _bad(what: str) -> PlanInvalid:
    return PlanInvalid(what, next_step="Correct it. Nothing was kept.")
