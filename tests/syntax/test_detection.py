"""Which language a file is in, told by its name and its bytes alone."""

import re
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import FlagDayError
from tasks.syntax import detection
from tasks.syntax import languages as tables
from tasks.syntax.detection import contested, detect, unparsed
from tasks.syntax.languages import languages

REMEMBERED = (languages, detection._claims, detection._tables, contested)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Copies of all that detection reads, which a test may change and nothing remembers."""
    copied = shutil.copytree(tables._FOLDER, tmp_path / "languages")
    monkeypatch.setattr(tables, "_FOLDER", copied)
    for name in ("_UNPARSED", "_CONTESTED"):
        there = shutil.copy(getattr(detection, name), tmp_path)
        monkeypatch.setattr(detection, name, tmp_path / there)
    for cached in REMEMBERED:
        cached.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    for cached in REMEMBERED:
        cached.cache_clear()


@pytest.mark.parametrize(
    ("path", "head", "language"),
    [
        ("deep/er/a.py", b"", "python"),
        ("A.PY", b"", "python"),
        ("a.min.js", b"", "javascript"),
        ("SConstruct", b"", "python"),
        ("sconstruct", b"", None),
        ("a.py/readme", b"", None),
        (".py", b"", None),
        ("README", b"", None),
        ("a.txt", b"plain", None),
        ("tool", b"#!/usr/bin/python3.11 -u\nx = 1", "python"),
        ("tool", b"#! /usr/bin/env node", "javascript"),
        ("tool", b"#!/usr/bin/env -S python3 -u\n", "python"),
        ("tool", b"#!/usr/bin/env -S LANG=C python3\n", "python"),
        ("tool", b"#!/usr/bin/env\n", None),
        ("tool", b"#!\n", None),
        ("tool", b"#!/opt/\xff/python\n", "python"),
        ("tool", b"#!/usr/bin/unheard-of\n", None),
        ("tool", b"# !/usr/bin/python\n", None),
        ("a.c", b"#!/usr/bin/python\n", "c"),
    ],
)
def test_a_file_has_the_language_of_its_name_its_extension_or_its_shebang(path, head, language):
    assert detect(path, head) == language


@pytest.mark.parametrize(
    ("path", "data", "language"),
    [
        ("a.h", b"int f(void);\n", "c"),
        ("a.h", b"#ifdef __cplusplus\nclass A;\n#endif\nint f(void);\n", "c"),
        ("a.h", b"struct class *class;\n/*\n * class of nothing\n */\n", "c"),
        ("a.h", b"namespace a {\n}\n", "cpp"),
        ("a.h", b"#include <vector>\n", "cpp"),
        ("a.h", b"class A final : public B {\npublic:\n};\n", "cpp"),
        ("a.h", b"// -*- C++ -*-\nint f();\n", "cpp"),
        ("a.h", b"#import <UIKit/UIKit.h>\n@interface A : B\n@end\n", "objc"),
        ("a.h", b"/**\n * @class A\n * @end\n */\nint f(void);\n", "c"),
        ("vector", b"// Containers -*- C++ -*-\n#ifndef V\n", "cpp"),
        ("vector", b"nothing of the kind", None),
        ("a.m", b"#import <A.h>\n@implementation A\n@end\n", "objc"),
        ("a.m", b"function y = f(x)\n  y = x;\nend\n", "MATLAB"),
        ("a.m", b"% a script\nx = 1\n", "MATLAB"),
        ("a.m", b"(* ::Package:: *)\nf[x_] := x\n", "Mathematica"),
        ("a.m", b":- module m.\n", "Mercury"),
        ("a.pl", b"use strict;\nmy $x = 1;\n", "perl"),
        ("a.pl", b"#!/usr/bin/perl\nprint 1;\n", "perl"),
        ("a.pl", b"print 1;\n", "perl"),
        ("a.pl", b"parent(a, b).\nold(X) :- parent(X, _).\n", "Prolog"),
        ("a.pl", b":- use_module(library(lists)).\n", "Prolog"),
        ("a.pl", b"use v6;\nsay 1;\n", "Raku"),
        ("a.ts", b"export const a = 1;\n", "typescript"),
        ("a.ts", b'<?xml version="1.0"?>\n<!DOCTYPE TS>\n<TS version="2.1">\n', "Qt translation"),
        ("a.ts", b"G" + b"x" * 187 + b"G" + b"\n" * 187, "MPEG stream"),
        ("a.ts", b"G" + b"x" * 200, "typescript"),
        ("a.tsx", b'<?xml version="1.0"?>\n<tileset/>\n', "Tiled tileset"),
        ("a.js", b"/**\n * Parts.\n *\n * @flow strict-local\n */\nexport {};\n", "tsx"),
        ("a.jsx", b"// One.\n'use strict';\n/* @format */ // @flow\nexport {};\n", "tsx"),
        ("a.js", b"#!/usr/bin/env node\n/* @flow */\n", "tsx"),
        ("a.js", b"export {};\n// @flow\n", "javascript"),
        ("a.js", b"// @noflow\n// me@flow.io, @flow-typed\nexport {};\n", "javascript"),
        ("a.js", b"/* One. */ x = '/* @flow */';\n", "javascript"),
        ("a.v", b"module top(input a);\nendmodule\n", "Verilog"),
        ("a.v", b"module top\n  (input a);\nendmodule\n", "Verilog"),
        ("a.v", b"Require Import List.\nLemma a : True.\n", "Coq"),
        ("a.v", b"module main\n\nfn main() {\n}\n", "V"),
        ("a.inc", b"<?php\nfunction f() {}\n", "php"),
        ("a.inc", b"#define A 1\n", "c"),
        ("a.inc", b"namespace a {\n}\n", "cpp"),
        ("a.inc", b"      parameter (n = 3)\n", "fortran"),
        ("a.f", b"* Area.\n      SUBROUTINE AREA(X)\n     $  Y)\n", "fixed-form Fortran"),
        ("a.f", b"      SUBROUTINE AREA(X,\n     &  Y)\n", "fixed-form Fortran"),
        ("a.f", b"      subroutine area(x)\nc\nc     of x\n", "fixed-form Fortran"),
        ("a.f", b"! Area.\nsubroutine area(x)\n  call b\nend\n", "fortran"),
        ("a.f", b": area dup * ;\n", "Forth"),
        ("a.inc", b"SOURCES := a.c\n", "make"),
        ("a.inc", b"nothing of the kind\n", None),
        ("a.cls", b"\\NeedsTeXFormat{LaTeX2e}\n", "TeX"),
        ("a.cls", b"public with sharing class A {\n}\n", "Apex"),
        ("a.cls", b"VERSION 1.0 CLASS\nBEGIN\n", "Visual Basic"),
        ("a.cls", b"nothing of the kind\n", None),
        ("a.rs", b"fn main() {}\n", "rust"),
        ("a.rs", b"#pragma version(1)\n", "RenderScript"),
        ("a.ml", b"fun area x = x * x\n", "Standard ML"),
        ("a.ml", b"let area =\n  fun x -> x = 1\n", "ocaml"),
        ("a.d", b"a.o: a.c \\\n  a.h\n", "make"),
        ("a.d", b"module a.b;\nimport std.stdio;\n", "D"),
        ("a.md", b"# Title\n", "Markdown"),
        ("a.md", b";; Machine description\n(define_insn)\n", "GCC machine description"),
        ("Kconfig.debug", b"", "Kconfig"),
        ("Makefile", b"", "make"),
        ("Makefile.rules", b"", "make"),
        ("Makefile.am", b"", "Automake"),
        ("Makefile.inc", b"nothing of the kind\n", "make"),
    ],
)
def test_a_contested_extension_is_decided_by_content(path, data, language):
    assert detection._name(path, data) == language


def test_a_file_in_a_language_without_a_parser_is_named_and_not_detected():
    assert (detect("a.adb", b""), unparsed("a.adb", b"")) == (None, "Ada")


def test_a_file_in_a_language_of_ours_has_a_parser():
    assert (detect("a.py", b""), unparsed("a.py", b"")) == ("python", None)


def test_rules_look_at_the_first_16_kib_alone():
    data = b"\n" * (16 << 10) + b"namespace a {}\n"

    assert (detect("a.h", data), detect("a.h", data[1:])) == ("c", "c")
    assert detect("a.h", data[64:]) == "cpp"


NAMES = st.sampled_from(["a.h", "a.m", "a.pl", "a.ts", "a.v", "a.inc", "a.cls", "a", "a.py"])


@given(NAMES, st.lists(st.sampled_from(["x", "deep", "..", "a.c"]), max_size=3), st.binary())
def test_equal_bytes_of_one_name_have_one_language_wherever_they_lie(name, folders, data):
    path = "/".join([*folders, name])

    assert detection._name(path, data) == detection._name(name, data)


@pytest.mark.parametrize("extension", sorted(contested()))
def test_no_rule_is_slow_on_what_it_does_not_expect(extension):
    odd = (b" " * 4000 + b"\n") * 4 + b"a" * 16000 + b"(" * 9000 + b"a b " * 4000

    assert detection._name(f"a{extension}", odd) == detection._name(f"a{extension}", b"")


def test_no_language_has_a_parser_and_is_named_as_one_without():
    assert detection._tables().keys() & languages().keys() == set()


def test_a_language_of_ours_has_an_extension_that_is_named_among_the_others_too(folder):
    with (folder / "unparsed.toml").open("a") as table:
        table.write('\n[Snake]\nextensions = [".py"]\n')

    assert detect("a.py", b"") == "python"


def test_two_languages_that_claim_one_extension_are_an_error(folder):
    table = folder / "languages" / "java.toml"
    table.write_text(table.read_text().replace('".java"', '".java", ".py"'))

    with pytest.raises(FlagDayError, match=r"extensions '\.py': claimed by java and python"):
        detect("a.py", b"")


def test_a_language_added_as_data_is_detected(folder):
    text = 'grammar = "python"\nextensions = [".sn"]\npatterns = ["Snake*.x"]\n'
    (folder / "languages" / "snake.toml").write_text(text + 'scope_separator = "."\n')
    (folder / "languages" / "snake.scm").write_text("(identifier) @reference.identifier\n")

    assert [detect(name, b"") for name in ("a.sn", "SnakePit.x", "Snake")] == [
        "snake",
        "snake",
        None,
    ]


def test_an_unknown_key_of_a_language_without_a_parser_is_an_error(folder):
    with (folder / "unparsed.toml").open("a") as table:
        table.write('\n[Snake]\ncolour = ["green"]\n')

    with pytest.raises(FlagDayError, match=r"unknown keys \['colour'\] of Snake"):
        detect("a", b"")


def test_a_rule_for_a_language_that_nobody_knows_is_an_error(folder):
    with (folder / "contested.toml").open("a") as table:
        table.write('\n[[rule]]\nextensions = [".z"]\nlanguage = "Zed"\npattern = "z"\n')

    with pytest.raises(FlagDayError, match="a rule for 'Zed', which is no language"):
        detect("a.z", b"")


def test_every_extension_has_its_dot_and_is_lower_case():
    claimed = [*detection._claims("extensions"), *(each for each in contested() if each)]

    assert [each for each in claimed if not re.fullmatch(r"\.[a-z0-9+#_-]+", each)] == []
