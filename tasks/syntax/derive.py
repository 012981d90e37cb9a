"""From flattened ASTs to rows: symbols, refs, imports, docstrings, tags, a whole batch at a time.

Every column is computed over the batch at once; only definitions that name a scope or have a body
are touched one by one.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks import rows
from tasks.syntax import vocabulary as v
from tasks.syntax.definitions import (
    Definitions,
    Mask,
    Scopes,
    codes_of,
    first_of_each_start,
    resolve,
    unquoted,
    without_outer,
)
from tasks.syntax.docs import docstrings
from tasks.syntax.imports import imports
from tasks.syntax.languages import Language
from tasks.syntax.nodes import Nodes, Offsets
from tasks.syntax.origins import origins_of
from tasks.syntax.signatures import body_starts, signatures
from tasks.syntax.spans import gather, innermost
from tasks.syntax.tags import tags
from tasks.syntax.text import Text

_SYMBOL_TYPES: Final = pa.array(v.SYMBOL_TYPES)
_REF_TYPES: Final = pa.array(v.REF_TYPES)
_PATHS: Final = codes_of(v.PATH_TYPES)
_HASH_BYTES: Final = 8
_INHERIT: Final = v.CODES["reference.inherit"]


def derive(text: Text, nodes: Nodes, language: Language) -> dict[str, pa.RecordBatch]:
    """Return the batch's rows by table name, each table in the order of its positions.

    ``nodes`` holds offsets into the buffer of ``text``, in canonical order.
    """
    nodes = without_outer(text, nodes)
    definitions, scopes = resolve(text, nodes, language)
    symbols = _symbols(text, nodes, definitions, scopes)
    refs = _without(language.keywords, _refs(text, nodes, definitions, scopes))
    return {
        "symbols": symbols,
        "refs": refs,
        "imports": _batch(imports(text, nodes, origins_of(language.name)), rows.IMPORTS),
        "definition_docs": _docs(text, nodes, definitions, language.directives),
        "content_tags": tags(symbols, refs, pa.array(language.grammar_keywords, pa.string())),
    }


def _symbols(text: Text, nodes: Nodes, definitions: Definitions, scopes: Scopes) -> pa.RecordBatch:
    names = definitions.names
    bodies = body_starts(nodes, definitions)
    is_signed, signed = signatures(text, nodes, definitions, bodies)
    columns = {
        **text.positions(names.starts),
        "name": gather(text.buffer, names.starts, names.ends),
        "symbol_type": _SYMBOL_TYPES.take(pa.array(definitions.codes)),
        "scope": _take_or(scopes.paths, definitions.scope, None),
        "end_line": text.line_numbers(definitions.ends - 1),
        "signature": _spread(signed, is_signed),
        "definition_hash": _hashes(text, definitions, bodies),
    }
    return _batch(columns, rows.SYMBOLS)


def _refs(text: Text, nodes: Nodes, definitions: Definitions, scopes: Scopes) -> pa.RecordBatch:
    """Keep the most specific ref of each start; a definition's own name is no ref, nor a part.

    But what a definition inherits may name it: a type that is embedded in Go names its field.
    """
    is_ref = (nodes.codes >= v.FIRST_REF) & (nodes.codes < v.FIRST_IMPORT)
    refs = nodes.where(is_ref)
    refs = refs.where(np.diff(refs.starts, append=-1) != 0)
    refs = refs.where(refs.codes != v.NO_NAME)
    names = first_of_each_start(nodes.where(nodes.codes == v.NAME))
    refs = refs.where(~_is_in(refs.starts, names.starts) | (refs.codes == _INHERIT))
    paths = definitions.where(np.isin(definitions.codes, _PATHS)).names
    refs = refs.where(innermost(paths.starts, paths.ends, refs.starts, refs.ends) < 0)
    refs = unquoted(text, refs)
    columns = {
        **text.positions(refs.starts),
        "name": gather(text.buffer, refs.starts, refs.ends),
        "ref_type": _REF_TYPES.take(pa.array(refs.codes - v.FIRST_REF)),
        "context": _take_or(scopes.paths, scopes.around(refs), ""),
    }
    return _batch(columns, rows.REFS)


def _without(keywords: Sequence[str], refs: pa.RecordBatch) -> pa.RecordBatch:
    if not keywords:
        return refs
    return refs.filter(pc.invert(pc.is_in(refs.column("name"), pa.array(keywords))))


def _docs(text: Text, nodes: Nodes, definitions: Definitions, directives: str) -> pa.RecordBatch:
    found, docs = docstrings(text, nodes, definitions, directives)
    columns = {**text.positions(definitions.names.starts[found]), "docstring": docs}
    return _batch(columns, rows.DOCS)


def _hashes(text: Text, definitions: Definitions, bodies: Offsets) -> pa.Array:
    has_body = bodies >= 0
    spans = zip(
        definitions.starts[has_body].tolist(), definitions.ends[has_body].tolist(), strict=True
    )
    view = memoryview(text.raw)
    digests = pa.array(
        [blake2b(view[start:end], digest_size=_HASH_BYTES).digest() for start, end in spans],
        pa.binary(),
    )
    return _spread(digests, has_body)


def _is_in(values: Offsets, members: Offsets) -> Mask:
    """Tell which values are among the members; both ascend."""
    if not len(members):
        return np.zeros(len(values), bool)
    place = np.minimum(np.searchsorted(members, values), len(members) - 1)
    is_member: Mask = members[place] == values
    return is_member


def _spread(values: pa.Array, mask: Mask) -> pa.Array:
    """Give each row that the mask selects the next value, and the others none."""
    return _take_or(values, np.where(mask, np.cumsum(mask) - 1, -1), None)


def _take_or(values: pa.Array | list[str], index: Offsets, default: str | None) -> pa.Array:
    """Take by index; -1 gives the default."""
    column = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    taken = column.take(pa.array(index, mask=index < 0))
    return taken if default is None else pc.fill_null(taken, default)


def _batch(columns: dict[str, pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
