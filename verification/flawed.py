"""Why a file is partial, told from the flattened AST in the index, apart from the builder.

The layout of facts: n codes, then two columns of n numbers as four planes of bytes each; the
second has the lengths of the nodes.
"""

from typing import Final

import numpy as np

from verification.own_text import OwnText
from verification.unpacking import unpack

_ERROR: Final = 71
_CUT: Final = 72
_TOO_DEEP: Final = "nested deeper than 4000 levels"
_BYTES_PER_NODE: Final = 9
_UTF8: Final = "utf-8"


def why_partial(data: bytes, encoding: str, facts: bytes) -> str:
    """Return the reason that the AST of a content gives, in the words of the index."""
    raw = np.frombuffer(unpack(facts), np.uint8)
    count = len(raw) // _BYTES_PER_NODE
    codes, planes = raw[:count], raw[5 * count :].reshape(4, count).astype(np.int64)
    lengths = (planes * np.array([[1], [1 << 8], [1 << 16], [1 << 24]])).sum(axis=0)
    if _CUT in codes and _ERROR not in codes:
        return _TOO_DEEP
    share = 100 * int(lengths[codes == _ERROR].sum()) / max(_text_bytes(data, encoding), 1)
    per_cent = "less than 0.1" if share < 0.05 else f"{share:.1f}"  # noqa: PLR2004 -- half of 0.1
    deep = f"; {_TOO_DEEP}" if _CUT in codes else ""
    return f"syntax errors in {per_cent} % of bytes{deep}"


def _text_bytes(data: bytes, encoding: str) -> int:
    """Return how long the text of a content is as UTF-8, its mark included."""
    return len(data) if encoding == _UTF8 else len(OwnText(data, encoding).utf8)
