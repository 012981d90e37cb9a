"""What a query may capture: tree-sitter's tag vocabulary, as one-byte codes.

Within one group a higher code is more specific: where two patterns capture the same node,
the higher one is kept. Codes are stored in ``asts.facts``: append, never renumber.
"""

from typing import Final

SYMBOL_TYPES: Final = (
    "variable",
    "constant",
    "field",
    "property",
    "type",
    "package",
    "module",
    "namespace",
    "impl",
    "trait",
    "interface",
    "enumerator",
    "enum",
    "union",
    "struct",
    "class",
    "macro",
    "function",
    "prototype",
    "method",
    "constructor",
    "clause",
    "table",
    "view",
    "column",
    "index",
    "trigger",
    "procedure",
    "resource",
    "output",
    "message",
    "service",
    "rpc",
    "selector",
    "target",
    "stage",
    "protocol",
)
REF_TYPES: Final = ("identifier", "attribute", "type", "call", "inherit", "annotation", "import")
IMPORT_KINDS: Final = ("import", "from", "include", "require", "use", "export")

# Definitions that name a scope: their path is the `scope` of symbols and the `context` of refs.
SCOPE_TYPES: Final = frozenset(
    {
        "class", "clause", "constructor", "enum", "function", "impl", "interface", "message",
        "method", "module", "namespace", "package", "procedure", "property", "protocol", "resource",
        "selector", "service", "stage", "struct", "table", "trait", "union", "view",
    }
)  # fmt: skip
FUNCTION_TYPES: Final = frozenset({"clause", "constructor", "function", "method", "procedure"})
# A further clause of the function before it: a scope, which makes that one longer, and no symbol.
CLAUSE: Final = SYMBOL_TYPES.index("clause")
# Inside a function these are local variables, which no reader of an index looks up.
LOCAL_TYPES: Final = frozenset({"constant", "variable"})
# Their names are paths (`a.b.c`): a part of one is no ref.
PATH_TYPES: Final = frozenset({"module", "namespace", "package"})
SIGNATURE_TYPES: Final = frozenset(
    {
        "class", "constructor", "enum", "function", "impl", "index", "interface", "macro",
        "message", "method", "procedure", "property", "protocol", "prototype", "resource", "rpc",
        "service", "stage", "struct", "table", "target", "trait", "trigger", "type", "union",
        "view",
    }
)  # fmt: skip

NAME: Final = 64  # the name inside of a definition; the innermost definition around it owns it
SCOPE: Final = 65  # a qualifier written at the definition: the `A` of `void A::f() {}`
DOC: Final = 66  # a docstring inside of its definition
BODY: Final = 67  # where the signature ends
COMMENT: Final = 68  # documents the definition that starts on the line below it
TAIL: Final = 69  # belongs to the definition that ends right before it: some grammars put bodies so
REST: Final = 70  # a definition that holds what follows it, up to the next such or to the end
ERROR: Final = 71  # an outermost ERROR node: no query captures it
CUT: Final = 72  # over a whole content, where nodes lie too deep to be looked at
NAME_END: Final = 73  # up to its end goes the name of the definition around it
MEMBER: Final = 74  # a name that a function defines for the scope around it: `this.name = name`
GROUP: Final = 75  # a list of modules: the module that stands right before it goes before each
ITSELF: Final = 76  # in such a list, the module before it: `self`, `*`
OUTER: Final = 77  # a name that its function takes from a scope around it: `global x`
FIRST_REF: Final = 96
NO_NAME: Final = 127  # what a grammar takes for a name: what stands there is no ref
FIRST_IMPORT: Final = 128

CODES: Final[dict[str, int]] = {
    **{f"definition.{name}": code for code, name in enumerate(SYMBOL_TYPES)},
    "name": NAME,
    "scope": SCOPE,
    "doc": DOC,
    "body": BODY,
    "comment": COMMENT,
    "tail": TAIL,
    "rest": REST,
    "name.end": NAME_END,
    "member": MEMBER,
    "outer": OUTER,
    "module.group": GROUP,
    "module.itself": ITSELF,
    **{f"reference.{name}": code for code, name in enumerate(REF_TYPES, FIRST_REF)},
    "no.name": NO_NAME,
    **{f"module.{name}": code for code, name in enumerate(IMPORT_KINDS, FIRST_IMPORT)},
}
