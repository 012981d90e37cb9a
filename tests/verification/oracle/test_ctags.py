"""What ctags says is read from lines of its JSON, written down once."""

import pytest

from verification.oracle.ctags import Tag, Unusable, read_tags, tags_of, version

SAID = b"""\
{"_type": "ptag", "name": "JSON_OUTPUT_VERSION", "path": "0.0", "pattern": "in development"}
{"_type": "tag", "name": "Door", "path": "/r/door.py", "pattern": "/^class Door:$/", "line": 1, \
"kind": "class"}
{"_type": "tag", "name": "open", "path": "/r/door.py", "pattern": "/^    def open(self):$/", \
"line": 2, "kind": "member", "scope": "Door", "scopeKind": "class"}
{"_type": "tag", "name": "__anon0c3d1d4e0108", "path": "/r/a.c", "line": 3, "kind": "struct"}
"""


def test_tags_are_read_without_pseudo_tags_and_made_up_names():
    assert read_tags(SAID) == {
        Tag("/r/door.py", 1, "Door", "class"),
        Tag("/r/door.py", 2, "open", "member", "class"),
    }


def test_a_tag_has_the_line_that_it_was_found_on_and_the_path_around_it():
    found = {tag.name: (tag.text, tag.scope) for tag in read_tags(SAID)}

    assert found == {"Door": ("class Door:", ""), "open": ("    def open(self):", "Door")}


def test_operators_are_spelled_as_in_sources():
    said = b'{"_type": "tag", "name": "operator %s", "path": "a", "line": 1, "kind": "f"}\n'

    assert {tag.name for tag in read_tags(said % b"()" + said % b"bool" + said % b"new")} == {
        "operator()",
        "operator bool",
        "operator new",
    }


def test_bytes_that_are_no_utf8_do_not_stop_the_reading():
    (tag,) = read_tags(b'{"_type": "tag", "name": "caf\xe9", "path": "a", "line": 1, "kind": "f"}')

    assert tag.name == "caf\N{REPLACEMENT CHARACTER}"


def test_what_is_no_json_is_told():
    with pytest.raises(Unusable, match="ctags said what is no JSON"):
        read_tags(b"Door\tdoor.py\n")


def test_no_ctags_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Unusable, match="ctags is not installed"):
        version()


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'Exuberant Ctags 5.8, 2009'", "ctags is Exuberant Ctags 5.8, and not Universal"),
        ("echo 'Universal Ctags 5.9.0, 2015'", "Universal Ctags 5.9.0 was built without JSON"),
        ("echo 'no such option' >&2; exit 1", "ctags ended with 1: no such option"),
    ],
)
def test_a_ctags_of_no_use_is_told(ctags, script, why):
    ctags(script)

    with pytest.raises(Unusable, match=why):
        version()


def test_files_are_handed_over_one_a_line_under_one_language(ctags, tmp_path):
    ctags(f'echo "$*" > {tmp_path}/words; cat > {tmp_path}/files')
    tags_of("C++", ["/r/a.h", "/r/b.h"], tmp_path)

    assert (tmp_path / "files").read_text() == "/r/a.h\n/r/b.h\n"
    assert (tmp_path / "words").read_text().split()[-1] == "--language-force=C++"
