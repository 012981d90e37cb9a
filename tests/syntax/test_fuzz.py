"""Whatever bytes a content has, extraction ends in time, raises nothing, and its rows are true.

Contents are tried in a parser process, as in a run: what crashes or hangs a grammar is told, and
the next one finds a new process. ``make fuzz`` tries more, and others each time.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.content.text import decode
from tasks.syntax.extract import Source, extract
from tasks.syntax.languages import languages
from tasks.worker import Bounds
from tasks.workers import Workers
from verification.own_text import OwnText

IS_LONG = "FUZZ_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
PARSE_TIMEOUT_S = 5.0
BOUNDS = Bounds(content_timeout_s=30.0, memory_bytes=1 << 30)
FIXTURES = Path(__file__).parents[1] / "fixtures" / "annotated"
STRANGE = (
    b"\0", b"\r", b"\r\n", b"\f", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8", b"\xc3",
    b'"', b"'", b'"""', b"`", b"/*", b"#", b"#if 0\n", b"#endif\n", b"<<EOF\n", b"\\\n", b"$", b"@",
    b"{", b"}", b"(", b")", b"[", b"]", b"<", b">", b";", b":", b"\n", b"\t", "é".encode(),
)  # fmt: skip
NESTED = ((b"(", b")"), (b"[", b"]"), (b"{", b"}"), (b"f(", b")"), (b"a+", b""), (b"<", b">"))


def fixtures(language):
    """Return the sources that stand for a language."""
    return [
        path.read_bytes() for path in sorted((FIXTURES / language).rglob("*")) if path.is_file()
    ]


@st.composite
def mutated(draw, sources):
    """Draw a source with pieces cut out, doubled, moved or strange."""
    data = draw(st.sampled_from(sources))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 80)))
        put = draw(st.sampled_from(STRANGE) | st.just(data[start:end] * 2) | st.binary(max_size=8))
        data = data[:start] + put + data[end:]
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@st.composite
def nested(draw, sources):
    """Draw a source with something nested deeply, or a line without an end, in the midst of it."""
    data = draw(st.sampled_from(sources))
    opening, closing = draw(st.sampled_from(NESTED))
    depth = draw(st.sampled_from([10, 300, 3000]))
    at = draw(st.integers(0, len(data)))
    return data[:at] + opening * depth + b"x" + closing * depth + data[at:]


def contents(language):
    """Draw the bytes of a content."""
    sources = fixtures(language)
    return st.one_of(mutated(sources), nested(sources), st.binary(max_size=400))


def offences(language, contents, begin):
    """Extract contents one by one, in a worker; return what is wrong with their rows."""
    found = []
    for number, data in enumerate(contents, 1):
        begin(number)
        text = decode(data)
        source = Source(
            number, bytes(32), 1, language, len(data), text.utf8, text.encoding, text.own_offsets
        )
        for batch in extract([source], parse_timeout_s=PARSE_TIMEOUT_S):
            found += [(data, *offence) for offence in offences_of(batch, data)]
    return found


def offences_of(batch, data):
    """Yield each row that is not true of the bytes, or that the index would refuse."""
    if "asts" not in batch:
        return
    (ast,) = batch["asts"].to_pylist()
    text = OwnText(data, ast["encoding"])
    for table, kind in (("symbols", "symbol_type"), ("refs", "ref_type")):
        rows = batch[table].drop_columns(["ast_id"]).to_pylist()
        yield from misplaced(table, rows, text, ast["line_count"])
        keys = Counter(
            (row[kind], row["name"], row.get("context"), row["line_number"], row["column_number"])
            for row in rows
        )
        yield from ((table, "not unique", key) for key, times in keys.items() if times > 1)
    for row in batch["imports"].to_pylist():
        if row["line_number"] < 1 or row["column_number"] < 0:
            yield "imports", "outside of the content", row
    for row in batch["content_tags"].to_pylist():
        if not row["tag"] or row["weight"] < 1:
            yield "content_tags", "empty", row


def misplaced(table, rows, text, line_count):
    """Yield rows whose names do not stand where they say."""
    for row in rows:
        line, column = row["line_number"], row["column_number"]
        if not row["name"] or not text.is_spelled(row["name"], line, column):
            yield table, "not spelled at its place", row
        if not 1 <= line <= row.get("end_line", line) <= line_count or column < 0:
            yield table, "outside of the content", row


@pytest.fixture(scope="module")
def workers():
    with Workers(1, BOUNDS) as started:
        yield started


@pytest.mark.parametrize("language", sorted(languages()))
def test_any_bytes_end_in_rows_that_are_true_or_in_a_failure(workers, language):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not IS_LONG,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(contents(language), min_size=1, max_size=4))
    def check(drawn):
        assert workers.call(offences, language, drawn) == []

    check()
