"""The page says what the artifacts say, and nothing that a repository holds becomes markup."""

import base64
import hashlib
import json
import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.verification.page.conftest import code_path, finding, inventory
from tests.verification.page.outline import outline
from verification.inventory.model import Dependent, Fate, Kind, Queue, TableCount
from verification.page import MAX_ROWS, MAX_TEXT, counted, human_bytes, visible, write_page
from verification.subject import Severity

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; </style><style>*{display:none}</style>",
    "{{ 7 * 7 }}{% raw %}",
    "</title><body onload=alert(1)>",
    "javascript:alert(1)",
)


def everywhere(name):
    """Findings and an inventory that have a name in every place that takes one."""
    path = code_path(
        root=name,
        file=name,
        statement=name,
        tables=(name,),
        forbidden_columns=(name,),
        error=name,
        compiles_on_v5=False,
    )
    taken = inventory(
        [path],
        closure=(Dependent(name, Kind.VIEW, name),),
        tables=(TableCount(name, Kind.TABLE, (name,), 1, Fate.DROPPED, name),),
        queues=(Queue(name, 1, name),),
        unreadable=((name, name),),
    )
    return (finding(evidence=({"path": name},), title=name),), taken


def structure(html):
    """Tell what markup there is: tags and names of attributes, and ids but those of code."""
    return [
        (element.tag, sorted(element.attributes), element.attributes.get("role"))
        for element in outline(html)
    ]


def written(page, name):
    findings, taken = everywhere(name)
    return page(*findings, taken=taken).read_text("utf-8")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_of_markup_stays_text(page, name):
    harmless = structure(written(page, "name"))

    assert structure(written(page, name)) == harmless


IN_ONE_FOLDER = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@IN_ONE_FOLDER
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_no_name_changes_the_structure_of_a_page(page, name):
    assert structure(written(page, name)) == structure(written(page, "name"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_path_in_the_index_stays_text(page, good, name):
    import apsw  # noqa: PLC0415 -- only this test writes to the index

    harmless = structure(page(finding()).read_text("utf-8"))
    connection = apsw.Connection(str(good.database))
    connection.execute("UPDATE roots SET name = ? WHERE root_id = 1", (name,))
    connection.execute(
        "UPDATE files SET outcome = 'failed', reason = ?1 WHERE path = 'link'", (name,)
    )
    connection.execute("UPDATE files SET path = ?1 WHERE path = 'link'", (name,))
    connection.close()
    html = page(finding()).read_text("utf-8")

    assert {tag for tag, *_ in structure(html)} <= {tag for tag, *_ in harmless} | {"li"}
    assert not [e for e in outline(html) for key in e.attributes if key.startswith("on")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00\x1b[31m\n", "a\\x00\\x1b[31m\\n"),
        ("user\u202efdp.exe", "user\\u202efdp.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("half \ud800", "half \\ud800"),
        ("שלום.py", "שלום.py"),
        ("👩\u200d💻.py", "👩\u200d💻.py"),
        ("x" * MAX_TEXT, "x" * MAX_TEXT),
        ("x" * 100_000, "x" * (MAX_TEXT - 1) + "…"),
    ],
)
def test_a_text_is_shown_without_what_hides_or_turns_it(text, shown):
    assert visible(text) == shown


def test_equal_artifacts_make_equal_bytes(page):
    first = page(finding()).read_bytes()

    assert page(finding()).read_bytes() == first


def test_the_policy_allows_the_style_and_the_script_of_the_page_and_nothing_else(page):
    html = page(finding()).read_text("utf-8")
    (policy,) = [e.attributes["content"] for e in outline(html) if "http-equiv" in e.attributes]
    digests = {
        tag: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for tag, text in re.findall(r"<(style|script)>(.*?)</\1>", html, re.S)
    }

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digests['style']}'; "
        f"script-src 'sha256-{digests['script']}'; base-uri 'none'; form-action 'none'"
    )
    assert not [e for e in outline(html) if "style" in e.attributes or "src" in e.attributes]


def test_the_verdict_stands_on_top_in_words(page):
    kept = page(finding()).read_text("utf-8")
    broken = page(finding(evidence=({"n": 1},))).read_text("utf-8")

    assert [e.text for e in outline(kept) if e.tag == "h1"] == ["Passed"]
    assert [e.text for e in outline(broken) if e.tag == "h1"] == ["Failed"]
    assert "1 promise of 1 is broken. There is no cut-over" in broken


def test_the_counts_of_the_page_are_those_of_the_findings(page):
    html = page(
        finding("V-001"),
        finding("V-002", evidence=({"n": 1}, {"n": 2})),
        finding("V-003", Severity.WARN, evidence=({"n": 1},)),
        finding("V-004", why="no exports"),
    ).read_text("utf-8")
    results = [e.text for e in outline(html) if (e.attributes.get("class") or "")[:6] == "result"]

    assert "1 kept, 1 broken, 1 warning, 1 not applicable." in html
    assert results == ["kept", "2 offences", "1 warning", "not applicable"]


def test_ten_thousand_code_paths_make_no_endless_page_and_those_with_problems_come_first(page):
    sound = [
        code_path(file=f"f{n}.py", statement="SELECT name FROM symbols " * 99)
        for n in range(10_000)
    ]
    taken = inventory([*sound, code_path(file="last.py", error="no such table: symbols")])
    path = page(finding(), taken=taken)
    html = path.read_text("utf-8")

    assert path.stat().st_size < 1 << 20
    assert html.count('class="statement"') == MAX_ROWS
    assert "app/last.py" in html
    assert f"… and {10_001 - MAX_ROWS:,} more, see <code>inventory.json</code>" in html


def test_evidence_beyond_what_a_finding_keeps_is_counted(page):
    html = page(
        finding(evidence=tuple({"n": n} for n in range(3))),
    )
    verification = html.with_name("verification.json")
    content = json.loads(verification.read_text())
    content["findings"][0]["offences"] = 4711
    verification.write_text(json.dumps(content))

    assert ", the first 3 of 4,711" in write_page(html.parent, good_of(html)).read_text("utf-8")


def good_of(html):
    return html.parent.parent / "index.db"


def again(html, **told):
    """Write a page anew, with more in verification.json."""
    verification = html.with_name("verification.json")
    content = json.loads(verification.read_text())
    content["summary"] |= told.pop("summary", {})
    verification.write_text(json.dumps({**content, **told}))
    return write_page(html.parent, good_of(html)).read_text("utf-8")


COUNTS = {"added": 1, "removed": 0, "moved": 2, "changed": 3, "moved_and_changed": 1}
SINCE = {
    "not_compared": None,
    "equal": False,
    "unexplained": 1,
    "totals": {"files": 2, "symbols": COUNTS, "refs": COUNTS},
    "parsers": ["python"],
    "groups": [
        {"root": "a<b", "language": None, "cause": "unexplained", "files": 2}
        | {"symbols": COUNTS, "refs": COUNTS}
    ],
    "files_with_other_rows": 11,
    "biggest": [
        {"root": "r", "path": "a<b.py", "cause": "content changed"}
        | {"symbols": COUNTS, "refs": COUNTS}
    ],
}


ORACLE = {
    "not_asked": None,
    "oracle": "Universal Ctags 6",
    "files": 7,
    "cells": [
        {"language": "c", "kind": "function", "both": 3, "only_in_index": 1, "only_in_ctags": 0}
    ],
    "differences": [
        {"name": "a<b", "language": "c", "kind": "function", "only_in": "index", "place": "r/a.c:1"}
    ],
}


def test_what_changed_since_the_previous_index_stands_there_where_it_was_compared(page):
    html = page(finding())
    without = html.read_text("utf-8")
    shown = again(html, since_previous=SINCE)

    assert "Since the previous index" not in without
    assert "Symbols: 1 added, 0 removed, 2 moved, 4 changed." in shown
    assert "<bdi>a&lt;b</bdi>" in shown
    assert "<bdi>r/a&lt;b.py</bdi>" in shown
    assert "The biggest files with other rows: 1 of 11" in shown


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ({"not_compared": "there is no previous index"}, "there is no previous index</bdi>."),
        ({"not_compared": None, "equal": True}, "Nothing changed: the same files"),
    ],
)
def test_where_nothing_changed_or_nothing_was_compared_the_page_says_so(page, since, said):
    assert said in again(page(finding()), since_previous=since)


def test_sharing_is_told_as_the_verification_has_it(page):
    row = {"files": 9, "bytes": 5120, "contents": 4, "content_bytes": 2048}
    row |= {"contents_in_other_roots": 3, "bytes_in_other_roots": 1024}
    sharing = [{"root": "a root", **row}, {"root": None, **row}]
    shown = again(page(finding()), summary={"sharing": sharing})

    assert [e.text for e in outline(shown) if e.text in {"a root", "all roots"}] == [
        "a root",
        "all roots",
    ]
    assert re.findall(r'number">([^<]+)', shown.partition(">a root<")[2])[:8] == [
        *("9", "5.0 KiB", "5", "3.0 KiB"),
        *("4", "2.0 KiB", "3", "1.0 KiB"),
    ]


BY_NAME = {
    "files": {"before": None, "after": 5},
    **{what: {"before": 13, "after": 17} for what in ("symbols", "refs", "names")},
    "names_found": 12,
    "names_lost": 1,
    "names_new": 5,
    "lost": [{"name": "a<b", "symbol_type": None, "path": "x.py"}],
}


def test_a_legacy_index_is_compared_by_name_and_what_is_lost_stands_on_the_page(page):
    shown = again(page(finding()), since_previous={"not_compared": "it is v4", "by_name": BY_NAME})
    found = {**BY_NAME, "names_lost": 0, "lost": []}
    whole = again(page(finding()), since_previous={"not_compared": "it is v4", "by_name": found})

    assert ("1 is lost" in shown, "all are found" in shown) == (True, False)
    assert "<bdi>a&lt;b</bdi>" in shown
    assert ("1 is lost" in whole, "all are found" in whole) == (False, True)


@pytest.mark.parametrize(
    ("occasion", "title", "said"),
    [
        (
            {"kind": "rehearsal", "index": "<b>.db"},
            "Passed · rehearsal of &lt;b&gt;.db",
            "A rehearsal puts nothing in service",
        ),
        ({"kind": "flag day", "index": ""}, "Passed · flag day", "The run puts this index in serv"),
    ],
)
def test_a_page_says_which_index_it_is_about_and_whether_it_goes_in_service(
    page, occasion, title, said
):
    shown = again(page(finding()), occasion=occasion)

    assert f"<title>{title}</title>" in shown
    assert said in shown


def test_the_agreement_with_another_indexer_stands_there_where_it_was_asked(page):
    html = page(finding())
    asked = again(html, oracle=ORACLE)
    not_asked = again(html, oracle={"not_asked": "ctags is not installed"})

    assert "75.0 %" in asked
    assert "<bdi>a&lt;b</bdi>" in asked
    assert "was not asked: <bdi>ctags is not installed</bdi>" in not_asked


def test_every_id_is_unique_and_every_link_of_the_page_has_its_target(page):
    findings, taken = everywhere("a name")
    twice = inventory([*taken.code_paths, *taken.code_paths, code_path(), code_path(line=2)])
    elements = outline(page(*findings, taken=twice).read_text("utf-8"))
    ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
    targets = {
        e.attributes["href"][1:] for e in elements if e.attributes.get("href", "")[:1] == "#"
    }

    assert len(ids) == len(set(ids))
    assert targets <= set(ids)


def test_headings_descend_one_level_at_a_time_from_one_h1(page):
    findings, taken = everywhere("a name")
    html = page(*findings, taken=taken).read_text("utf-8")
    levels = [int(e.tag[1]) for e in outline(html) if re.fullmatch(r"h[1-6]", e.tag)]

    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_heading_cell_a_scope(page):
    findings, taken = everywhere("a name")
    elements = outline(page(*findings, taken=taken).read_text("utf-8"))
    tables = [after.tag for e, after in pairwise(elements) if e.tag == "table"]

    assert set(tables) == {"caption"}
    assert [e for e in elements if e.tag == "th" and "scope" not in e.attributes] == []


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (5 << 20, "5.0 MiB"),
        (3 << 50, "3,072.0 TiB"),
    ],
)
def test_a_size_is_written_with_its_unit(size, words):
    assert human_bytes(size) == words


def test_a_count_agrees_with_its_noun():
    assert [counted(n, "file") for n in (0, 1, 2345)] == ["0 files", "1 file", "2,345 files"]
