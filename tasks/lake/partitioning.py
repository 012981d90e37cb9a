"""Which rows stand in which partition: by language, and by how the content hash begins.

How many hexadecimal digits of it count depends on the size of a language alone, so equal indexes
have equal lakes, whatever these were before.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_PARTITION_ROWS: Final = 1 << 18  # symbols and refs, at most and as estimated
_BYTES_A_ROW: Final = 32  # of source; measured on C and Python
_MOST_DIGITS: Final = 3
_NO_HASH: Final = bytes(32)  # where a file stands that was never read


class Place(NamedTuple):
    """What the rows of a partition have in common."""

    language: str | None
    prefix: str  # x, and hexadecimal digits

    def overlaps(self, other: "Place") -> bool:
        """Tell whether a content may stand in both."""
        longer, shorter = sorted((self.prefix, other.prefix), key=len, reverse=True)
        return self.language == other.language and longer.startswith(shorter)


def digits_of(files: pa.Table, asts: pa.Table) -> dict[str | None, int]:
    """Return how many digits count in each language that files or ASTs are in."""
    counted = files.group_by("language").aggregate([([], "count_all")])
    summed = asts.group_by("language").aggregate([("size_bytes", "sum")])
    rows: dict[str | None, int] = dict(_pairs(counted))
    for language, size_bytes in _pairs(summed):
        rows[language] = rows.get(language, 0) + size_bytes // _BYTES_A_ROW
    return {language: _digits(count) for language, count in rows.items()}


def partitions(rows: pa.Table, digits: dict[str | None, int]) -> Iterator[tuple[Place, pa.Table]]:
    """Cut rows with a language and a content hash into partitions, in the order of their places."""
    for language in sorted(digits, key=lambda word: (word is not None, word or "")):
        in_language = rows.filter(_is(rows["language"], language))
        if in_language.num_rows:
            yield from _by_prefix(language, in_language, digits[language])


def _by_prefix(
    language: str | None, rows: pa.Table, digits: int
) -> Iterator[tuple[Place, pa.Table]]:
    numbers = _prefixes(rows["content_hash"], digits)
    order = np.argsort(numbers, kind="stable")
    ordered, numbers = rows.take(pa.array(order)), numbers[order]
    firsts = np.flatnonzero(np.diff(numbers, prepend=-1))
    for first, end in zip(firsts.tolist(), [*firsts[1:].tolist(), len(numbers)], strict=True):
        prefix = f"x{numbers[first]:0{digits}x}" if digits else "x"
        yield Place(language, prefix), ordered.slice(first, end - first)


def _prefixes(hashes: pa.ChunkedArray, digits: int) -> npt.NDArray[np.int64]:
    """Return the first hexadecimal digits of hashes of 32 bytes, as numbers."""
    raw = b"".join(pc.binary_slice(hashes.fill_null(_NO_HASH), 0, 2).to_pylist())
    numbers: npt.NDArray[np.int64] = np.frombuffer(raw, ">u2").astype(np.int64)
    return numbers >> (4 * (4 - digits))


def _is(languages: pa.ChunkedArray, language: str | None) -> pa.ChunkedArray:
    return pc.is_null(languages) if language is None else pc.equal(languages, language)


def _pairs(table: pa.Table) -> Iterator[tuple[str | None, int]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _digits(rows: int) -> int:
    enough = (count for count in range(_MOST_DIGITS) if rows <= _PARTITION_ROWS << 4 * count)
    return next(enough, _MOST_DIGITS)
