"""Search by name: what is found, in which order, and how far is read for it."""

import json
import pickle
import shutil
from contextlib import closing

import apsw
import pyarrow as pa
import pytest
import re2
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tasks.columnar.names import words_of
from tasks.errors import FlagDayError, QuestionInvalid
from tasks.index import Index, Mode
from tasks.index.opening import statement
from tasks.index.patterns import read_pattern
from tasks.index.search import _candidates, _rarest
from tests.tasks.index.named import ASTS, LANGUAGES, fill
from tests.tasks.store.conftest import new_index

HOSTILE = (
    "a::b", "a.b", "a-b", "-a", 'it\'s "100%"', '"', "'", "*", "a*", "%", "_", "a_b", "aXb", "^a",
    "a$", "[ab]", "(a", "a)", "a|b", "\\", "\\a", "AND", "OR", "NEAR(a b)", "a AND b", "NULL", "",
    "é", "É", "größe", "GRÖSSE", "解析Http", "\U0001f600", "K", "\u212a", "k", "\u017f", "s", "İ",
    "parseHttpHeader", "parse_http_header", "HTTPParser2", "PARSE", "parse", "Parse", "parser",
    "stream", "Stream", "streams", "upstream", "x_stream_y", "ssize_t", "abc", "ABC", "abcabc",
    "i", "\x7f", "a\nb", " a", "\U0010ffff", "a\U0010ffff",
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from([name for name in HOSTILE if name]),
    st.text(st.sampled_from("abAB_ é\u212akK"), min_size=1, max_size=5),
)
SYMBOLS = st.lists(
    st.tuples(
        st.sampled_from([*ASTS]),
        NAMES,
        st.sampled_from(["function", "struct", "macro"]),
        st.sampled_from([None, "C", "C.f"]),
    ),
    max_size=25,
)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return new_index(tmp_path_factory.mktemp("search") / "index.db")


@pytest.fixture
def hostile(template, tmp_path):
    """An index of hostile names, each the name of a function in one file."""
    database = shutil.copyfile(template, tmp_path / "index.db")
    fill(database, [(2, name, "function", None) for name in HOSTILE if name])
    with Index(database) as index:
        yield index


def names(found):
    return [symbol.name for symbol in found]


def folded(text):
    """Fold as the specification says: no letter of two, and none from outside into ASCII."""
    return "".join(
        lower
        if len(lower := letter.lower()) == 1 and lower.isascii() == letter.isascii()
        else letter
        for letter in text
    )


def means(pattern, mode, name, *, ignore_case):
    """Tell by the specification alone whether a pattern means a name."""
    if mode is Mode.REGEX:
        options = re2.Options()
        options.case_sensitive = not ignore_case
        return re2.search(pattern, name, options) is not None
    if mode is Mode.WORDS:
        asked, there = words_of(pa.array([pattern, name])).to_pylist()
        return set(asked.split(" ")) <= set(there.split(" "))
    if ignore_case:
        pattern, name = folded(pattern), folded(name)
    return {
        Mode.EXACT: name == pattern,
        Mode.PREFIX: name.startswith(pattern),
        Mode.SUBSTRING: pattern in name,
    }[mode]


def rank(pattern, symbol):
    name, place = symbol[0], symbol[1:]
    ascii_lower = name.encode().lower()
    return (name != pattern, len(name), ascii_lower, name.encode(), *place)


def brute_force(symbols, pattern, mode, *, ignore_case, types=(), **filters):
    """Look at every symbol in every file; return (name, root, path, line) in the order of rank."""
    found = []
    for line, (ast_id, name, type_, scope) in enumerate(symbols, 1):
        parser, files = ASTS[ast_id]
        for root_id, path in files:
            row = {
                "language": LANGUAGES[parser],
                "root": {1: "left", 2: "right"}[root_id],
                "scope": scope,
            }
            if (
                (not types or type_ in types)
                and all(row[key] == value for key, value in filters.items())
                and means(pattern, mode, name, ignore_case=ignore_case)
            ):
                found.append((name, row["root"], path, line))
    return sorted(found, key=lambda symbol: rank(pattern, symbol))


PATTERNS = st.one_of(
    NAMES,
    st.builds(lambda name, start, length: name[start : start + length] or name, NAMES,
              st.integers(0, 6), st.integers(1, 6)),
    st.sampled_from(["http", "parse http", "ParseHTTP", "str", "eam", "rse", "2", "É", "K"]),
)  # fmt: skip
REGEXES = st.one_of(
    PATTERNS.map(re2.escape),
    PATTERNS.map(lambda text: "^" + re2.escape(text)),
    PATTERNS.map(lambda text: re2.escape(text) + "?$"),
    st.sampled_from([
        "^stream|parse.*er$", "(up)?stream", "^(a|b)", "par{0}se", "pars+e?", "[sS]tream", "a.?b",
        "^a*b", "[[:upper:]]{3}", r"\d", r"\bHttp\b", "str|eam|rse", "(?i)PARSE", "x{,2}", "a{b",
        "(?:ss|str)eam", "^^a", "^*a", "stream|", r"parse\_", r"\x61bc", r"\Qa|b\E", "sTReam",
    ]),
)  # fmt: skip


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    symbols=SYMBOLS,
    asked=st.one_of(
        st.tuples(st.sampled_from([mode for mode in Mode if mode is not Mode.REGEX]), PATTERNS),
        st.tuples(st.just(Mode.REGEX), REGEXES),
    ),
    ignore_case=st.booleans(),
    types=st.sampled_from([(), ("function",), ("struct", "macro")]),
    filters=st.sampled_from([{}, {"language": "c"}, {"root": "left"}, {"scope": "C"}]),
    limit=st.sampled_from([None, 1, 3]),
)
@example([(1, "\u212aern", "function", None)], (Mode.REGEX, "^kern"), True, (), {}, None)
@example([(1, "Stream", "function", None)], (Mode.SUBSTRING, "sTREAM"), True, (), {}, None)
def test_every_mode_and_filter_finds_what_a_look_at_every_symbol_finds(  # noqa: PLR0913, PLR0917
    template, tmp_path_factory, symbols, asked, ignore_case, types, filters, limit
):
    mode, pattern = asked
    types = tuple(type_ for type_ in types if type_ in {symbol[2] for symbol in symbols})
    if mode is Mode.WORDS and not words_of(pa.array([pattern]))[0].as_py():
        return
    database = shutil.copyfile(template, tmp_path_factory.mktemp("index") / "index.db")
    fill(database, symbols)
    with Index(database) as index:
        found = index.search(
            pattern, mode=mode, ignore_case=ignore_case, types=types, limit=limit, **filters
        )
    expected = brute_force(symbols, pattern, mode, ignore_case=ignore_case, types=types, **filters)

    assert [(each.name, each.root, each.path, each.line) for each in found] == expected[:limit]
    assert found.has_more == (limit is not None and len(expected) > limit)


@pytest.mark.parametrize("mode", [Mode.EXACT, Mode.PREFIX, Mode.SUBSTRING])
@pytest.mark.parametrize("name", [name for name in HOSTILE if name], ids=ascii)
def test_a_name_of_any_characters_is_found_as_data(hostile, mode, name):
    found = names(hostile.search(name, mode=mode, limit=None))

    assert found[0] == name
    assert set(found) == {each for each in HOSTILE if means(name, mode, each, ignore_case=False)}


@pytest.mark.parametrize("pattern", ["%", "_%", "a%", "*", "str*", "str?am", "[s]tream", '"str"'])
def test_wildcards_of_sql_are_no_wildcards(hostile, pattern):
    assert set(names(hostile.search(pattern))) == {name for name in HOSTILE if pattern in name}


def test_the_closest_come_first_and_the_name_itself_before_them(hostile):
    assert names(hostile.search("stream", ignore_case=True)) == [
        "stream",
        "Stream",
        "streams",
        "upstream",
        "x_stream_y",
    ]
    assert names(hostile.search("parse", mode=Mode.PREFIX, ignore_case=True)) == [
        "parse",
        "PARSE",
        "Parse",
        "parser",
        "parseHttpHeader",
        "parse_http_header",
    ]


def test_words_are_found_in_any_spelling(hostile):
    expected = ["parseHttpHeader", "parse_http_header"]

    assert names(hostile.search("httpParse", mode=Mode.WORDS)) == expected
    assert names(hostile.search("HEADER http", mode=Mode.WORDS)) == expected


def test_a_search_is_cut_at_its_limit_and_says_so(hostile):
    found = hostile.search("stream", limit=2)

    assert (names(found), found.has_more) == (["stream", "streams"], True)


def test_what_is_found_is_a_sequence_that_knows_whether_there_is_more(hostile):
    found = hostile.search("stream", limit=2)
    came = pickle.loads(pickle.dumps(found))

    assert [symbol.name for symbol in found] == ["stream", "streams"]
    assert (found[0].name, len(found), bool(hostile.search("nobody"))) == ("stream", 2, False)
    assert (came, came.has_more) == (found, True)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_mode_can_be_named_by_its_word(hostile, mode):
    assert hostile.search("stream", mode=mode.value) == hostile.search("stream", mode=mode) != ()


def test_one_type_can_stand_alone(hostile):
    assert hostile.search("stream", types="function") == hostile.search("stream") != ()


def test_a_mode_that_is_none_is_refused_with_the_one_that_was_meant(hostile):
    with pytest.raises(QuestionInvalid) as refused:
        hostile.search("stream", mode="regexp")

    assert (refused.value.what, refused.value.next_step) == (
        "search has no mode regexp",
        "Did you mean regex? Known: exact, prefix, substring, words, regex.",
    )


def test_a_search_that_ends_at_its_limit_has_no_more(hostile):
    assert not hostile.search("stream", limit=4).has_more


def test_a_type_that_is_named_twice_counts_once(hostile):
    assert names(hostile.search("stream", types=["function"] * 2, limit=1)) == ["stream"]
    assert len(hostile.search("stream", types=["function"] * 2)) == 4


def test_paths_are_filtered_by_a_glob(template, tmp_path):
    database = shutil.copyfile(template, tmp_path / "index.db")
    fill(database, [(1, "f", "function", None), (3, "f", "function", None)])
    with Index(database) as index:
        found = index.search("f", path="net/*")

    assert [(each.root, each.path) for each in found] == [
        ("left", "net/a.c"),
        ("right", "net/c.c"),
    ]


@pytest.mark.parametrize(
    ("filters", "said", "meant"),
    [
        ({"types": ["strct", "function"]}, "this index has no type strct", "Known: function."),
        ({"types": ["Function"]}, "this index has no type Function", "Did you mean function? "),
        ({"language": "pyton"}, "this index has no language pyton", "Did you mean python? "),
        ({"root": "lft"}, "this index has no root lft", "Did you mean left? "),
    ],
)
def test_a_filter_that_the_index_cannot_know_is_refused_with_what_it_knows(
    hostile, filters, said, meant
):
    with pytest.raises(QuestionInvalid) as refused:
        hostile.search("a", **filters)

    assert refused.value.what == said
    assert meant in refused.value.next_step


def test_a_search_that_takes_too_long_is_given_up(template, tmp_path):
    database = shutil.copyfile(template, tmp_path / "index.db")
    fill(database, [(1, f"name_{n}", "function", None) for n in range(5000)])
    with (
        Index(database, timeout_s=0) as index,
        pytest.raises(FlagDayError, match="the question was given up after 0 s"),
    ):
        index.search("zz")


BY_NAME = "symbol_names USING INDEX symbol_names_by_length (<expr>=? AND name=?)"
BY_NAME_ALONE = "symbol_names USING COVERING INDEX symbol_names_by_length (<expr>=? AND name=?)"
BY_LENGTH = (
    "symbol_names USING COVERING INDEX symbol_names_by_length (<expr>=? AND name>? AND name<?)"
)
BY_TYPE = "symbols USING COVERING INDEX symbols_by_name (symbol_type=?)"
BY_TRIGRAM = "symbol_names_substrings VIRTUAL TABLE INDEX 64:M1"
# What each way to the names looks at, first to last.
WAYS = [
    (Mode.EXACT, "f", (), [BY_NAME]),
    (Mode.PREFIX, "f", (), [BY_LENGTH]),
    (Mode.REGEX, "^f.*x$", (), [BY_LENGTH]),
    (Mode.WORDS, "f", (), ["symbol_names_words VIRTUAL TABLE INDEX 64:M1"]),
    (Mode.SUBSTRING, "stream", (), [BY_TRIGRAM]),
    (Mode.REGEX, "stream|parse", (), [BY_TRIGRAM]),
    (Mode.SUBSTRING, "stream", ("function",), [BY_TRIGRAM]),
    (Mode.SUBSTRING, "st", ("function",), [BY_TYPE, BY_NAME_ALONE]),
    (Mode.SUBSTRING, "st", (), ["symbol_names"]),
]


@pytest.mark.parametrize(("mode", "pattern", "types", "plan"), WAYS)
def test_each_way_to_the_names_follows_its_index(hostile, mode, pattern, types, plan):
    with hostile._opened.connection() as connection:
        asked = []
        connection.exec_trace = lambda _, sql, params: asked.append((sql, params)) or True
        list(_candidates(connection, read_pattern(pattern, mode, ignore_case=False), types))
        connection.exec_trace = None
        sql, params = asked[-1]
        details = plan_of(connection, sql, params)

    for step in plan:
        assert any(detail.partition(" ")[2] == step for detail in details), details


def test_definitions_are_reached_by_type_and_name_alone(hostile):
    params = dict.fromkeys(("language", "root", "path", "scope"))
    with hostile._opened.connection() as connection:
        details = plan_of(
            connection,
            statement("symbols_named"),
            {**params, "names": "[1]", "types": '["function"]', "limit": 1},
        )

    for step in (
        "SEARCH symbol_names USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH symbols USING COVERING INDEX symbols_by_name (symbol_type=? AND name=?)",
        "SEARCH symbols USING INTEGER PRIMARY KEY (rowid=?)",
    ):
        assert step in details
    assert not [detail for detail in details if detail == "SCAN symbols"]


@pytest.fixture(scope="module")
def crowded(template, tmp_path_factory):
    """More names that hold ``common`` than are looked at one by one; one is that of a struct."""
    database = shutil.copyfile(template, tmp_path_factory.mktemp("crowded") / "index.db")
    names = [(1, f"common_{n}", "function", None) for n in range(2500)]
    fill(database, [*names, (3, "common_struct", "struct", None)])
    with Index(database) as index:
        yield index


@pytest.mark.parametrize(
    ("pattern", "way"),
    [("common", "names_of_types"), ("_2499", "names_with_trigrams")],
)
def test_names_of_types_are_looked_at_where_trigrams_are_in_too_many(crowded, pattern, way):
    read = read_pattern(pattern, Mode.SUBSTRING, ignore_case=False)
    asked = []
    with crowded._opened.connection() as connection:
        connection.exec_trace = lambda *traced: asked.append(traced[1]) or True
        list(_candidates(connection, read, ("struct",)))
        connection.exec_trace = None

    assert asked[-1] == statement(way)


def test_both_ways_to_the_names_of_types_find_the_same(crowded):
    assert names(crowded.search("common", types=["struct"])) == ["common_struct"]
    assert names(crowded.search("mmon_struct", types=["struct"])) == ["common_struct"]


def test_no_more_names_are_looked_up_than_surely_have_enough_definitions(crowded):
    asked = []
    with crowded._opened.connection() as connection:
        connection.exec_trace = lambda _, sql, params: asked.append((sql, params)) or True
    found = crowded.search("common", limit=9)
    connection.exec_trace = None
    named = [params for sql, params in asked if sql == statement("symbols_named")]

    assert [len(json.loads(params["names"])) for params in named] == [10]
    assert (len(found), found.has_more) == (9, True)


# As an index is built: all lists whole, in one segment.
MERGE = "INSERT INTO symbol_names_substrings (symbol_names_substrings) VALUES ('optimize')"


def test_of_many_trigrams_those_are_asked_for_whose_lists_are_short(template, tmp_path):
    database = shutil.copyfile(template, tmp_path / "index.db")
    fill(database, [(1, f"common_{n}", "function", None) for n in range(10_000)])
    trigrams = ["com", "omm", "mmo", "mon", "123", "456", "789"]
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(MERGE).fetchall()
        found = _rarest(connection, trigrams)

    assert found == ["123", "456", "789"]


def test_how_long_the_lists_of_trigrams_are_is_looked_up(hostile):
    params = {"trigrams": '["abc"]', "most": 3}
    with hostile._opened.connection() as connection:
        details = plan_of(connection, statement("rarest_trigrams"), params)

    for end in ("term>?", "term<?"):
        assert f"SEARCH began USING PRIMARY KEY (segid=? AND {end})" in details
    assert not [detail for detail in details if detail == "SCAN began"]


def plan_of(connection, sql, params):
    return [row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", params)]


@pytest.mark.parametrize("pattern", ["^name_4321$", r"\Aname_4321\z", "(?m)^n.*_4321$", "4{1}321$"])
def test_a_regular_expression_finds_one_name_of_many(template, tmp_path, pattern):
    database = shutil.copyfile(template, tmp_path / "index.db")
    fill(database, [(2, f"name_{n}", "function", None) for n in range(5000)])
    with Index(database) as index:
        found = names(index.search(pattern, mode=Mode.REGEX))

    assert found == ["name_4321"]
