"""The grammar that parsed a content, from the package that the index says brought it."""

import re
from importlib import import_module
from typing import Final

from tree_sitter import Language
from tree_sitter_language_pack import get_language

_PACK: Final = "tree_sitter_language_pack"
_BROUGHT_BY: Final = re.compile(r"\((\w*tree_sitter_\w+) [\w.]+\)$", re.ASCII)


def own_grammar(grammar: str, grammar_version: str) -> Language:
    """Load a grammar; another package's of the same name would be another grammar.

    ``grammar_version`` is the index's: ``2.0.3 (tree_sitter_perl 2.0.3)``. Raises LookupError where
    the package is not named, not here, or has no such grammar.
    """
    named = _BROUGHT_BY.search(grammar_version)
    if not named:
        raise LookupError(f"grammar {grammar} {grammar_version}: no package is named")
    if named[1] == _PACK:
        return get_language(grammar)  # type: ignore[arg-type]
    try:
        return Language(import_module(named[1]).language())
    except (ImportError, AttributeError) as error:
        raise LookupError(f"grammar {grammar}: {named[1]} does not bring it here") from error
