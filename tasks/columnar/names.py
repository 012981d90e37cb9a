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

from collections.abc import Iterable
from functools import reduce
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_COUNTED: Final = pa.schema([("name", pa.string()), ("definitions", pa.int64())])
_PARTS: Final = (  # RE2; each pattern and what takes its place, in this order
    (r"[\x00-/:-@\[-`{-\x7f]+", " "),
    (r"(\p{Lu})(\p{Lu}\p{Ll})", r"\1 \2"),
    (r"([a-z]|[^\x00-\x7f\p{Lu}])(\p{Lu})", r"\1 \2"),
    (r"([^0-9 ])([0-9])", r"\1 \2"),
    (r"([0-9])([^0-9 ])", r"\1 \2"),
)


def words_of(names: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return the words of each name, a space between; '' for a name without any."""
    parted = reduce(
        lambda text, part: pc.replace_substring_regex(text, pattern=part[0], replacement=part[1]),
        _PARTS,
        names,
    )
    return pc.utf8_lower(pc.utf8_trim(parted, " "))


def count_names(names: pa.ChunkedArray) -> pa.Table:
    """Count the symbols of each name: name, definitions."""
    counted = pc.value_counts(names)
    return pa.table([counted.field(0), counted.field(1)], _COUNTED)


def symbol_names(counted: Iterable[pa.Table]) -> pa.Table:
    """Join what ``count_names`` counted: name, words, definitions; the order is that of the ids.

    By length, then by the name without the case of ASCII letters, then by its bytes.
    """
    empty = pa.table({"name": pa.array([], pa.string()), "definitions": pa.array([], pa.int64())})
    summed = (
        pa.concat_tables([empty, *counted]).group_by("name").aggregate([("definitions", "sum")])
    )
    keys = {"length": pc.utf8_length(summed["name"]), "folded": pc.ascii_lower(summed["name"])}
    keyed = pa.table({**dict(zip(summed.column_names, summed.columns, strict=True)), **keys})
    joined = keyed.sort_by([(key, "ascending") for key in ("length", "folded", "name")])
    return pa.table(
        {
            "name": joined["name"],
            "words": words_of(joined["name"]),
            "definitions": joined["definitions_sum"],
        }
    )
