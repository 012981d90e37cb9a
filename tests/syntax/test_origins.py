"""What the spelling of an import tells of where its module comes from, and no more."""

from dataclasses import replace

import pyarrow as pa
import pytest

from tasks.errors import FlagDayError
from tasks.syntax import languages as languages_module
from tasks.syntax import origins as module
from tasks.syntax.languages import languages
from tasks.syntax.origins import origins_of
from tests.syntax.rows import rows_of

STANDARD = "standard library"


@pytest.mark.parametrize(
    ("language", "text", "origins"),
    [
        ("python", "import os.path, numpy", [STANDARD, None]),
        ("python", "from . import a\nfrom ..b import c", ["relative", "relative"]),
        ("python", "from __future__ import annotations\nimport mypkg.os", [STANDARD, None]),
        ("c", '#include <stdio.h>\n#include "stdio.h"\n', [STANDARD, "relative"]),
        ("c", "#include <linux/fs.h>\n#include CONFIG_FILE\n", [None, None]),
        ("cpp", "#include <vector>\n#include <stdlib.h>\n", [STANDARD, STANDARD]),
        ("cpp", "#include <boost/any.hpp>\nusing std::string;", [None, STANDARD]),
        ("go", 'package p\nimport ("net/http"; `os`; "C")', [STANDARD, STANDARD, STANDARD]),
        ("go", 'package p\nimport ("./a"; "b.org/os"; "own/a")', ["relative", None, None]),
        ("java", "import java.util.Map;\nimport com.java.Map;", [STANDARD, None]),
        ("javascript", "import 'fs'; import 'node:test'; import 'fs/promises'", [STANDARD] * 3),
        ("javascript", "import './fs'; require('..'); import '.x'", ["relative", "relative", None]),
        ("typescript", "import a from 'path'; import b from '@/path'", [STANDARD, None]),
        ("tsx", "import a from './path'; import b from 'react'", ["relative", None]),
        ("rust", "use std::io; use ::core::mem; extern crate alloc;", [STANDARD] * 3),
        ("rust", "use self::a; use super::b; use crate::c;", ["relative", "relative", "local"]),
        ("rust", "use selfish::a; use serde;", [None, None]),
    ],
)
def test_an_import_has_the_origin_that_its_spelling_tells(language, text, origins):
    assert [row["origin"] for row in rows_of("imports", text, language)] == origins


@pytest.mark.parametrize(
    ("language", "spelled"),
    [
        ("csharp", {"System": STANDARD, "System.Text": STANDARD, "Systems.Text": None}),
        ("kotlin", {"kotlin.math.PI": STANDARD, "java.util": STANDARD, "kotlinx.io": None}),
        ("scala", {"scala.util.Try": STANDARD, "_root_.java.io": STANDARD, "akka.io": None}),
        ("swift", {"Foundation": STANDARD, "Swift.Int": STANDARD, "UIKit": None}),
        ("dart", {"'dart:io'": STANDARD, "'package:a/b.dart'": None, '"b.dart"': "relative"}),
        ("ruby", {"set": STANDARD, "net/http": STANDARD, "./set": "relative", "rails": None}),
        ("perl", {"strict": STANDARD, "List::Util": STANDARD, "List::MoreUtils": None}),
        ("zig", {'"std"': STANDARD, '"std.zig"': "relative", '"zap"': None}),
        ("erlang", {'"kernel/include/file.hrl"': STANDARD, "lists": STANDARD, '"x.hrl"': None}),
        ("protobuf", {'"google/protobuf/any.proto"': STANDARD, '"google/type/date.proto"': None}),
        ("fortran", {"ISO_C_Binding": STANDARD, "omp_lib": STANDARD, "iso_c_bindings": None}),
        ("objc", {"<stdio.h>": STANDARD, '"x.h"': "relative", "<UIKit/UIKit.h>": None}),
        ("ocaml", {"List": STANDARD, "Stdlib.List": STANDARD, "Lwt": None}),
        ("bash", {"./x.sh": "relative", '"../x.sh"': "relative", "x.sh": None}),
        ("hcl", {'"./x"': "relative", '"acme/x"': None}),
        ("haskell", {"Data.List": STANDARD, "GHC.Exts": STANDARD, "Data.Map": None}),
    ],
)
def test_a_table_tells_the_origin_of_what_is_spelled(language, spelled):
    origins = origins_of(language).of(pa.array(list(spelled)))

    assert dict(zip(spelled, origins.to_pylist(), strict=True)) == spelled


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_FOLDER", tmp_path)
    origins_of.cache_clear()
    yield tmp_path
    origins_of.cache_clear()


@pytest.mark.usefixtures("folder")
def test_a_language_without_a_table_tells_nothing():
    assert [row["origin"] for row in rows_of("imports", "import os\nfrom . import a\n")] == [
        None,
        None,
    ]


def test_a_table_like_another_one_tells_the_same(folder):
    (folder / "one.toml").write_text("standard_library = ['os']\nelement = '^(?P<element>.*)'\n")
    (folder / "two.toml").write_text("like = 'one'\n")
    one, two = origins_of("one"), origins_of("two")

    assert two == replace(one, table=one.table + b"like = 'one'\n")


def test_an_unknown_key_is_an_error_that_names_the_known_ones(folder):
    (folder / "c.toml").write_text('colour = "blue"\n')

    with pytest.raises(FlagDayError, match=r"origins/c\.toml: unknown keys \['colour'\]"):
        origins_of("c")


def test_a_parser_version_changes_with_the_table_of_origins(monkeypatch):
    python = languages()["python"]
    before = python.fingerprint
    other = replace(origins_of("python"), table=b"# another table")
    monkeypatch.setattr(languages_module, "origins_of", lambda _: other)

    assert replace(python).fingerprint != before
