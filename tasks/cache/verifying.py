"""Whether the cache holds what it says: every key, every value, every sum, anew."""

from dataclasses import dataclass
from typing import Any, Final

import apsw

from tasks.cache.cache import Cache, Opened
from tasks.cache.coding import value_of
from tasks.cache.keys import RECIPE, Factors, key_of
from tasks.errors import FlagDayError

_ENTRIES: Final = """
SELECT
    entry_id, cache_key, recipe, cache_type, content_hash, provider, model, prompt_hash,
    schema_version, analysis_cache.json_bytes, analysis_cache.stored_bytes,
    analysis_values.dictionary_id, analysis_values.value
FROM analysis_cache
INNER JOIN analysis_makers USING (maker_id)
LEFT JOIN analysis_values USING (entry_id)
WHERE entry_id > ?
ORDER BY entry_id
LIMIT 1000
"""

_WRONG_SUMS: Final = """
SELECT cache_type, provider, model
FROM analysis_makers
LEFT JOIN (
    SELECT
        maker_id,
        COUNT(*) AS entries,
        sum(json_bytes) AS json_bytes,
        sum(stored_bytes) AS stored_bytes,
        sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cached_tokens) AS cached_tokens,
        sum(ifnull(cost_nano, 0)) AS cost_nano,
        sum(cost_nano IS NULL AND input_tokens + output_tokens + cached_tokens > 0) AS unpriced
    FROM analysis_cache
    GROUP BY maker_id
) AS counted USING (maker_id)
WHERE
    analysis_makers.entries <> ifnull(counted.entries, 0)
    OR analysis_makers.json_bytes <> ifnull(counted.json_bytes, 0)
    OR analysis_makers.stored_bytes <> ifnull(counted.stored_bytes, 0)
    OR analysis_makers.input_tokens <> ifnull(counted.input_tokens, 0)
    OR analysis_makers.output_tokens <> ifnull(counted.output_tokens, 0)
    OR analysis_makers.cached_tokens <> ifnull(counted.cached_tokens, 0)
    OR analysis_makers.cost_nano <> ifnull(counted.cost_nano, 0)
    OR analysis_makers.unpriced <> ifnull(counted.unpriced, 0)
ORDER BY cache_type, provider, model
"""

_LEFT_OVER: Final = """
SELECT entry_id
FROM analysis_values
WHERE entry_id NOT IN (SELECT entry_id FROM analysis_cache)
ORDER BY entry_id
"""


@dataclass(frozen=True, slots=True)
class Offence:
    """Something that is not as it should be."""

    what: str
    where: str  # the key of an entry in hexadecimal, or what else it is


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification looked at, and what it found."""

    entries: int
    offences: list[Offence]


def verify(cache: Cache) -> Verified:
    """Check every entry and every sum of a cache; nothing is changed."""
    with cache.reading() as opened:
        if opened is None:
            return Verified(0, [])
        opened.connection.execute("BEGIN")  # one state of the database throughout
        try:
            return _verified(opened)
        finally:
            opened.connection.execute("COMMIT")


def _verified(opened: Opened) -> Verified:
    connection = opened.connection
    offences = [
        Offence("the database is not sound", str(problem))
        for (problem,) in connection.execute("PRAGMA integrity_check")
        if problem != "ok"
    ]
    count, after = 0, 0
    while page := _page(connection, after):
        for row in page:
            offences += [Offence(what, row[1].hex()) for what in _wrong(opened, row)]
        count, after = count + len(page), page[-1][0]
    offences += [
        Offence("the sums are not those of the entries", "/".join(map(str, maker)))
        for maker in connection.execute(_WRONG_SUMS)
    ]
    offences += [
        Offence("a value belongs to no entry", str(entry_id))
        for (entry_id,) in connection.execute(_LEFT_OVER)
    ]
    return Verified(count, offences)


def _page(connection: apsw.Connection, after: int) -> list[Any]:
    return connection.execute(_ENTRIES, (after,)).fetchall()


def _wrong(opened: Opened, row: tuple[Any, ...]) -> list[str]:
    _, key, recipe, cache_type, content_hash, *texts, json_bytes, stored_bytes = row[:11]
    dictionary_id, frame = row[11:]
    wrong = []
    if recipe == RECIPE and not _is_key(key, cache_type, content_hash, texts):
        wrong.append("the key is not that of its factors")
    if frame is None:
        return [*wrong, "there is no value"]
    if len(frame) != stored_bytes:
        wrong.append("the stored value has another size")
    document = opened.codec.decode(frame, dictionary_id)
    if document is None or value_of(document) is None:
        return [*wrong, "the value cannot be read"]
    if len(document) != json_bytes:
        wrong.append("the value has another size")
    return wrong


def _is_key(key: bytes, cache_type: str, content_hash: bytes, texts: list[str]) -> bool:
    try:
        return key_of(Factors(cache_type, content_hash, *texts)) == key
    except FlagDayError:
        return False
