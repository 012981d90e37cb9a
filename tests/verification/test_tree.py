"""What counts as a node of its own where a name stands."""

import pytest
from tree_sitter import Parser
from tree_sitter_language_pack import get_language

from verification.checks.tree import problem_at


@pytest.mark.parametrize(
    ("language", "text", "name", "problem"),
    [
        ("ruby", b"attr_reader :size", b"size", None),
        ("elixir", b"defstruct [size: 1]", b"size", None),
        ("ruby", b"ring = 1", b"ring", None),
        ("ruby", b"ring = 1", b"rin", "within identifier"),
        ("ruby", b"attr_reader :size", b"siz", "within simple_symbol"),
        ("ruby", b"attr_reader :size", b"ize", "within simple_symbol"),
        ("ruby", b"# ring", b"ring", "within comment"),
        ("ruby", b"# ring", b"# ring", "is comment"),
    ],
)
def test_a_name_has_a_node_of_its_own_but_for_the_colon_of_a_symbol(language, text, name, problem):
    root = Parser(get_language(language)).parse(text).root_node

    assert problem_at(root, text.index(name), name) == problem
