"""What a content is about: the words of its identifiers, by weight.

A word of a name weighs what its definition's type gives, a use of the name gives 1, and a name
counts once a content. Keywords of the language, numbers and single letters are no tags.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks import rows
from tasks.syntax.nodes import Offsets
from tasks.syntax.vocabulary import SYMBOL_TYPES
from tasks.syntax.words import words_of

MAX_TAGS: Final = 32  # a content
_MAX_WORD_BYTES: Final = 32  # longer ones are digests and tables
_HEAVIEST: Final = 8
_MOST: Final = (1 << 20) - 1  # sums of weights beyond count alike when the heaviest are chosen
# What a definition gives to each word of its name; a type that is not named here gives 1.
_WEIGHTS: Final = {
    **dict.fromkeys(
        (
            "class", "interface", "message", "module", "namespace", "package", "protocol",
            "resource", "service", "struct", "table", "trait",
        ),
        _HEAVIEST,
    ),
    **dict.fromkeys(
        (
            "enum", "function", "method", "procedure", "prototype", "rpc", "selector", "stage",
            "target", "trigger", "type", "union", "view",
        ),
        4,
    ),
    **dict.fromkeys(("constant", "macro", "output", "property", "variable"), 2),
}  # fmt: skip
_TYPES: Final = pa.array(SYMBOL_TYPES)
_WEIGHT_OF_TYPE: Final = np.array([_WEIGHTS.get(name, 1) for name in SYMBOL_TYPES])
# Uses of these types count: the others say little, and are most of all refs.
_TELLING: Final = pa.array(["annotation", "call", "import", "inherit", "type"])


def tags(symbols: pa.RecordBatch, refs: pa.RecordBatch, keywords: pa.Array) -> pa.RecordBatch:
    """Return the heaviest words of each content, in the order of ast_id and tag.

    ``symbols`` and ``refs`` are those of a batch. Of equal weights the word that sorts first wins.
    """
    is_telling = pc.is_in(refs["ref_type"], value_set=_TELLING)
    uses = refs.select(["ast_id", "name"]).filter(is_telling)
    names = pa.concat_arrays([symbols["name"], uses["name"]]).dictionary_encode()
    types = pc.index_in(symbols["symbol_type"], value_set=_TYPES).to_numpy()
    weights = np.concatenate((_WEIGHT_OF_TYPE[types], np.ones(uses.num_rows, np.int64)))
    ids = np.concatenate((symbols["ast_id"].to_numpy(), uses["ast_id"].to_numpy()))
    ast_ids, contents = _numbered(ids)
    names_of, name_codes, weights = _once_a_name(contents, names, weights)
    words, firsts, counts, codes = _dictionary(names.dictionary, keywords)
    # Each (content, name) becomes one row a word of the name.
    repeats = counts[name_codes]
    places = np.repeat(firsts[name_codes] - np.cumsum(repeats) + repeats, repeats)
    codes = codes[places + np.arange(len(places))]
    keys, sums = _summed(
        np.repeat(names_of, repeats) * len(words) + codes, np.repeat(weights, repeats)
    )
    contents, codes = np.divmod(keys, max(len(words), 1))
    kept = _heaviest(contents, sums)
    columns = {
        "ast_id": pa.array(ast_ids[contents[kept]]),
        "tag": words.take(pa.array(codes[kept])),
        "weight": pa.array(sums[kept]),
    }
    return pa.RecordBatch.from_pydict(columns, rows.TAGS)


def _numbered(ids: Offsets) -> tuple[Offsets, Offsets]:
    """Return the distinct ids, ascending, and for each id its place among them."""
    is_first = np.diff(ids, prepend=-1) != 0  # ids come in a few sorted runs
    distinct = np.unique(ids[is_first])
    return distinct, np.searchsorted(distinct, ids)


def _once_a_name(
    contents: Offsets, names: pa.DictionaryArray, weights: Offsets
) -> tuple[Offsets, Offsets, Offsets]:
    """Return (content, name, greatest weight) of each name that a content has, in that order."""
    size = max(len(names.dictionary), 1)
    keys = contents * size + names.indices.to_numpy()
    keys, lacks = np.divmod(np.sort(keys * _HEAVIEST + _HEAVIEST - weights), _HEAVIEST)
    is_first = np.diff(keys, prepend=-1) != 0
    found, codes = np.divmod(keys[is_first], size)
    return found, codes, _HEAVIEST - lacks[is_first]


def _summed(keys: Offsets, weights: Offsets) -> tuple[Offsets, Offsets]:
    """Return the distinct keys, ascending, and the sum of the weights of each."""
    keys, lacks = np.divmod(np.sort(keys * _HEAVIEST + _HEAVIEST - weights), _HEAVIEST)
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[firsts], np.add.reduceat(_HEAVIEST - lacks, firsts) if len(keys) else lacks


def _dictionary(
    names: pa.StringArray, keywords: pa.Array
) -> tuple[pa.Array, Offsets, Offsets, Offsets]:
    """Return the distinct words, sorted, and for each name the slice of ``codes`` that it has."""
    written, owners = words_of(names)
    lengths = pc.binary_length(written)
    is_word = pc.and_(pc.greater(lengths, 1), pc.less_equal(lengths, _MAX_WORD_BYTES))
    is_word = pc.and_(is_word, pc.invert(pc.is_in(written, value_set=keywords)))
    is_word = pc.and_not(is_word, pc.ascii_is_decimal(written))
    encoded = written.filter(is_word).dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    owners = owners[is_word.to_numpy(zero_copy_only=False)]
    counts = np.bincount(owners, minlength=len(names))
    codes = ranks[encoded.indices.to_numpy()]
    return encoded.dictionary.take(pa.array(order)), np.cumsum(counts) - counts, counts, codes


def _heaviest(contents: Offsets, weights: Offsets) -> Offsets:
    """Return the places of the MAX_TAGS heaviest of each content, ascending; ties by place."""
    lacks = _MOST - np.minimum(weights, _MOST)
    places = np.arange(len(contents))
    order = np.sort((contents * (_MOST + 1) + lacks) * len(contents) + places) % len(contents)
    firsts = np.flatnonzero(np.diff(contents, prepend=-1))
    rank = places - np.repeat(firsts, np.diff(firsts, append=len(contents)))
    return np.sort(order[rank < MAX_TAGS])
