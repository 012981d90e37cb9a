"""The index made by hand, and a ctags that says what is written down here."""

import json
from pathlib import Path

import pytest

from tests.verification.offences import run
from verification.oracle.agreement import Agreement, Breadth, Cell, agreement
from verification.report import write_verification
from verification.subject import Verdict

SAID = (  # path, name, line, kind
    ("left/room.py", "room", 5, "function"),
    ("right/door.py", "Door", 1, "class"),
    ("right/door.py", "open", 3, "member"),  # a line too low
    ("right/door.py", "self", 2, "parameter"),  # of no kind that is compared
    ("right/door.py", "inside", 3, "variable"),  # in the body of open
    ("left/wide.c", "knock", 1, "function"),
    ("left/wide.c", "CAFE", 1, "macro"),
)


@pytest.fixture
def asked(good, ctags, tmp_path):
    """The good index, and a ctags that tells of its files."""
    for language, suffix in (("Python", ".py"), ("C", ".c")):
        lines = [
            {"_type": "tag", "path": str(tmp_path / path), "name": name, "line": line, "kind": kind}
            for path, name, line, kind in SAID
            if path.endswith(suffix)
        ]
        (tmp_path / f"{language}.json").write_text("".join(json.dumps(e) + "\n" for e in lines))
    ctags(
        'case "$*" in\n'
        "  --version) echo 'Universal Ctags 5.9.0, Copyright' ;;\n"
        "  --list-features) echo 'json  supports json format output' ;;\n"
        f'  *) cat >/dev/null; cat "{tmp_path}/${{*##*--language-force=}}.json"\n'
        f'     echo "$TMPDIR" >>"{tmp_path}/told"; touch "$TMPDIR/left" ;;\n'
        "esac"
    )
    return good


def test_definitions_are_counted_by_language_and_kind_on_both_sides(asked, tmp_path):
    assert agreement(asked.database, Breadth.SAMPLE, tmp_path).cells == (
        Cell("c", "function", both=1, only_in_index=0, only_in_ctags=0),
        Cell("c", "macro", both=0, only_in_index=0, only_in_ctags=1),
        Cell("python", "function", both=1, only_in_index=1, only_in_ctags=1),
        Cell("python", "type", both=1, only_in_index=0, only_in_ctags=0),
    )


def test_content_in_two_roots_is_compared_once_at_its_first_place(asked, tmp_path):
    assert agreement(asked.database, Breadth.ALL, tmp_path).files == 3


def test_differences_are_shown_with_name_kind_and_place(asked, tmp_path):
    assert agreement(asked.database, Breadth.SAMPLE, tmp_path).differences == (
        {
            "only_in": "ctags",
            "language": "c",
            "kind": "macro",
            "name": "CAFE",
            "place": "left/wide.c:1",
        },
        {
            "only_in": "ctags",
            "language": "python",
            "kind": "function",
            "name": "open",
            "place": "right/door.py:3",
        },
        {
            "only_in": "index",
            "language": "python",
            "kind": "function",
            "name": "open",
            "place": "right/door.py:2",
        },
    )


def test_the_report_calls_it_agreement_and_lists_what_differs(asked, tmp_path):
    write_verification(
        Verdict(()), asked.database, tmp_path, agreement(asked.database, Breadth.SAMPLE, tmp_path)
    )
    lines = (tmp_path / "verification.md").read_text().splitlines()

    assert "| python | function | 1 | 1 | 1 | 33.3 % |" in lines
    assert "| index | python | function | open | right/door.py:2 |" in lines


def test_the_report_says_that_ctags_is_absent(good, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    write_verification(
        Verdict(()), good.database, tmp_path, agreement(good.database, Breadth.SAMPLE, tmp_path)
    )
    lines = (tmp_path / "verification.md").read_text().splitlines()

    assert "Universal Ctags was not asked: ctags is not installed." in lines


def test_the_plan_can_turn_the_oracle_off(good, tmp_path):
    assert agreement(good.database, Breadth.OFF, tmp_path) == Agreement(
        None, "the plan turns it off", Breadth.OFF
    )


def test_a_sample_is_bounded_and_all_is_not(asked, tmp_path):
    run(asked.database, "UPDATE asts SET size_bytes = 100000000 WHERE has_error")

    assert agreement(asked.database, Breadth.SAMPLE, tmp_path).files == 2
    assert agreement(asked.database, Breadth.ALL, tmp_path).files == 3


def test_what_is_written_for_ctags_and_by_it_is_in_the_scratch_folder_and_goes(asked, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    agreement(asked.database, Breadth.ALL, scratch)
    told = {Path(line).parent for line in (tmp_path / "told").read_text().splitlines()}

    assert told == {scratch}
    assert list(scratch.iterdir()) == []
