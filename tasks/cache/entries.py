"""What goes into the cache and what comes out of it: small, frozen."""

from dataclasses import dataclass
from typing import Any

from tasks.cache.keys import Factors
from tasks.cache.prices import MOST_TOKENS, NO_TOKENS, Tokens
from tasks.errors import PlanInvalid


@dataclass(frozen=True, slots=True)
class Item:
    """An analysis to be kept."""

    factors: Factors
    value: Any  # JSON, and not null
    tokens: Tokens = NO_TOKENS
    history: "History | None" = None  # None: it is made now

    def __post_init__(self) -> None:
        """Refuse what no analysis can have cost. Raises PlanInvalid."""
        tokens = (self.tokens.input, self.tokens.output, self.tokens.cached)
        if not all(0 <= count <= MOST_TOKENS for count in tokens):
            raise PlanInvalid(
                f"{' + '.join(map(str, tokens))} are no numbers of tokens",
                next_step=f"Give 0 to {MOST_TOKENS} of each kind. Nothing was kept.",
            )


@dataclass(frozen=True, slots=True)
class History:
    """What another cache knew of an analysis. Times are milliseconds since the epoch, UTC."""

    created_at_ms: int
    accessed_at_ms: int | None = None
    access_count: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """An analysis that is kept, without its value."""

    key: bytes
    factors: Factors
    tokens: Tokens
    json_bytes: int  # of the value
    stored_bytes: int  # of the value, compressed
    cost_nano: int | None  # 1e-9 of the currency; None: no price was known
    created_at_ms: int  # UTC, milliseconds since the epoch
    updated_at_ms: int
    accessed_at_ms: int | None
    access_count: int
