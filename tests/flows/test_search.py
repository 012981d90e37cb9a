"""``flagday search`` from outside."""

import json

import pytest

from tests.tasks.index.named import fill
from tests.tasks.store.conftest import new_index


@pytest.fixture
def search(command, tmp_path):
    """Search a small index."""
    database = new_index(tmp_path / "index.db")
    fill(
        database,
        [
            (1, "stream", "struct", None),
            (2, "open_stream", "function", "C"),
            (3, "Streams", "struct", None),
        ],
    )
    return lambda *words: command("search", *words, "--db", database)


def test_a_line_a_definition_is_printed_the_closest_first(search):
    assert search("stream") == (
        0,
        "left/net/a.c:1:0  struct stream\n"
        "right/b.c:1:0  struct stream\n"
        "left/z.py:2:0  function open_stream  in C\n",
        "",
    )


def test_what_the_limit_leaves_out_is_told_on_stderr(search):
    assert search("stream", "--limit", 1) == (
        0,
        "left/net/a.c:1:0  struct stream\n",
        "there are more than these 1; --limit 0 shows all\n",
    )


def test_no_limit_shows_all(search):
    code, out, err = search("s", "-i", "--limit", 0)

    assert (code, len(out.splitlines()), err) == (0, 4, "")


def test_filters_and_modes_go_together(search):
    words = ("^S", "--mode", "regex", "-i", "--type", "struct", "--type", "function")
    _, out, _ = search(*words, "--root", "right", "--language", "c", "--path", "net/*", "--json")
    (found,) = json.loads(out)

    assert (found["name"], found["root"], found["path"]) == ("Streams", "right", "net/c.c")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody"], "no symbol like nobody in this index\n"),
        (["steram"], "no symbol like steram in this index\n"),
        (["strem"], "no symbol like strem in this index; did you mean stream, Streams?\n"),
        (["strem", "--mode", "regex"], "no symbol like strem in this index\n"),
        (["stream", "--path", "left/*"], "a symbol like stream is defined here, but not under "
         "--path 'left/*'; paths begin inside of the root, such as net/a.c\n"),
        (["Stream", "--type", "function"], "a symbol like Stream is defined as struct, not as "
         "function\n"),
    ],
)  # fmt: skip
def test_a_pattern_without_answer_is_told_on_stderr_with_the_reason(search, words, said):
    assert search(*words) == (0, "", said)


def test_with_exit_code_a_search_without_answer_ends_with_1(search):
    assert [search(word, "--exit-code")[0] for word in ("stream", "nobody")] == [0, 1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("",), "flagday: the pattern is empty\n"),
        (("a[", "--mode", "regex"), "missing ]:\n  a[\n   ^\n"),
        (("a", "--type", "strct"), "this index has no type strct\n  next: Did you mean struct? "),
        (("a", "--mode", "fuzzy"), "invalid value for '--mode'"),
    ],
)
def test_a_question_that_is_none_is_refused(search, words, said):
    code, out, err = search(*words)

    assert (code, out) == (2, "")
    assert said in err
