"""Document search: every word is found in the path or the content of a file, by its stem."""

import re
import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import QuestionInvalid
from tasks.index import Index
from tasks.index.answers import Document
from tasks.index.documents import expressions
from tasks.index.opening import statement
from tests.tasks.index.corpus import CONTENTS, FILES, INNER, fill
from tests.tasks.store.conftest import new_index

STEMS = {"parsing": "pars", "parses": "pars", "parse": "pars", "headers": "header"}
WORDS = ["parse", "parses", "parsing", "header", "headers", "http", "x2"]
TOKEN = re.compile(r"[^\W_]+")


@pytest.fixture
def reader(tmp_path):
    path = new_index(tmp_path / "index.db")
    fill(path, CONTENTS, FILES)
    with Index(path) as reader:
        yield reader


def paths(found):
    return [f"{document.root}/{document.path}" for document in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["header"], ["left/net/http.py", "right/copy.py"]),
        (["http"], ["left/net/http.py", "right/copy.py"]),  # a file name weighs more
        (["parseHttpHeader"], ["left/net/http.py", "right/copy.py"]),
        (["parse_http_header"], ["left/net/http.py", "right/copy.py"]),
        (["HttpHeaders"], ["left/net/http.py", "right/copy.py"]),
        (["headerHttp"], []),
        (["net", "closing"], ["left/net/http.py"]),  # one in the path, one in the content
        (["net socket"], []),
        (["cookie"], ["right/doc/Cookie.txt", "left/net/http.py", "right/copy.py"]),
        (["py", "py"], ["left/sock.py", "left/net/http.py", "right/copy.py"]),
        (["message", "cookies", "copy"], ["right/copy.py"]),
        (["missing"], []),
    ],
)
def test_a_file_answers_where_every_word_is_found(reader, words, expected):
    found = reader.docs(words)

    assert sorted(paths(found)) == sorted(expected)
    assert paths(found)[:1] == expected[:1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"language": "python"}, ["left/net/http.py", "right/copy.py"]),
        ({"root": "left"}, ["left/net/http.py"]),
        ({"path": "doc/*"}, ["right/doc/Cookie.txt"]),
        ({"path": "*.py", "root": "right"}, ["right/copy.py"]),
        ({"limit": 1}, ["right/doc/Cookie.txt"]),
        ({"limit": 0}, ["right/doc/Cookie.txt", "left/net/http.py", "right/copy.py"]),
    ],
)
def test_filters_narrow_the_answer(reader, filters, expected):
    assert paths(reader.docs(["cookie"], **filters)) == expected


def test_an_answer_says_why(reader):
    found = [(each.path, each.definitions, each.docstring) for each in reader.docs(["header"])]

    assert found == [
        ("net/http.py", ("parseHttpHeader",), "Reads headers of a message."),
        ("copy.py", ("parseHttpHeader",), "Reads headers of a message."),
    ]


def test_definitions_that_hold_most_of_the_words_are_named_first(tmp_path):
    path = new_index(tmp_path / "index.db")
    fill(path, ((["a_ring", "b_ring_buffer", "c_buffer"], [], []),), [("r", "x.py", 1)])
    with Index(path) as reader:
        (found,) = reader.docs(["ring", "buffer"])

    assert found.definitions == ("b_ring_buffer", "a_ring", "c_buffer")


def test_a_file_without_a_content_answers_by_its_path_alone(reader):
    (found, *_) = reader.docs(["cookie"], root="right", path="doc/*")

    assert found == Document("right", "doc/Cookie.txt", None, found.score, (), None)
    assert found.score > 0


def test_scores_fall_and_files_of_one_score_stand_in_the_order_of_their_paths(tmp_path):
    path = new_index(tmp_path / "index.db")
    fill(path, (([], [], ["word"]), ([], [], [])), [("r", f"{n}.py", 1) for n in "cab"])
    with Index(path) as reader:
        found = reader.docs(["word"])

    assert paths(found) == ["r/a.py", "r/b.py", "r/c.py"]
    assert len({each.score for each in found}) == 1


@pytest.mark.parametrize(
    "word",
    ['"', "header*", "NEAR(header)", "-header", "tags:header", "^header", "header' --", "\0header"],
)
def test_a_word_is_never_syntax(reader, word):
    known = {"header"} >= set(TOKEN.findall(word.lower()))
    if word == '"':
        with pytest.raises(QuestionInvalid, match="no words to search for"):
            reader.docs([word])
    else:
        assert bool(reader.docs([word])) == known


def test_words_can_be_one_text(reader):
    assert reader.docs("header parse") == reader.docs(["header", "parse"]) != []


@pytest.mark.parametrize("words", [[], "", [""], ["+", "__"], [" \udcff"]])
def test_nothing_to_search_for_is_refused(reader, words):
    with pytest.raises(QuestionInvalid, match="no words to search for") as refused:
        reader.docs(words)

    assert refused.value.next_step == "Name one or more: letters or digits."


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("plain", ['"plain"']),
        ("parseHTTPHeader2", ['("parseHTTPHeader2" OR "parse HTTP Header 2")']),
        ("a_b a::b", ['"a"', '"b"']),
        ("e\u0301tat", ['"état"']),
        ("AND", ['"AND"']),
    ],
)
def test_a_word_is_asked_for_as_it_stands_or_as_its_own_words_in_a_row(word, asked):
    assert expressions([word]) == asked


NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from(
        ["_".join(words), words[0] + "".join(word.title() for word in words[1:])]
    )
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
CORPORA = st.lists(
    st.tuples(
        st.lists(NAMES, max_size=2, unique=True),
        st.lists(TEXTS.filter(bool), max_size=2),
        st.lists(st.sampled_from(WORDS), max_size=2),
    ),
    min_size=1,
    max_size=4,
)
QUESTIONS = st.lists(NAMES, min_size=1, max_size=3)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return new_index(tmp_path_factory.mktemp("template") / "index.db")


@settings(max_examples=25, deadline=None)
@given(
    CORPORA, st.lists(NAMES, min_size=1, max_size=5), st.lists(QUESTIONS, min_size=1, max_size=5)
)
def test_the_files_found_are_those_that_a_scan_of_all_texts_finds(
    template, contents, folders, questions
):
    files = [
        ("r", f"{folder}/{number}", number % (len(contents) + 1) or None)
        for number, folder in enumerate(folders)
    ]
    with TemporaryDirectory() as folder:
        path = Path(shutil.copyfile(template, Path(folder) / "index.db"))
        fill(path, contents, files)
        with Index(path) as reader:
            found = [sorted(paths(reader.docs(words))) for words in questions]
        texts = texts_of(path)

    assert found == [
        sorted(file for file, fields in texts.items() if holds_all(fields, words))
        for words in questions
    ]


def texts_of(path):
    """Return the fields of every file, as lists of stems."""
    with closing(apsw.Connection(str(path))) as connection:
        rows = connection.execute(
            "SELECT 'r/' || files.path, filename, file_documents.path, definitions, docstrings,"
            " tags FROM files INNER JOIN file_documents USING (file_id)"
            " LEFT JOIN asts USING (content_hash) LEFT JOIN documents USING (ast_id)"
        ).fetchall()
    return {file: [stems(field or "") for field in fields] for file, *fields in rows}


def holds_all(fields, words):
    tokens = [token for word in words for token in TOKEN.findall(word)]
    return all(
        any(has_run(field, run) for field in fields for run in (stems(token), inner(token)))
        for token in tokens
    )


def has_run(field, run):
    return any(field[at : at + len(run)] == run for at in range(len(field) - len(run) + 1))


def inner(token):
    return [stem for part in INNER.findall(token) for stem in stems(part)]


def stems(text):
    return [STEMS.get(token, token) for token in TOKEN.findall(text.lower())]


def test_document_search_reads_its_indexes_alone(reader):
    values = {"words": '["a"]', "language": None, "root": None, "path": None, "limit": 9}
    with reader._opened.connection() as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement('docs')}", values).fetchall()
    steps = [str(row[3]) for row in plan]
    scans = [step for step in steps if step.startswith("SCAN")]

    assert [step for step in steps if "files" in step] == [
        "SEARCH files USING COVERING INDEX files_by_content (content_hash=? AND language=?)",
        "SEARCH files USING INTEGER PRIMARY KEY (rowid=?)",
    ]
    assert [step.split(" ")[1] for step in scans if "VIRTUAL TABLE INDEX 0:M" in step] == [
        "document_contents",
        "document_paths",
    ]
