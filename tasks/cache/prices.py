"""What an analysis cost: tokens by the prices of the plan, summed without rounding twice.

Money is counted in whole billionths (nano) of the currency that the prices are in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

NANO: Final = 10**9
_TOKENS: Final = 10**6  # that a price is for
MOST_TOKENS: Final = 10**9  # of a kind, for one analysis


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider counted for one analysis."""

    input: int = 0
    output: int = 0
    cached: int = 0  # read from the provider's own cache; not among the input

    @property
    def total(self) -> int:
        """All of them."""
        return self.input + self.output + self.cached


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost."""

    input: Decimal
    output: Decimal
    cached: Decimal


NO_TOKENS: Final = Tokens()
Prices = Mapping[tuple[str, str], Price]  # by provider and model


def cost_nano(tokens: Tokens, price: Price | None) -> int | None:
    """Return what tokens cost, rounded half to even; None where no price is known."""
    if price is None:
        return None
    cost = tokens.input * price.input + tokens.output * price.output + tokens.cached * price.cached
    return int((cost * NANO / _TOKENS).to_integral_value(ROUND_HALF_EVEN))
