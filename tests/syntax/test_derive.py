"""Docstrings, signatures, hashes and scopes: what one row says about one definition."""

import pytest

from tests.syntax.rows import docs, extracted, rows_of, source


def names(table, text, language="python"):
    return [row["name"] for row in rows_of(table, text, language)]


def signatures(text, language="python"):
    return {row["name"]: row["signature"] for row in rows_of("symbols", text, language)}


def hashes(text, ast_id=1):
    rows = extracted([source(ast_id, text)])["symbols"]
    return {row["name"]: row["definition_hash"] for row in rows}


def test_a_docstring_stands_inside_of_its_definition():
    text = 'class C:\n    """A class."""\n    def m(self):\n        """A method."""\n'

    assert docs(text) == {1: "A class.", 3: "A method."}


def test_a_docstring_stands_in_the_comments_right_above():
    assert docs("# One.\n# Two.\ndef f(): pass\n") == {3: "One.\nTwo."}


def test_a_docstring_inside_wins_over_a_comment_above():
    assert docs('# Above.\ndef f():\n    "Inside."\n') == {2: "Inside."}


def test_a_comment_with_a_blank_line_below_documents_nothing():
    assert docs("# Apart.\n\ndef f(): pass\n") == {}


def test_of_two_blocks_of_comments_only_the_one_right_above_documents():
    assert docs("# Licence.\n\n# A function.\ndef f(): pass\n") == {4: "A function."}


def test_a_comment_behind_code_documents_nothing():
    assert docs("x = 1  # about x\ndef f(): pass\n") == {}


def test_a_comment_behind_code_does_not_join_the_block_below_it():
    assert docs("x = 1  # about x\n# A function.\ndef f(): pass\n") == {3: "A function."}


def test_a_comment_documents_the_first_definition_of_the_line_below():
    assert docs("/* Both. */\nint a; int b;\n", "c") == {2: "Both."}


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("java", "class A {\n  /** One. */ int a;\n  int b;\n}\n", {2: "One."}),
        ("java", "enum A {\n  /** One. */ B,\n  /** Two. */ C,\n  D\n}\n", {2: "One.", 3: "Two."}),
        ("java", "class A {\n  /** One. */ @Deprecated int a;\n  int b;\n}\n", {2: "One."}),
        ("c", "struct a {\n  /* One. */ int b;\n  int c;\n};\n", {2: "One."}),
        ("c", "/* One.\n * Two. */ int a;\nint b;\n", {2: "One.\nTwo."}),
        ("c", "/* One. */ int a; /* Not of b. */\nint b;\n", {1: "One."}),
        (
            "c",
            "// One.\n/* Two. */ int a;\n/* Three. */\nint b;\n",
            {2: "One.\nTwo.", 4: "Three."},
        ),
        ("c", "/* One. */ /* Two. */ // Three.\nint a;\n", {2: "One."}),
        ("cpp", "/* One. */\ntemplate <class T>\nT a();\n", {3: "One."}),
        ("csharp", "class A {\n  /** One. */ [B] int a;\n  int b;\n}\n", {2: "One."}),
        ("go", "/* One. */ type A int\ntype B int\n", {1: "One."}),
        ("php", "<?php class A {\n  /** One. */ public $a;\n  public $b;\n}\n", {2: "One."}),
        ("rust", "/** One. */ #[a] fn a() {}\nfn b() {}\n", {1: "One."}),
        ("rust", "/** One. */ #[a]\nfn a() {}\n", {2: "One."}),
        ("typescript", "/** One. */ export const a = 1;\nexport const b = 2;\n", {1: "One."}),
        ("ocaml", "(** One. *) let a = 1\nlet b = 2\n", {1: "One."}),
    ],
)
def test_a_comment_before_a_definition_on_its_line_documents_it_and_not_the_next(
    language, text, wanted
):
    assert docs(text, language) == wanted


def test_a_comment_before_other_code_documents_nothing():
    assert docs("/* Apart. */ f();\nclass A {}\n", "javascript") == {}


def test_an_empty_docstring_is_none():
    assert docs('def f():\n    """ """\n\n#\ndef g(): pass\n') == {}


@pytest.mark.parametrize(
    ("comment", "doc"),
    [
        ("/** One.\n * Two.\n */", "One.\nTwo."),
        ("/* One. */", "One."),
        ("/*\n   One.\n */", "One."),
        ("// One.\n// Two.", "One.\nTwo."),
        ("/// One.", "One."),
        ("//! One.", "One."),
        ("// One.   \r\n//\r\n//   Two.", "One.\n\n  Two."),
        ("/** a * b */", "a * b"),
        ("/* One. */\n/** Two. */", "One.\nTwo."),
        ("/** One. */\n// Two.\n//\n// Three.", "One.\nTwo.\n\nThree."),
        ("/********/\n/* One.  */\n/********/", "One."),
    ],
)
def test_marks_of_comments_are_taken_off(comment, doc):
    line = comment.count("\n") + 2

    assert docs(f"{comment}\nint f(void) {{ return 0; }}\n", "c") == {line: doc}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("haskell", "-- | One.\n-- Two.\nf x = x\n"),
        ("haskell", "{-| One.\nTwo. -}\nf x = x\n"),
        ("ocaml", "(** One.\n    Two. *)\nlet f x = x\n"),
        ("erlang", "%% One.\n%% Two.\nf(X) -> X.\n"),
        ("fortran", "!> One.\n!! Two.\nsubroutine f()\nend subroutine\n"),
        ("zig", "/// One.\n/// Two.\nfn f() void {}\n"),
        ("sql", "-- One.\n-- Two.\nCREATE TABLE f (a INT);\n"),
        ("graphql", '"""\nOne.\nTwo.\n"""\ntype f { a: Int }\n'),
        ("protobuf", "// One.\n// Two.\nmessage f {}\n"),
        ("hcl", '# One.\n# Two.\nvariable "f" {}\n'),
        ("ruby", "=begin\nOne.\nTwo.\n=end\ndef f\nend\n"),
        ("ruby", "=begin rdoc\nOne.\n=end\n# Two.\ndef f\nend\n"),
        ("lua", "--[[ One.\nTwo. ]]\nfunction f() end\n"),
        ("lua", "--[==[\nOne.\n--]==]\n-- Two.\nfunction f() end\n"),
        ("julia", "#= One.\nTwo. =#\nf() = 1\n"),
        ("cmake", "#[[ One. ]]\n# Two.\nfunction(f)\nendfunction()\n"),
        ("ocaml", "(* One. *)\n(** Two. *)\nlet f x = x\n"),
    ],
)
def test_marks_of_comments_are_those_of_the_language(language, text):
    ((_, doc),) = docs(text, language).items()

    assert [line.strip() for line in doc.splitlines()] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("language", "magic"),
    [
        ("ruby", "# frozen_string_literal: true"),
        ("ruby", "# typed: strict\r\n# encoding: utf-8"),
        ("ruby", "#!/usr/bin/env ruby\n# -*- coding: utf-8 -*-\n# warn_indent: true"),
        ("python", "#!/usr/bin/python3\n# coding=utf-8"),
        ("bash", "#! /bin/sh -e"),
    ],
)
def test_lines_that_tell_how_to_run_or_to_read_a_file_are_no_docstring(language, magic):
    code = {"ruby": "class A\nend\n", "python": "def f(): pass\n", "bash": "f() { g; }\n"}[language]
    line = magic.count("\n") + 2

    assert docs(f"{magic}\n{code}", language) == {}
    assert docs(f"{magic}\n# One: true.\n{code}", language) == {line + 1: "One: true."}


@pytest.mark.parametrize(
    "comment", ["encoding: the name of one", "typed: not yet", "!important", "One.\n# typed: true"]
)
def test_a_docstring_may_begin_as_a_magic_comment_does(comment):
    (doc,) = docs(f"# {comment}\nclass A\nend\n", "ruby").values()

    assert doc == comment.replace("\n# ", "\n")


def test_a_docstring_keeps_what_would_be_a_mark_in_another_language():
    assert docs('def f():\n    """%s\n    ; and\n    ! so on\n    """\n') == {
        1: "%s\n    ; and\n    ! so on"
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'def f():\n    """{}"""\n'),
        ("python", "class f:\n    r'''{}'''\n"),
        ("elixir", 'defmodule F do\n  @moduledoc """\n{}\n  """\nend\n'),
        ("elixir", 'defmodule F do\n  @moduledoc ~S"""\n{}\n  """\nend\n'),
        ("elixir", '@doc """\n{}\n"""\n@doc since: "1.0"\ndef f(), do: 1\n'),
        ("julia", '"""\n{}\n"""\nf() = 1\n'),
        ("graphql", '"""\n{}\n"""\ntype F {{ a: Int }}\n'),
    ],
)
def test_a_docstring_that_is_a_string_keeps_what_would_be_a_mark_of_a_comment(language, text):
    doc = '# Do.\n\n    Heads\n    -----\n    *args : x\n    // no /* "mark" */\n  # kept'

    assert list(docs(text.format(doc), language).values()) == [doc]


def test_a_string_between_comments_keeps_its_own_text_alone():
    text = '# One "x"\n@doc "# Two"\n# * Three\n@doc false\n@spec f(a) :: b\ndef f(a), do: a\n'

    assert list(docs(text, "elixir").values()) == ['One "x"\n# Two\n* Three\n@spec f(a) :: b']


@pytest.mark.parametrize("literal", ['"""A."""', "'''A.'''", '"A."', "'A.'", 'r"""A."""'])
def test_quotes_are_taken_off(literal):
    assert docs(f"def f():\n    {literal}\n") == {1: "A."}


def test_a_docstring_is_cut_to_4096_bytes_at_a_whole_character():
    (doc,) = docs(f"def f():\n    '{'é' * 5000}'\n").values()

    assert doc == "é" * 2047


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("//! The crate.\npub struct First;\n", {}),
        ("/*! The crate. */\nfn f() {}\n", {}),
        ("//! The crate.\n// A function.\nfn f() {}\n", {3: "A function."}),
        ("mod m {\n    //! One.\n    //! Two.\n\n    fn f() {}\n}\n", {1: "One.\nTwo."}),
        ("fn f() {\n    /*! One.\n     * Two. */\n}\n", {1: "One.\nTwo."}),
        ("mod m {\n    //! M.\n    fn f() {\n        //! F.\n    }\n}\n", {1: "M.", 3: "F."}),
    ],
)
def test_an_inner_doc_comment_documents_what_is_around_it(text, wanted):
    assert docs(text, "rust") == wanted


@pytest.mark.parametrize(
    ("comment", "doc"),
    [
        ("/// One.\n#[derive(Debug)]\n", "One."),
        ("/// One.\n#[x(\n  y\n)]\n", "One."),
        ("/// One.\n#[x]\n#[y([\n  z]\n)]\n", "One."),
        ("/** One. */\n#[derive(Debug)]\n", "One."),
        ("/** One.\n * Two.\n */\n#[x]\n#[y(\n  z)]\n", "One.\nTwo."),
        ("/// One.\n#[x(\n  y\n)]\n/// Two.\n/// Three.\n#[z]\n", "One.\nTwo.\nThree."),
        ("/// One.\r\n#[x]\r\n/// Two.\r\n", "One.\nTwo."),
        ("/** One. */\n#[x]\n/// Two.\n", "One.\nTwo."),
        ("/// One.\n#[inline] ", "One."),
    ],
)
def test_attributes_are_no_part_of_the_docstring_above_them(comment, doc):
    assert docs(f"{comment}struct S;\n", "rust") == {comment.count("\n") + 1: doc}


def test_attributes_alone_document_nothing():
    assert docs("// Not of f.\n\n#[x]\nfn f() {}\n\n#[y]\nfn g() {}\n", "rust") == {}


def test_a_docstring_of_several_parts_is_cut_as_a_whole():
    parts = "/// {}\n#[x]\n" * 3
    (doc,) = docs(
        f"{parts.format('é' * 1000, 'é' * 1000, 'é' * 1000)}fn f() {{}}\n", "rust"
    ).values()

    assert doc == "\n".join(["é" * 1000, "é" * 1000, "é" * 36])


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        ("// One.\n//go:embed file\n", {3: "One."}),
        ("// One.\n//\n//go:generate stringer -type=T\n//nolint:errcheck // why\n", {5: "One."}),
        ("//export F\n// One.\n", {3: "One."}),
        ("// One.\n//nolint:x\n// Two.\n", {4: "One.\nTwo."}),
        ("//go:embed file\n", {}),
        ("//go:embed file\n\n// One.\n", {4: "One."}),
        ("// One.\n\n//go:embed file\n", {}),
        ("//note: one.\n", {2: "note: one."}),
        ("// go:embed one.\n", {2: "go:embed one."}),
    ],
)
def test_directives_of_go_are_no_docstring(comment, wanted):
    assert docs(f"{comment}var data string\n", "go") == wanted


def test_a_comment_like_a_directive_of_go_is_text_in_other_languages():
    assert docs("//note:one\nint f(void) { return 0; }\n", "c") == {2: "note:one"}


def test_a_signature_reaches_from_the_definition_to_its_body_on_one_line():
    text = "def f(\n    a: int,\n    b=1,  \n) -> int:\n    return a\n"

    assert signatures(text) == {"f": "def f( a: int, b=1, ) -> int:"}


def test_a_signature_over_a_continued_line_is_folded():
    assert signatures("int f(int a, \\\n      int b) { return a; }\n", "c") == {
        "f": "int f(int a, int b)"
    }


@pytest.mark.parametrize(
    ("language", "signature"),
    [
        ("elixir", r"def f(a, b \\ 1, c \\ [])"),
        ("elixir", "def f(a \\\\\n1)"),
        ("python", r'def f(a="x\ y", b=r"\ z", c="\\"):'),
    ],
)
def test_a_signature_keeps_the_backslashes_that_continue_no_line(language, signature):
    body = " do\nend\n" if language == "elixir" else "\n    pass\n"

    assert signatures(f"{signature}{body}", language) == {"f": signature.replace("\n", " ")}


def test_a_signature_is_cut_to_512_bytes():
    (signature,) = signatures(f"def f({'é' * 600}): pass\n").values()

    assert signature == f"def f({'é' * 253}"


def test_the_signature_of_a_class_that_delegates_ends_at_its_body():
    text = "class A : B(), C by c { fun f() {} }\n"

    assert signatures(text, "kotlin") == {"A": "class A : B(), C by c", "f": "fun f()"}


def test_the_signature_of_a_subscript_ends_at_its_body_and_a_protocol_has_none():
    text = "class A { subscript(i: Int) -> Int { i } }\n"
    text += "protocol B { subscript(i: Int) -> Int { get } }\n"
    found = [row["signature"] for row in rows_of("symbols", text, "swift")]

    assert found == [
        "class A",
        "subscript(i: Int) -> Int",
        "protocol B",
        "subscript(i: Int) -> Int { get }",
    ]


def test_the_signature_of_an_event_is_its_declaration():
    text = "class A { public event Handler Opened, Closed; }\n"

    assert signatures(text, "csharp") == {
        "A": "class A",
        "Opened": "public event Handler Opened, Closed;",
        "Closed": "public event Handler Opened, Closed;",
    }


@pytest.mark.parametrize(
    ("language", "text", "signature"),
    [
        ("python", "class F:\n    # leading\n    x = 1\n", "class F:"),
        ("python", "def F(a):  # behind\n    # leading\n    return a\n", "def F(a):"),
        ("python", "def F(\n    a,  # one\n    b,  # two\n):\n    pass\n", "def F( a, b, ):"),
        ("python", "def F(a='# no', *, b): # x\n    pass\n", "def F(a='# no', *, b):"),
        ("ruby", "class F < Bar # :nodoc:\n  def g; end\nend\n", "class F < Bar"),
        ("c", "int F(int a /* in */, int b // out\n) /* x */ { }\n", "int F(int a, int b )"),
        ("c", "static/* x */int F(/* none */);\n", "static int F();"),
        ("c", "#define F 1 /* one,\n two */\n", "#define F 1"),
        ("c", "#define F(a) \\\n  /* one */ \\\n  /* two */ \\\n  a\n", "#define F(a)"),
        ("typescript", "type F = /* a */ // b\n  | A // c\n  | B;\n", "type F = | A | B;"),
        ("haskell", "data F -- ^ one\n  = A\n", "data F = A"),
    ],
)
def test_a_signature_leaves_comments_out(language, text, signature):
    assert signatures(text, language)["F"] == signature


@pytest.mark.parametrize(
    ("language", "text", "signature"),
    [
        (
            "kotlin",
            "class A {\n  val f = object : I {\n    fun g() {}\n  }\n}\n",
            "val f = object : I",
        ),
        ("ocaml", "let f x = x\n", "f x"),
        ("ruby", "def f = 1\n", "def f"),
        ("rust", "macro_rules! f {\n    () => {};\n}\n", "macro_rules! f"),
        ("scala", "def f = /* one */ 1\n", "def f"),
        ("c", "#define f {\n", "#define f {"),
    ],
)
def test_what_opens_a_body_is_no_part_of_the_signature(language, text, signature):
    assert signatures(text, language)["f"] == signature


def test_comments_do_not_count_among_the_512_bytes_of_a_signature():
    (signature,) = signatures(f"def f(  # {'é' * 600}\n{'a' * 600}): pass\n").values()

    assert signature == f"def f( {'a' * 504}"


def test_a_signature_without_comments_is_the_same_beside_one_that_has_some():
    plain = "def f(a): pass\n\n\ndef g(b): pass\n"

    assert signatures("def f(a):  # x\n    pass\n\n\ndef g(b): pass\n") == signatures(plain)


def test_a_signature_ends_where_a_definition_inside_of_it_has_the_first_body():
    text = "class Line;\nmethod f { 1 }\n"

    assert signatures(text, "perl") == {"Line": "class Line;", "f": "method f"}


def test_a_class_that_ruby_makes_of_a_block_has_its_signature_and_hash():
    (point, _far) = rows_of("symbols", "P = Struct.new(:a) do\n  def far; 1 end\nend\n", "ruby")

    assert point["signature"] == "P = Struct.new(:a)"
    assert len(point["definition_hash"]) == 8


def test_a_variable_has_neither_signature_nor_hash():
    (row,) = rows_of("symbols", "x = 1\n")

    assert (row["signature"], row["definition_hash"]) == (None, None)


def test_equal_definitions_have_equal_hashes_wherever_they_stand():
    here = hashes("def f(a): return a\n")
    there = hashes("x = 'é'\n\ndef f(a): return a\n", ast_id=2)

    assert len(here["f"]) == 8
    assert there["f"] == here["f"]


def test_definitions_that_differ_have_hashes_that_differ():
    assert hashes("def f(a): return a\n") != hashes("def f(a): return  a\n")


def test_local_variables_are_left_out_and_what_is_defined_around_them_is_not():
    text = "top = 1\ndef f():\n    local = 2\n    def inner(): pass\nclass C:\n    field = 3\n"

    assert names("symbols", text) == ["top", "f", "inner", "C", "field"]


def test_what_stands_in_a_class_is_a_method_or_a_field_however_deep():
    deep = "".join(f"{' ' * depth}if d{depth}:\n" for depth in range(1, 9))
    text = (
        f"class A:\n a = b = c = d, e = f\n{deep}          g = h = i = 1\n          def j(): pass\n"
    )
    found = [(row["name"], row["symbol_type"]) for row in rows_of("symbols", text)]

    assert found == [("A", "class"), *((name, "field") for name in "abcdeghi"), ("j", "method")]


def test_the_name_of_a_definition_is_no_ref():
    assert names("refs", "def f(): pass\nclass C(B): pass\n") == ["B"]


def test_the_parts_of_a_package_s_name_are_no_refs():
    assert rows_of("refs", "package a.b.c;\n", "java") == []


def test_a_name_used_in_the_same_line_is_a_ref():
    assert names("refs", "def f(): return f\n") == ["f"]


@pytest.mark.parametrize(
    ("language", "text", "uses"),
    [
        (
            "python",
            "a = b = 0\ndef f():\n    global a\n    a = b = 1\n    a += 1\nb = 2\n",
            [("a", "f", 3), ("a", "f", 4), ("a", "f", 5)],
        ),
        (
            "python",
            "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n: int = 1\n",
            [("n", "f.g", 4), ("n", "f.g", 5), ("int", "f.g", 5)],
        ),
        ("python", "global a\na = 1\n", [("a", "", 1)]),
        ("python", "def f():\n    global g\n    def g(): pass\n", [("g", "f", 2)]),
        (
            "julia",
            "function f()\n    global a = 1\n    global b, c\nend\nglobal d = 1\n",
            [("a", "f", 2), ("b", "f", 3), ("c", "f", 3)],
        ),
    ],
)
def test_what_a_function_writes_to_a_variable_of_a_scope_around_it_is_a_use(language, text, uses):
    refs = rows_of("refs", text, language)

    assert [(row["name"], row["context"], row["line_number"]) for row in refs] == uses


def test_a_ref_is_of_the_most_specific_type_and_stands_once():
    found = [(row["name"], row["ref_type"]) for row in rows_of("refs", "a.b(c.d)\n")]

    assert found == [("a", "identifier"), ("b", "call"), ("c", "identifier"), ("d", "attribute")]


def test_a_scope_is_the_path_of_the_definitions_around():
    text = "class A:\n    class B:\n        def m(self):\n            return g()\n"

    assert [(row["name"], row["scope"]) for row in rows_of("symbols", text)] == [
        ("A", None),
        ("B", "A"),
        ("m", "A.B"),
    ]
    assert ("g", "A.B.m") in [(row["name"], row["context"]) for row in rows_of("refs", text)]


def test_a_definition_ends_on_its_last_line():
    rows = rows_of("symbols", "def f():\n    a()\n    b()\n\n\nx = 1\n")

    assert [(row["name"], row["line_number"], row["end_line"]) for row in rows] == [
        ("f", 1, 3),
        ("x", 6, 6),
    ]


def test_an_import_names_its_module_as_written_without_quotes():
    text = '#include <stdio.h>\n#include "own.h"\n'

    assert rows_of("imports", text, "c") == [
        {
            "ast_id": 1,
            "module": "stdio.h",
            "import_kind": "include",
            "origin": "standard library",
            "line_number": 1,
            "column_number": 9,
        },
        {
            "ast_id": 1,
            "module": "own.h",
            "import_kind": "include",
            "origin": "relative",
            "line_number": 2,
            "column_number": 9,
        },
    ]


@pytest.mark.parametrize(
    ("language", "text", "module"),
    [
        (
            "csharp",
            "using L = System.Collections.Generic.List<int>;\n",
            "System.Collections.Generic.List<int>",
        ),
        ("c", "#include <sys/stat.h>\n", "sys/stat.h"),
    ],
)
def test_brackets_are_taken_off_a_module_only_where_it_stands_in_them(language, text, module):
    assert [row["module"] for row in rows_of("imports", text, language)] == [module]


def test_further_clauses_make_a_function_longer_and_are_no_symbols_of_their_own():
    text = "f 0 = a\nf n = b\n-- about it\nf m = c\ng x = x\n"

    assert [
        (row["name"], row["symbol_type"], row["line_number"], row["end_line"])
        for row in rows_of("symbols", text, "haskell")
    ] == [("f", "function", 1, 4), ("g", "function", 5, 5)]


def test_a_further_clause_is_the_context_of_its_refs():
    refs = rows_of("refs", "f 0 = a\nf n = b\n", "haskell")

    assert [(row["name"], row["context"]) for row in refs] == [("a", "f"), ("n", "f"), ("b", "f")]


def test_a_function_that_differs_in_a_further_clause_has_another_hash():
    one = rows_of("symbols", "f 0 = a\nf n = b\n", "haskell")
    other = rows_of("symbols", "f 0 = a\nf n = c\n", "haskell")

    assert one[0]["definition_hash"] != other[0]["definition_hash"]


def test_what_is_imported_without_a_name_is_no_import():
    found = rows_of("imports", 'package p\n\nimport ""\nimport " "\nimport "fmt"\n', "go")

    assert [row["module"] for row in found] == ["fmt"]


def test_an_import_that_the_grammar_tells_part_by_part_is_one_module():
    modules = [row["module"] for row in rows_of("imports", "import a.b.c, g.h\n", "scala")]

    assert modules == ["a.b.c", "g.h"]


@pytest.mark.parametrize(
    ("language", "text", "modules"),
    [
        (
            "rust",
            "use std::{fmt::{self, Display}, io as stdio, collections::*};\n",
            {16: "std::fmt", 22: "std::fmt::Display", 32: "std::io", 45: "std::collections"},
        ),
        (
            "rust",
            "use a :: {b, *, {self as c, d::e}};\n",
            {10: "a::b", 13: "a", 17: "a", 28: "a::d::e"},
        ),
        ("rust", "use {b, c::{d}}; use e::{};\n", {5: "b", 12: "c::d", 21: "e"}),
        (
            "php",
            "<?php use Foo\\{Bar, function baz as q, Sub\\Deep};\n",
            {15: "Foo\\Bar", 29: "Foo\\baz", 39: "Foo\\Sub\\Deep"},
        ),
        (
            "scala",
            "import a.{b => c, d => _, e}, f.g.{h, _}\n",
            {10: "a.b", 26: "a.e", 35: "f.g.h", 38: "f.g"},
        ),
        ("elixir", "alias A.B.{C, D.E}\nuse F.{}\n", {11: "A.B.C", 14: "A.B.D.E"}),
    ],
)
def test_each_module_of_a_group_is_imported_where_it_stands_with_the_prefix_of_the_group(
    language, text, modules
):
    rows = rows_of("imports", text, language)

    assert {row["column_number"]: row["module"] for row in rows} == modules


def test_a_prefix_that_would_fill_the_memory_is_repeated_by_no_module_of_its_group():
    prefix = "a" * 1001
    rows = rows_of("imports", f"use {prefix}::{{b, self}};\nuse {prefix[1:]}::{{c}};\n", "rust")

    assert [row["module"] for row in rows] == [prefix, "b", f"{prefix[1:]}::c"]


def test_the_origin_of_a_module_in_a_group_is_told_by_its_prefix():
    rows = rows_of("imports", "use std::{io};\nuse crate::{std};\n", "rust")

    assert [row["origin"] for row in rows] == ["standard library", "local"]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("ruby", "attr_reader :size, :_name\n", ["size", "_name"]),
        ("ruby", "alias_method :[], :at\ndefine_method(:größe) { }\n", ["[]", "größe"]),
        ("elixir", "defstruct [:size, name: nil]\n", ["size", "name"]),
        ("scala", "class A { def ::(a: A) = a }\n", ["A", "::"]),
    ],
)
def test_the_colon_of_a_symbol_or_a_key_is_no_part_of_its_name(language, text, names):
    assert [row["name"] for row in rows_of("symbols", text, language)] == names


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("typescript", 'interface H { ":p": 1; "k:": 1; \'a \': 1 }\n', ["H", ":p", "k:", "a "]),
        ("sql", 'CREATE TABLE "a:" (":b" int, `c:` int);\n', ["a:", ":b", "c:"]),
        ("ruby", "attr_reader 'd:', :e\n", ["d:", "e"]),
    ],
)
def test_a_colon_or_a_blank_in_quotes_is_a_part_of_the_name(language, text, names):
    symbols = rows_of("symbols", text, language)

    assert [row["name"] for row in symbols] == names
    assert all(text[row["column_number"] :].startswith(row["name"]) for row in symbols)


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("sql", 'CREATE TABLE "s"."t" (`c` int, [d] int);\n', ["t", "c", "d"]),
        ("kotlin", "fun `it works`() = 1\nval `is` = 1\n", ["it works", "is"]),
        ("swift", "let `default` = 1\n", ["default"]),
        ("scala", "def `a b`(x: Int) = x\n", ["a b"]),
        ("r", "`[.store` <- function(x) x\n", ["[.store"]),
        ("ruby", "def `(command)\nend\n", ["`"]),
    ],
)
def test_the_quotes_of_a_name_are_no_part_of_it(language, text, names):
    assert [row["name"] for row in rows_of("symbols", text, language)] == names


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_a_name_with_escapes_is_one_as_it_is_written(language):
    text = r"""const o = { "caf\u00e9 s": () => 1, '\'': () => 2, "\n"() {} };"""
    symbols = rows_of("symbols", text, language)

    assert [row["name"] for row in symbols] == ["o", r"caf\u00e9 s", r"\'", r"\n"]


def test_a_path_of_names_in_quotes_keeps_them():
    (package,) = rows_of("symbols", "package `in`.`is`\n", "kotlin")

    assert package["name"] == "`in`.`is`"


def test_a_use_in_quotes_has_the_name_of_what_it_uses():
    text = 'CREATE TABLE `users` (`id` int);\nSELECT "users"."id" FROM "users";\n'
    refs = [(row["name"], row["column_number"]) for row in rows_of("refs", text, "sql")]

    assert refs == [("users", 8), ("id", 16), ("users", 26)]


def test_a_scope_in_quotes_is_called_by_its_name():
    (table, column) = rows_of("symbols", 'CREATE TABLE "s"."t" ("c" int);\n', "sql")

    assert (table["scope"], column["scope"]) == ("s", "s.t")


def test_a_body_that_stands_behind_its_definition_belongs_to_it():
    text = "int f() {\n  g();\n}\nint h() => f();\n"
    symbols = [(row["name"], row["end_line"]) for row in rows_of("symbols", text, "dart")]
    refs = [(row["name"], row["context"]) for row in rows_of("refs", text, "dart")]

    assert symbols == [("f", 3), ("h", 4)]
    assert ("g", "f") in refs
    assert ("f", "h") in refs


def test_a_package_without_a_block_holds_what_follows_up_to_the_next_one():
    text = "package A;\nsub f {}\npackage B { sub g {} }\n"
    symbols = extracted([source(1, text, "perl"), source(2, "sub h {}\n", "perl")])["symbols"]

    assert [(row["name"], row["scope"], row["end_line"]) for row in symbols] == [
        ("A", None, 2),
        ("f", "A", 2),
        ("B", None, 3),
        ("g", "B", 3),
        ("h", None, 1),
    ]


def test_a_keyword_that_the_grammar_takes_for_a_name_is_no_ref():
    refs = rows_of("refs", "class A {\n  def f() { return b }\n}\n", "groovy")

    assert [row["name"] for row in refs] == ["b"]
