"""The distinct names of symbols, and the words inside of them. Vectorised; no name becomes Python.

Words are what people see in a name, in lower case:

- ASCII that is neither letter nor digit parts words and is dropped: ``parse_http`` → parse http
- an upper-case letter starts a word after any other letter: ``parseHttp`` → parse http
- the last of several upper-case letters does, where a lower-case one follows: ``HTTPParser`` →
  http parser
- ASCII digits are words of their own: ``utf8Name`` → utf 8 name
- what is not ASCII and has no case stays with what stands before it: ``解析Http`` → 解析 http

Upper and lower case are Unicode's categories Lu and Ll.
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

COUNTED: Final = pa.schema(
    [
        ("name", pa.string()),
        ("definitions", pa.int64()),
        ("length", pa.int32()),  # of the name, in characters
    ]
)
_PARTS: Final = (  # RE2; each pattern and what takes its place, in this order
    (r"[\x00-/:-@\[-`{-\x7f]+", " "),
    (r"(\p{Lu})(\p{Lu}\p{Ll})", r"\1 \2"),
    (r"([a-z]|[^\x00-\x7f\p{Lu}])(\p{Lu})", r"\1 \2"),
    (r"([^0-9 ])([0-9])", r"\1 \2"),
    (r"([0-9])([^0-9 ])", r"\1 \2"),
)
_NEITHER, _LOWER, _UPPER, _DIGIT = range(4)
_KINDS: Final = np.full(256, _NEITHER, np.uint8)  # of each byte of ASCII
_KINDS[ord("a") : ord("z") + 1] = _LOWER
_KINDS[ord("A") : ord("Z") + 1] = _UPPER
_KINDS[ord("0") : ord("9") + 1] = _DIGIT
_LOWERED: Final = np.zeros(256, np.uint8)  # each letter and digit; nothing for what parts words
for _byte in np.flatnonzero(_KINDS):
    _LOWERED[_byte] = ord(chr(_byte).lower())
_BATCH_NAMES: Final = 1 << 14
_SPACE: Final = ord(" ")

Bytes = npt.NDArray[np.uint8]


def words_of(names: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the words of each name, a space between; '' for a name without any."""
    batches = pa.table({"name": names}).to_batches(_BATCH_NAMES)
    return pa.chunked_array((_words(batch["name"]) for batch in batches), pa.string())


def count_names(names: pa.ChunkedArray) -> pa.Table:
    """Count the symbols of each name: COUNTED, in the order of their lengths."""
    counted = pc.value_counts(names)
    lengths = pc.utf8_length(counted.field(0))
    order = np.argsort(lengths.to_numpy(), kind="stable")
    return pa.table([counted.field(0), counted.field(1), lengths], COUNTED).take(order)


def symbol_names(counted: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Join what ``count_names`` counted: name, words, definitions; the order is that of the ids.

    By length, then by the name without the case of ASCII letters, then by its bytes. Names of one
    length make one table, so that never all names are held twice.
    """
    parts = [_ByLength.of(table) for table in counted]
    for length in sorted({length for part in parts for length in part.bounds}):
        named = pa.concat_tables([part.names(length) for part in parts if length in part.bounds])
        summed = named.group_by("name").aggregate([("definitions", "sum")])
        keyed = summed.append_column("folded", pc.ascii_lower(summed["name"]))
        ordered = keyed.sort_by([("folded", "ascending"), ("name", "ascending")])
        yield pa.table(
            {
                "name": ordered["name"],
                "words": words_of(ordered["name"]),
                "definitions": ordered["definitions_sum"],
            }
        )


class _ByLength(NamedTuple):
    """Counted names, and where those of each length begin and end."""

    table: pa.Table
    bounds: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, table: pa.Table) -> "_ByLength":
        lengths, first = np.unique(table["length"].to_numpy(), return_index=True)
        ends = np.append(first, table.num_rows)[1:]
        bounds = zip(first.tolist(), ends.tolist(), strict=True)
        return cls(table, dict(zip(lengths.tolist(), bounds, strict=True)))

    def names(self, length: int) -> pa.Table:
        first, end = self.bounds[length]
        return self.table.slice(first, end - first).select(["name", "definitions"])


def _words(names: pa.StringArray) -> pa.StringArray:
    """Return the words of a batch of names; few have anything but ASCII."""
    words = pc.ascii_ltrim_whitespace(_ascii_words(names))
    others = pc.invert(pc.string_is_ascii(names))
    if not pc.any(others).as_py():
        return words
    return pc.replace_with_mask(words, others, _any_words(names.filter(others)))


def _any_words(names: pa.StringArray) -> pa.StringArray:
    parted = reduce(
        lambda text, part: pc.replace_substring_regex(text, pattern=part[0], replacement=part[1]),
        _PARTS,
        names,
    )
    return pc.utf8_lower(pc.utf8_trim(parted, " "))


def _ascii_words(names: pa.StringArray) -> pa.StringArray:
    """Return the words of names that are ASCII, a space before each; of others, nothing of use."""
    _, offsets, text = names.buffers()
    at = np.frombuffer(offsets, np.int32)[names.offset : names.offset + len(names) + 1]
    name_bytes = np.frombuffer(text or b"", np.uint8)[at[0] : at[-1]]
    at = at - at[0]
    pairs = np.zeros((len(name_bytes), 2), np.uint8)  # what stands before each byte, and the byte
    pairs[:, 0][_starts(_KINDS[name_bytes], at)] = _SPACE
    pairs[:, 1] = _LOWERED[name_bytes]
    kept = pairs.ravel() != 0
    ends = np.append(np.int32(0), np.cumsum(kept, dtype=np.int32))[2 * at]
    words = pairs.ravel()[kept]
    return pa.StringArray.from_buffers(len(names), pa.py_buffer(ends), pa.py_buffer(words))


def _starts(kinds: Bytes, at: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Tell which bytes start a word; ``at`` are the places at which names begin and end."""
    before, after = np.zeros_like(kinds), np.zeros_like(kinds)
    before[1:], after[:-1] = kinds[:-1], kinds[1:]
    firsts = at[:-1][at[:-1] < at[1:]]
    before[firsts] = _NEITHER
    after[firsts[1:] - 1] = _NEITHER
    is_upper, was_upper = kinds == _UPPER, before == _UPPER
    humps = is_upper & ((before == _LOWER) | (was_upper & (after == _LOWER)))
    starts: npt.NDArray[np.bool_] = humps | ((kinds == _DIGIT) != (before == _DIGIT))
    starts |= before == _NEITHER
    starts &= kinds != _NEITHER
    return starts
