"""The tags file as tags(5) defines it, read back by a parser of our own, readtags and vim."""

import re
import shutil
import subprocess
from bisect import bisect_left
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.index.formats.ctags import tags
from tests.tasks.index.formats.answers import NASTY, file, files, symbol

HERE = Path("/work/left")
PREFIXES = {"left": "", "right": "/far/"}
UNESCAPED = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
HEAD = f"""\
!_TAG_FILE_ENCODING\tutf-8\t//
!_TAG_FILE_FORMAT\t2\t/extended format/
!_TAG_FILE_SORTED\t1\t/0=unsorted, 1=sorted, 2=foldcase/
!_TAG_KIND_DESCRIPTION!Python\tc,class\t/class/
!_TAG_KIND_DESCRIPTION!Python\tm,method\t/method/
!_TAG_OUTPUT_EXCMD\tnumber\t/number, pattern, mixed, or combineV2/
!_TAG_OUTPUT_FILESEP\tslash\t/slash or backslash/
!_TAG_OUTPUT_MODE\tu-ctags\t/u-ctags or e-ctags/
!_TAG_PROC_CWD\t/work/left/\t//
!_TAG_PROGRAM_NAME\tflagday\t//
!_TAG_PROGRAM_VERSION\t{version("flagday")}\t//
"""
needs_vim = pytest.mark.skipif(not shutil.which("vim"), reason="vim is not installed")
needs_readtags = pytest.mark.skipif(
    not shutil.which("readtags"), reason="readtags of Universal Ctags is not installed"
)


def written(*found):
    return [line.decode() for line in tags(found, PREFIXES, HERE)]


def regular(lines):
    return [line for line in lines if not line.startswith("!_")]


def unescaped(text):
    def meant(found):
        return UNESCAPED.get(found[1], "\\") if not found[2] else chr(int(found[2], 16))

    return re.sub(r"\\(x([0-9A-F]{2})|[abtnvfr\\])", meant, text)


def parsed(line):
    """Return name, path, address, kind and fields of a line, as tags(5) says to read it."""
    name, path, rest = line.split("\t", 2)
    address, kind, *pairs = rest.split("\t")
    fields = dict(pair.split(":", 1) for pair in pairs)
    texts = [unescaped(text) for text in (name, path)]
    return (*texts, address, kind, {key: unescaped(text) for key, text in fields.items()})


def test_a_tags_file_has_its_pseudo_tags_and_a_line_a_definition_in_the_order_of_bytes():
    door = symbol("Door", "class", 1, end_line=3)
    knock = symbol("knock", "method", 2, end_line=3, scope="Door", signature="knock(self, hard)")
    far = file(symbol("open", "method", 9, scope="Gate"), root="right")

    assert "\n".join(written(file(door, knock), far)) == (
        f"{HEAD}"
        'Door\ta.py\t1;"\tclass\tline:1\tlanguage:Python\tend:3\n'
        'knock\ta.py\t2;"\tmethod\tline:2\tlanguage:Python\tclass:Door'
        "\tsignature:knock(self, hard)\tend:3\n"
        'open\t/far/a.py\t9;"\tmethod\tline:9\tlanguage:Python\tunknown:Gate\tend:9'
    )


def test_a_name_is_no_pseudo_tag_and_its_control_characters_are_written_as_the_manual_says():
    names = ["!bang", " space", NASTY, "a b", "App\\top"]

    assert [line.split("\t")[0] for line in regular(written(file(*map(symbol, names))))] == [
        "App\\\\top",
        "\\x20space",
        "\\x21bang",
        "a b",
        'a\\tb\\n"c\\\\d:\\x1B[31m\\x7F\x9b\u2028é',
    ]


def test_a_type_that_the_table_of_kinds_does_not_have_is_described_all_the_same():
    lines = written(file(symbol("x", "gadget"), language="newlang"))

    assert "!_TAG_KIND_DESCRIPTION!newlang\t?,gadget\t/gadget/" in lines
    assert regular(lines) == ['x\ta.py\t1;"\tgadget\tline:1\tlanguage:newlang\tend:1']


@settings(deadline=None)
@given(st.lists(files, max_size=3))
def test_every_definition_comes_back_from_its_line(found):
    expected = {
        (
            entry.name,
            each.path,
            f'{entry.line};"',
            entry.type,
            entry.scope,
            entry.signature,
            str(entry.end_line),
        )
        for each in found
        for entry in each.symbols
    }

    read = set()
    for line in regular(written(*found)):
        name, path, address, kind, fields = parsed(line)
        scopes = [key for key in fields if key not in {"line", "language", "signature", "end"}]
        scope = fields[scopes[0]] if scopes else None
        read.add((name, path, address, kind, scope, fields.get("signature"), fields["end"]))

    assert read == expected


@settings(deadline=None)
@given(st.lists(files, max_size=3))
def test_lines_are_sorted_by_their_bytes_and_the_pseudo_tags_come_first(found):
    lines = list(tags(found, PREFIXES, HERE))

    assert lines == sorted(set(lines))
    assert [line[:2] == b"!_" for line in lines] == sorted(
        (line[:2] == b"!_" for line in lines), reverse=True
    )


def found_by_bisection(path, name):
    """Find a tag as vi does: by bytes, in a sorted file; its path starts at the file's folder."""
    lines = path.read_bytes().splitlines()
    line = lines[bisect_left(lines, name.encode() + b"\t")].decode()
    tag, target, address, *_ = line.split("\t")
    assert tag == name
    return (path.parent / target).read_text().splitlines()[int(address.removesuffix(';"')) - 1]


@pytest.fixture
def tree(tmp_path):
    """Write a tags file over two sources that are really there."""
    (tmp_path / "in side").mkdir()
    (tmp_path / "in side" / "room.py").write_text("\n\nclass Room:\n    def größe(self): ...\n")
    (tmp_path / "zoo.py").write_text("\ndef Zoo(): ...\n")
    found = [
        file(
            symbol("Room", "class", 3, end_line=4),
            symbol("größe", "method", 4, scope="Room"),
            path="in side/room.py",
        ),
        file(symbol("Zoo", "function", 2), path="zoo.py"),
    ]
    lines = tags(found, {"left": ""}, tmp_path)
    (tmp_path / "tags").write_bytes(b"".join(line + b"\n" for line in lines))
    return tmp_path


PLACES = [
    ("Room", "class Room:"),
    ("größe", "    def größe(self): ..."),
    ("Zoo", "def Zoo(): ..."),
]


@pytest.mark.parametrize(("name", "line"), PLACES)
def test_a_tag_leads_to_its_line(tree, name, line):
    assert found_by_bisection(tree / "tags", name) == line


@needs_vim
@pytest.mark.parametrize(("name", "line"), PLACES)
def test_vim_jumps_to_the_line_of_a_tag(tree, name, line):
    script = [
        "set nocompatible encoding=utf-8",
        f"set tags={tree}/tags",
        f"tag {name}",
        f"call writefile([getline('.')], '{tree}/seen')",
        "qall!",
    ]
    (tree / "script.vim").write_text("\n".join(script))
    subprocess.run(
        ["vim", "-u", "NONE", "-es", "-S", tree / "script.vim"],
        cwd="/",
        check=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )

    assert (tree / "seen").read_text() == f"{line}\n"


@needs_readtags
def test_readtags_finds_a_tag_with_its_fields(tree):
    words = ["readtags", "-t", tree / "tags", "-e", "-n", "größe"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout

    assert said == (
        'größe\tin side/room.py\t4;"\tkind:method\tline:4\tlanguage:Python\tclass:Room\tend:4\n'
    )


@needs_readtags
def test_readtags_reads_names_and_values_back_as_they_were(tmp_path):
    nasty = 'a\tb\n"c\\d:\x1b[31m'
    lines = tags([file(symbol(nasty, scope=nasty, signature=nasty))], PREFIXES, tmp_path)
    (tmp_path / "tags").write_bytes(b"".join(line + b"\n" for line in lines))
    words = ["readtags", "-t", "tags", "-e", "-n", nasty]
    said = subprocess.run(words, cwd=tmp_path, check=True, capture_output=True).stdout.decode()

    assert said.startswith(f"{nasty}\ta.py\t")
    assert said.endswith(f"\tunknown:{nasty}\tsignature:{nasty}\tend:1\n")
