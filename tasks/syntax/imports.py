"""What is imported: one row a module, also where one import names several that share a prefix."""

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.syntax import vocabulary as v
from tasks.syntax.definitions import first_of_each_start
from tasks.syntax.nodes import Nodes
from tasks.syntax.origins import Origins
from tasks.syntax.spans import gather, innermost
from tasks.syntax.text import Text

_KINDS: Final = pa.array(v.IMPORT_KINDS)
_DOT: Final = ord(".")
_LONGEST_PREFIX: Final = 1000  # characters; each module of its group repeats it
_IN_BRACKETS: Final = (r"(?s)^<+(.*?)>*$", r"\1")  # <stdio.h>, but not List<int>
_MARK: Final = re.compile(rb"\s*(\.|::|\\)\s*")  # between a module and what lies inside of it


def imports(text: Text, nodes: Nodes, origins: Origins) -> dict[str, pa.Array]:
    """Return the columns; what names no module, as Go's `import ""`, is no import."""
    is_module = (nodes.codes >= v.FIRST_IMPORT) | (nodes.codes == v.ITSELF)
    modules = _joined(text, first_of_each_start(nodes.where(is_module)))
    modules, spelled = _ungrouped(text, nodes.where(nodes.codes == v.GROUP), modules)
    named = pc.replace_substring_regex(pc.utf8_trim(spelled, "\"'`"), *_IN_BRACKETS)
    columns = {
        **text.positions(modules.starts),
        "module": named,
        "import_kind": _KINDS.take(pa.array(modules.codes - v.FIRST_IMPORT)),
        "origin": origins.of(spelled),
    }
    is_named = pc.not_equal(pc.utf8_trim_whitespace(named), "")
    return {name: column.filter(is_named) for name, column in columns.items()}


def _joined(text: Text, modules: Nodes) -> Nodes:
    """Join modules with nothing but a dot between them: some grammars tell a path part by part."""
    follows = modules.starts[1:] == modules.ends[:-1] + 1
    is_part = np.append(False, follows & (text.buffer[modules.ends[:-1]] == _DOT))[: len(modules)]
    firsts = np.flatnonzero(~is_part)
    lasts = np.append(firsts[1:], len(modules))[: len(firsts)] - 1
    return Nodes(modules.codes[firsts], modules.starts[firsts], modules.ends[lasts])


def _ungrouped(text: Text, groups: Nodes, modules: Nodes) -> tuple[Nodes, pa.StringArray]:
    """Spell each module of a group with the one right before the group, which is no row then.

    That one may stand in a group, too: it was spelled before, as it stands before.
    """
    spelled = gather(text.buffer, modules.starts, modules.ends)
    is_row = modules.codes >= v.FIRST_IMPORT
    if not len(groups):
        return modules.where(is_row), spelled.filter(pa.array(is_row))
    names, codes = spelled.to_pylist(), modules.codes.copy()
    around = innermost(groups.starts, groups.ends, modules.starts, modules.ends)
    befores = np.searchsorted(modules.starts, groups.starts) - 1
    for row in np.flatnonzero(around >= 0).tolist():
        before = int(befores[around[row]])
        mark = _MARK.fullmatch(text.raw, int(modules.ends[before]), int(groups.starts[around[row]]))
        if mark is None or len(names[before]) > _LONGEST_PREFIX:
            continue
        is_row[before], is_row[row] = False, True
        if codes[row] == v.ITSELF:
            names[row], codes[row] = names[before], codes[before]
        else:
            names[row] = names[before] + mark[1].decode() + names[row]
    is_row &= codes >= v.FIRST_IMPORT
    rows = Nodes(codes, modules.starts, modules.ends).where(is_row)
    return rows, pa.array(names, pa.string()).filter(pa.array(is_row))
