"""The analysis cache: costly results about contents, kept in the companion by content.

A rename or a copy of a file costs nothing, and no flag day throws a result away.
"""

from tasks.cache.cache import Cache
from tasks.cache.entries import Item
from tasks.cache.keys import Factors
from tasks.cache.prices import Price, Tokens

__all__ = ["Cache", "Factors", "Item", "Price", "Tokens"]
