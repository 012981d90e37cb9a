"""The messages of SCIP that are written here, as far as they are.

Names, numbers and types of the fields are those of scip.proto of the SCIP project (Apache-2.0);
what is left out there may be left out on the wire too.
"""

from functools import cache
from typing import Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_Field = descriptor_pb2.FieldDescriptorProto
_TYPES: Final = {"string": _Field.TYPE_STRING, "int32": _Field.TYPE_INT32}

# A field: its number and its type; [] stands behind what is repeated. Enums are numbers here:
# on the wire they are the same.
_MESSAGES: Final = {
    "ToolInfo": {"name": (1, "string"), "version": (2, "string"), "arguments": (3, "string[]")},
    "Metadata": {
        "version": (1, "int32"),
        "tool_info": (2, "ToolInfo"),
        "project_root": (3, "string"),
        "text_document_encoding": (4, "int32"),
    },
    "Signature": {"language": (4, "string"), "text": (5, "string")},
    "SymbolInformation": {
        "symbol": (1, "string"),
        "documentation": (3, "string[]"),
        "kind": (5, "int32"),
        "display_name": (6, "string"),
        "signature_documentation": (7, "Signature"),
        "enclosing_symbol": (8, "string"),
    },
    "Occurrence": {"range": (1, "int32[]"), "symbol": (2, "string"), "symbol_roles": (3, "int32")},
    "Document": {
        "relative_path": (1, "string"),
        "occurrences": (2, "Occurrence[]"),
        "symbols": (3, "SymbolInformation[]"),
        "language": (4, "string"),
        "position_encoding": (6, "int32"),
    },
    "Index": {"metadata": (1, "Metadata"), "documents": (2, "Document[]")},
}

UTF8_TEXT: Final = 1  # TextEncoding.UTF8
UTF8_COLUMNS: Final = 1  # PositionEncoding.UTF8CodeUnitOffsetFromLineStart
DEFINITION: Final = 0x1  # SymbolRole.Definition
FORWARD_DEFINITION: Final = 0x40  # SymbolRole.ForwardDefinition
# SymbolInformation.Kind by our types; what is not here has no kind.
KINDS: Final = {
    "class": 7,
    "constant": 8,
    "constructor": 9,
    "enum": 11,
    "enumerator": 12,
    "field": 15,
    "function": 17,
    "interface": 21,
    "macro": 25,
    "method": 26,
    "module": 29,
    "namespace": 30,
    "package": 35,
    "property": 41,
    "protocol": 42,
    "prototype": 17,
    "struct": 49,
    "trait": 53,
    "type": 54,
    "union": 59,
    "variable": 61,
}


@cache
def message(name: str) -> type[Message]:
    """Return the class of a message."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"scip.{name}"))


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    file = descriptor_pb2.FileDescriptorProto(name="scip.proto", package="scip", syntax="proto3")
    for name, fields in _MESSAGES.items():
        described = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            scalar = _TYPES.get(kind.removesuffix("[]"))
            described.field.add(
                name=field,
                number=number,
                type=scalar or _Field.TYPE_MESSAGE,
                type_name=None if scalar else f".scip.{kind.removesuffix('[]')}",
                label=_Field.LABEL_REPEATED if kind.endswith("[]") else _Field.LABEL_OPTIONAL,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool
