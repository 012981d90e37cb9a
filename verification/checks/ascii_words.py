"""Names by the thousand, compared with their words as columns: no name becomes Python.

It vouches only for pairs of ASCII that are right; all others are left to whoever reads one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import apsw
import numpy as np

_NAMES_AT_ONCE: Final = 2_000  # so that their columns stay in the processor's cache
_BLOCK: Final = """
SELECT
    MAX(name_id),
    CAST(group_concat(name, '') AS BLOB),
    group_concat(octet_length(name), ' '),
    CAST(group_concat(words, '') AS BLOB),
    group_concat(octet_length(words), ' ')
FROM (SELECT name_id, name, words FROM symbol_names WHERE name_id > ? ORDER BY name_id LIMIT ?)
"""
_OTHER, _DIGIT, _UPPER, _LOWER = range(4)
_SPACE: Final = ord(" ")
_LAST_ASCII: Final = 0x7F

_Array = np.ndarray[tuple[int], np.dtype[Any]]


def _kinds() -> _Array:
    kinds = np.full(256, _OTHER, np.uint8)
    for kind, first, last in ((_DIGIT, "0", "9"), (_UPPER, "A", "Z"), (_LOWER, "a", "z")):
        kinds[ord(first) : ord(last) + 1] = kind
    return kinds


_KINDS: Final = _kinds()


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts one after the other, as bytes."""

    octets: _Array
    lengths: _Array  # of each text, in bytes
    starts: _Array
    ends: _Array
    owners: _Array  # of each byte, the place of its text

    def text(self, place: int) -> str:
        """Return one of them."""
        return self.octets[self.starts[place] : self.ends[place]].tobytes().decode()


def blocks(connection: apsw.Connection) -> Iterator[tuple[Texts, Texts]]:
    """Yield the symbol names and their words in the order of their ids."""
    last: Any = -(1 << 63)
    while True:
        block: tuple[Any, ...] = connection.execute(_BLOCK, (last, _NAMES_AT_ONCE)).fetchall()[0]
        last, names, name_lengths, words, word_lengths = block
        if last is None:
            return
        yield texts(names, _numbers(name_lengths)), texts(words, _numbers(word_lengths))


def _numbers(text: str) -> _Array:
    return np.fromstring(text, np.int64, sep=" ")


def texts(octets: bytes, lengths: _Array) -> Texts:
    """Cut bytes into texts of these lengths."""
    ends = np.cumsum(lengths)
    owners = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return Texts(np.frombuffer(octets, np.uint8), lengths, ends - lengths, ends, owners)


def unproven(names: Texts, words: Texts) -> _Array:
    """Return the places of names that are not ASCII, or whose words are others."""
    kinds = _KINDS[names.octets]
    is_kept, is_start = kinds != _OTHER, _starts(kinds, names)
    # Each letter, and a space before each word but the first, takes a place.
    places = np.cumsum(is_kept.view(np.uint8) + is_start.view(np.uint8), dtype=np.int32)
    before, after = (np.append(np.int32(0), places)[at] for at in (names.starts, names.ends))
    is_open = np.maximum(after - before - 1, 0) != words.lengths
    is_open[names.owners[names.octets > _LAST_ASCII]] = True

    letters = np.flatnonzero(is_kept & ~is_open[names.owners])
    first = words.starts - before - 2
    true_words = np.full(len(words.octets), _SPACE, np.uint8)
    targets = first[names.owners[letters]] + places[letters]
    true_words[targets] = _lower(names.octets[letters], kinds[letters])
    is_open[words.owners[true_words != words.octets]] = True
    return np.flatnonzero(is_open)


def _starts(kinds: _Array, names: Texts) -> _Array:
    """Mark the bytes that start a word."""
    is_filled = names.lengths > 0
    before, after = np.roll(kinds, 1), np.roll(kinds, -1)
    before[names.starts[is_filled]] = _OTHER
    after[names.ends[is_filled] - 1] = _OTHER
    is_last_upper = (before != _UPPER) | (after == _LOWER)
    starts: _Array = (kinds == _DIGIT) & (before != _DIGIT)
    starts |= (kinds == _UPPER) & is_last_upper
    starts |= (kinds == _LOWER) & (before != _LOWER) & (before != _UPPER)
    return starts


def _lower(octets: _Array, kinds: _Array) -> _Array:
    lowered: _Array = octets.copy()
    lowered[kinds == _UPPER] += 32
    return lowered
