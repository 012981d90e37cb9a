"""Dictionaries for the values of a type: trained where they pay, as measured on other values.

A dictionary never changes and never goes; a value names the one that it needs.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import apsw
import zstandard

from tasks.cache.accounting import now_ms
from tasks.cache.cache import Cache, Opened
from tasks.cache.coding import compressor
from tasks.companion.transaction import writing

SAMPLES: Final = 2000  # values, half to train on, half to measure
_FEWEST: Final = 40  # below, zstd trains nothing
_DICTIONARY_BYTES: Final = 32 << 10
_GAIN: Final = 0.05  # of the bytes: less does not pay
_BATCH: Final = 500

_IDS: Final = """
SELECT entry_id
FROM analysis_cache
INNER JOIN analysis_makers USING (maker_id)
WHERE cache_type = ?
ORDER BY entry_id
"""

_VALUES: Final = """
SELECT entry_id, dictionary_id, value
FROM analysis_values
WHERE entry_id IN (SELECT value FROM json_each(?))
ORDER BY entry_id
"""

_KEEP: Final = """
INSERT INTO analysis_dictionaries (
    cache_type, trained_at_ms, samples, measured_json_bytes, measured_plain_bytes,
    measured_trained_bytes, dictionary
)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Training:
    """What was measured, on values that the dictionary was not trained on."""

    samples: int  # that it was trained on
    json_bytes: int
    plain_bytes: int  # compressed without a dictionary
    trained_bytes: int  # compressed with it
    pays: bool  # it gains at least 5 % and, over all values of the type, more than its own size
    recompressed: int = 0  # values that were there already


def train(cache: Cache, cache_type: str) -> Training | None:
    """Train a dictionary for a type and compress its values anew where that pays.

    None where there are too few values. Raises PreconditionFailed where the companion cannot be
    written to.
    """
    with cache.writing() as opened:
        ids = [entry_id for (entry_id,) in opened.connection.execute(_IDS, (cache_type,))]
        documents = _documents(opened, _some(ids))
        trained = _trained(documents[::2])
        if trained is None or len(documents) < _FEWEST:
            return None
        training = _measured(documents[1::2], trained, len(documents[::2]), len(ids))
        _keep(opened.connection, cache_type, training, trained if training.pays else None)
        if not training.pays:
            return training
        recompressed = sum(
            _recompress(opened, cache_type, ids[first : first + _BATCH])
            for first in range(0, len(ids), _BATCH)
        )
    return Training(
        training.samples,
        training.json_bytes,
        training.plain_bytes,
        training.trained_bytes,
        pays=True,
        recompressed=recompressed,
    )


def _some(ids: list[int]) -> list[int]:
    """Choose values by chance, the same ones each time."""
    return sorted(random.Random(0).sample(ids, min(SAMPLES, len(ids))))  # noqa: S311 -- no secret


def _documents(opened: Opened, ids: list[int]) -> list[bytes]:
    rows = _rows(opened, ids)
    found = (opened.codec.decode(frame, dictionary_id) for _, dictionary_id, frame in rows)
    return [document for document in found if document is not None]


def _rows(opened: Opened, ids: list[int]) -> list[Any]:
    return opened.connection.execute(_VALUES, (str(ids),)).fetchall()


def _trained(samples: Sequence[bytes]) -> zstandard.ZstdCompressionDict | None:
    try:
        return zstandard.train_dictionary(_DICTIONARY_BYTES, list(samples))
    except zstandard.ZstdError:  # too few, or too small
        return None


def _measured(
    others: list[bytes], trained: zstandard.ZstdCompressionDict, samples: int, entries: int
) -> Training:
    plain, with_it = (
        sum(len(one.compress(document)) for document in others)
        for one in (compressor(None), compressor(trained))
    )
    gain = plain - with_it
    pays = gain >= _GAIN * plain and gain / len(others) * entries > len(trained.as_bytes())
    return Training(samples, sum(map(len, others)), plain, with_it, pays)


def _keep(
    connection: apsw.Connection,
    cache_type: str,
    training: Training,
    trained: zstandard.ZstdCompressionDict | None,
) -> None:
    measured = (training.samples, training.json_bytes, training.plain_bytes, training.trained_bytes)
    with writing(connection):
        connection.execute(
            _KEEP, (cache_type, now_ms(), *measured, trained.as_bytes() if trained else None)
        )


def _recompress(opened: Opened, cache_type: str, ids: list[int]) -> int:
    """Compress values anew in one transaction, but for damaged ones; tell how many there were."""
    newest, count = opened.codec.newest(cache_type), 0
    with writing(opened.connection):
        for entry_id, dictionary_id, frame in _rows(opened, ids):
            document = opened.codec.decode(frame, dictionary_id)
            if document is None:
                continue
            stored = opened.codec.encode(document, newest)
            opened.connection.execute(
                "UPDATE analysis_values SET dictionary_id = ?, value = ? WHERE entry_id = ?",
                (newest, stored.frame, entry_id),
            )
            opened.connection.execute(
                "UPDATE analysis_cache SET stored_bytes = ? WHERE entry_id = ?",
                (len(stored.frame), entry_id),
            )
            count += 1
    return count
