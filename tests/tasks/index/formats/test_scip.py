"""SCIP as protobuf reads it back, and its symbols by the grammar of scip.proto."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.index.formats.scip import scip
from tasks.index.formats.scip_schema import message
from tests.tasks.index.formats.answers import NASTY, file, files, symbol, texts, use

NAME = r"(?:[\w+$-]+|`(?:[^`]|``)+`)"
DESCRIPTOR = rf"{NAME}[/#.:!]|{NAME}\([\w+$-]*\)\.|\[{NAME}\]|\({NAME}\)"
GLOBAL = re.compile(rf"flagday \. (?:[^ ]|  )+ \. (?:{DESCRIPTOR})+", re.ASCII | re.DOTALL)
LOCAL = re.compile(r"local [\w+$-]+", re.ASCII)


def read(*found, root="left"):
    index = message("Index")()
    index.ParseFromString(b"".join(scip(found, root, Path("/work/le ft"))))
    return index


def defined(document):
    return [(entry.symbol, *entry.range) for entry in document.occurrences if entry.symbol_roles]


def own(document):
    """Return the symbols of definitions, without those of names."""
    return [entry.symbol for entry in document.symbols if not entry.symbol.endswith(":")]


def test_the_metadata_names_the_tool_as_syntactic_and_the_root_as_project():
    assert MessageToDict(read(), preserving_proto_field_name=True) == {
        "metadata": {
            "tool_info": {
                "name": "flagday (syntactic)",
                "version": version("flagday"),
                "arguments": ["export", "--format", "scip", "--root", "left"],
            },
            "project_root": "file:///work/le%20ft",
            "text_document_encoding": 1,
        }
    }


def test_a_document_holds_definitions_with_docstring_signature_and_kind_and_columns_are_bytes():
    door = symbol("Tür", "class", 1, column=6, end_line=3, signature="class Tür")
    entry = file(door, path="lib/a.py", docstrings={(1, 6): "A door."})
    (document,) = read(entry).documents

    assert MessageToDict(document, preserving_proto_field_name=True) == {
        "language": "Python",
        "relative_path": "lib/a.py",
        "position_encoding": 1,
        "occurrences": [
            {"range": [0, 6, 10], "symbol": "flagday . left . `Tür`:", "symbol_roles": 1},
            {
                "range": [0, 6, 10],
                "symbol": "flagday . left . lib/`a.py`/`Tür`#",
                "symbol_roles": 1,
            },
        ],
        "symbols": [
            {"symbol": "flagday . left . `Tür`:", "display_name": "Tür"},
            {
                "symbol": "flagday . left . lib/`a.py`/`Tür`#",
                "documentation": ["A door."],
                "kind": 7,
                "display_name": "Tür",
                "signature_documentation": {"language": "Python", "text": "class Tür"},
            },
        ],
    }


@pytest.mark.parametrize(
    ("encoding", "end"),
    [("utf-8", 10), ("cp1252", 9), ("utf-16-le", 12), ("utf-8+latin-1", 10)],
)
def test_a_name_ends_where_it_ends_in_the_bytes_of_its_file(encoding, end):
    found = file(symbol("Tür", column=6), uses=[use("Tür", line=2, column=6)], encoding=encoding)
    (document,) = read(found).documents

    assert {tuple(entry.range) for entry in document.occurrences} == {(0, 6, end), (1, 6, end)}


def test_a_use_refers_to_a_name_and_every_definition_of_the_name_defines_it():
    first = file(symbol("open", "function", 1), path="a.py")
    second = file(symbol("open", "method", 2, scope="Door"), uses=[use("open", line=9)])
    one, two = read(first, second).documents
    name = "flagday . left . open:"

    assert [(entry.symbol, list(entry.range)) for entry in two.occurrences][-1] == (name, [8, 4, 8])
    assert [name in {symbol for symbol, *_ in defined(each)} for each in (one, two)] == [True, True]


@pytest.mark.parametrize(
    ("type_", "descriptor"),
    [
        ("class", "x#"),
        ("type", "x#"),
        ("function", "x()."),
        ("constructor", "x()."),
        ("prototype", "x()."),
        ("namespace", "x/"),
        ("variable", "x."),
        ("enumerator", "x."),
        ("macro", "x!"),
        ("impl", "impl#[x]"),
    ],
)
def test_the_type_of_a_definition_decides_its_descriptor(type_, descriptor):
    (document,) = read(file(symbol("x", type_))).documents

    assert own(document) == [f"flagday . left . `a.py`/{descriptor}"]


def test_a_scope_is_a_chain_of_descriptors_and_a_scope_of_another_file_is_a_meta_descriptor():
    outer = symbol("Outer", "namespace", 1, end_line=9)
    inner = symbol("Inner", "struct", 2, end_line=8, scope="Outer")
    known = symbol("run", "method", 3, scope="Outer::Inner")
    unknown = symbol("stop", "method", 12, scope="Far::Away")
    (document,) = read(file(outer, inner, known, unknown)).documents

    assert own(document) == [
        "flagday . left . `a.py`/Outer/",
        "flagday . left . `a.py`/Outer/Inner#",
        "flagday . left . `a.py`/Outer/Inner#run().",
        "flagday . left . `a.py`/`Far::Away`:stop().",
    ]


def test_functions_of_one_name_are_told_apart_and_a_prototype_declares_the_first():
    prototype = symbol("f", "prototype", 1)
    (document,) = read(file(prototype, symbol("f", line=2), symbol("f", line=3))).documents
    path = "flagday . left . `a.py`/"

    assert [
        (entry.symbol, entry.symbol_roles)
        for entry in document.occurrences
        if entry.symbol.startswith(path)
    ] == [(f"{path}f().", 0x40), (f"{path}f().", 1), (f"{path}f(+1).", 1)]


def test_what_is_defined_inside_of_a_function_is_local_to_its_document_except_members():
    outer = symbol("outer", "function", 1, end_line=9)
    inner = symbol("Inner", "class", 2, end_line=8, scope="outer")
    method = symbol("run", "method", 3, scope="outer.Inner")
    member = symbol("size", "field", 9, scope="outer")
    (document,) = read(file(outer, inner, method, member)).documents
    enclosing = {entry.symbol: entry.enclosing_symbol for entry in document.symbols}
    path = "flagday . left . `a.py`/outer()."

    assert own(document) == [path, f"{path}size.", "local 0", "local 1"]
    assert [enclosing["local 0"], enclosing["local 1"]] == [path, "local 0"]


def test_a_name_that_has_a_line_break_ends_on_a_later_line():
    (document,) = read(file(symbol("on\nly", column=7))).documents

    assert {tuple(entry.range) for entry in document.occurrences} == {(0, 7, 1, 2)}


@settings(deadline=None)
@given(st.lists(files, max_size=2), texts)
def test_every_symbol_follows_the_grammar_and_every_occurrence_has_its_symbol(found, root):
    for document in read(*found, root=root).documents:
        told = [entry.symbol for entry in document.symbols]

        assert len(told) == len(set(told))
        assert {entry.symbol for entry in document.occurrences} == set(told)
        assert all(LOCAL.fullmatch(each) or GLOBAL.fullmatch(each) for each in told)


@settings(deadline=None)
@given(files)
def test_every_definition_is_an_occurrence_of_its_name_at_its_place(found):
    (document,) = read(found).documents
    names = {entry.symbol: entry.display_name for entry in document.symbols}
    read_back = {(names[symbol], *span) for symbol, *span in defined(document)}

    assert read_back == {
        (entry.name, *_span(entry.name.encode(), entry.line - 1, entry.column))
        for entry in found.symbols
    }


def _span(name, line, column):
    lines = name.split(b"\n")
    if len(lines) == 1:
        return line, column, column + len(name)
    return line, column, line + len(lines) - 1, len(lines[-1])


def test_pieces_are_a_message_each_so_that_no_more_than_one_document_is_in_memory():
    pieces = list(scip([file(symbol(NASTY)), file(symbol("b"), path="b.py")], "left", Path("/w")))

    def documents(piece):
        return [entry.relative_path for entry in message("Index").FromString(piece).documents]

    assert list(map(documents, pieces)) == [[], ["a.py"], ["b.py"]]
