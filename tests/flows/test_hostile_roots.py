"""A root may hold anything: a run ends, indexes what is code, and reports show names as names."""

import json
import os
import platform
import re
import shutil
import socket
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from html.parser import HTMLParser
from io import StringIO

import apsw
import pytest

from flows.cli import main
from tasks.store import audit
from tests.conftest import Bench
from tests.served import ask

NAME = "x\x1b[31m<img src=y onerror=alert(1)>|a\x9b\u202e'; DROP TABLE symbols; --"
CODE = f'resource "{NAME}" "{NAME}" {{}}\n'
ROOT = "[bold]src\x1b]0;title\x07\x9b31m\u202e"
PATHS = [
    b"\x1b]0;title\x07.py",
    b"new\nline.py",
    b"<script>alert(1)<script>.py",
    b'=HYPERLINK("http:||a.example").py',
    b"'); DROP TABLE files; --.py",
    b"[bold]![x](javascript:alert(1))|`a`.py",
    b"-rf.py",
    b"CON.py",
    "\u202eyp.exe.py".encode(),
    b"n" * 252 + b".py",
    b"/".join([b"d" * 40] * 90) + b"/deep.py",
    rb"\xff\xfe.py",  # as another one was written once, whose name is not UTF-8
]
OTHER = "other.db"
SOURCE = b"def f():\n    return 1\n"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def hostile(prefect, tmp_path_factory):  # noqa: ARG001 -- runs need the server
    """Run a flag day on a root that means harm; return the bench, the artifacts, what was told."""
    folder = tmp_path_factory.mktemp("h")
    (folder / "secret.py").write_text("def secret(): pass\n")
    root = folder / ROOT
    for path in PATHS:
        file = root / os.fsdecode(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(SOURCE)
    (root / "names.tf").write_text(CODE)
    (root / os.fsdecode(b"\xff\xfe.py")).write_bytes(SOURCE)
    (root / "lines.py").write_bytes(b"\n" * 200_000 + SOURCE)
    (root / "long.py").write_bytes(b"x = '" + b"a" * 1_000_000 + b"'\n")
    os.mkfifo(root / "pipe.py")
    with socket.socket(socket.AF_UNIX) as bound:
        os.chdir(root)
        bound.bind("socket.py")
    (root / "loop").symlink_to(".")
    (root / "out.py").symlink_to("../secret.py")
    (root / "zero.py").symlink_to("/dev/zero")
    os.chdir(folder)
    bench = Bench(folder)
    told = run(ROOT, "--db", bench.db, "--oracle", "off", "--workers", 1)
    (artifacts,) = (folder / ".flagday/runs").iterdir()
    (root / os.fsdecode(PATHS[0])).unlink()  # of which `doctor` tells
    audit.append(bench.db, audit.Act("approve", detail={"note": NAME}), audit.Result.DONE)
    other = shutil.copy(bench.db, folder / OTHER)
    with closing(apsw.Connection(str(other))) as emptied:
        emptied.execute("DELETE FROM files WHERE path = 'names.tf'")
    return bench, artifacts, told


def run(*words):
    """Run a flag day by the command; return what it told."""
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(StringIO()) as said,
        redirect_stderr(said),
    ):
        patch.setattr(sys, "argv", ["flagday", "run", *map(str, words)])
        with pytest.raises(SystemExit, match="0"):
            main()
    return said.getvalue()


def test_every_file_has_its_outcome_and_nothing_outside_of_the_root_is_known(hostile):
    bench, *_ = hostile
    outcomes = dict(bench.rows("SELECT outcome, COUNT(*) FROM files GROUP BY 1"))
    left_out = dict(bench.rows("SELECT path, reason FROM files WHERE outcome = 'skipped'"))

    assert outcomes == {"indexed": len(PATHS) + 3, "skipped": 6}
    assert left_out == {
        "\\xff\\xfe.py/": "path is not UTF-8",
        "pipe.py": "not a regular file",
        "socket.py": "not a regular file",
        "loop": "symbolic link, not followed",
        "out.py": "symbolic link, not followed",
        "zero.py": "symbolic link, not followed",
    }
    assert len(bench.where("f")) == len(PATHS) + 1
    assert bench.where("secret") == []


def test_names_are_stored_as_they_are(hostile):
    bench, *_ = hostile

    assert bench.where(NAME) == [(ROOT, "names.tf", 1)]
    assert {path for _, path, _ in bench.where("f")} == {path.decode() for path in PATHS} | {
        "lines.py"
    }


@pytest.mark.parametrize(
    "words",
    [
        ("where", "f"),
        ("where", "x", "--language", "hcl"),
        ("where", NAME),
        ("where", "f", "--json"),
        ("where", "f", "--vimgrep"),
        ("search", "DROP"),
        ("symbols", "names.tf"),
        ("docs", "f"),
        ("clones", "f"),
        ("uses", NAME),
        ("uses", NAME, "--json"),
        ("imports", "names.tf"),
        ("status",),
        ("stats",),
        ("audit",),
        ("doctor",),
        ("doctor", "--full"),
        ("verify",),
        ("diff", OTHER, "index.db"),
        ("diff", OTHER, "index.db", "--format", "json"),
        ("where", "no\x1b[31m"),
    ],
    ids=" ".join,
)
def test_a_terminal_is_told_nothing_but_text(hostile, command, monkeypatch, words):
    bench, *_ = hostile
    monkeypatch.chdir(bench.folder)
    _, said, told = command(*words, "--db", bench.db)

    assert CONTROLS.findall(said + told.replace("\x1b[0m", "").replace("\x1b[31m\x1b[1m", "")) == []


def test_a_run_tells_a_terminal_nothing_but_text(hostile):
    *_, told = hostile

    assert "/[bold]src\\u001b]0;title" in told
    assert "flagday uses 'x\\u001b[31m<img" in told
    assert CONTROLS.findall(told) == []


def of(bench):
    """Return the tag of the flow runs on an index."""
    return f"index {platform.node()}:{bench.db}"


class Tags(HTMLParser):
    """The tags of a page that could act, and their handlers."""

    def __init__(self):
        super().__init__()
        self.acting = []

    def handle_starttag(self, tag, attrs):
        self.acting += [(tag, name) for name, _ in attrs if name.startswith("on")]
        self.acting += [(tag, "")] if tag in {"img", "iframe", "object", "embed", "link"} else []


def test_reports_hold_no_markup_that_a_root_brought(hostile):
    _, artifacts, _ = hostile
    pages = {path.name: path.read_text() for path in artifacts.glob("*.html")}
    markdown = "".join(path.read_text() for path in artifacts.glob("*.md"))
    acting = {name: Tags() for name in pages}
    for name, page in pages.items():
        acting[name].feed(page)

    assert {name: tags.acting for name, tags in acting.items()} == {name: [] for name in pages}
    assert "<img" not in markdown
    assert "<script" not in markdown
    assert CONTROLS.findall(markdown + "".join(pages.values())) == []


def test_machine_readable_reports_can_be_read(hostile):
    _, artifacts, _ = hostile
    read = [json.loads(path.read_text()) for path in artifacts.glob("*.json")]
    read += [json.loads(path.read_text()) for path in artifacts.glob("*.sarif")]

    assert len(read) >= 4


def test_what_prefect_shows_holds_no_markup_that_a_root_brought(hostile, prefect):
    bench, *_ = hostile
    (run,) = ask(prefect, "flow_runs/filter", {"flow_runs": {"tags": {"all_": [of(bench)]}}})
    found = ask(prefect, "artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    shown = {item["key"]: f"{item['data']} {item['description']}" for item in found}

    assert shown.keys() == {
        "flag-day-checks",
        "flag-day-extraction",
        "flag-day-inventory",
        "flag-day-outcomes",
        "flag-day-report",
        "flag-day-verdict",
    }
    assert [
        text for text in shown.values() if re.search(r"<(img|script)|javascript:|x1b", text)
    ] == []
    assert [text for text in shown.values() if CONTROLS.search(text.replace("\n", ""))] == []


def test_a_line_of_an_editor_is_one_symbol_of_one_file(hostile, command):
    bench, *_ = hostile
    _, said, _ = command("where", "f", "--vimgrep", "--db", bench.db)

    assert len(said.splitlines()) == len(PATHS) + 1
    assert all(re.search(r":[0-9]+:[0-9]+:", line) for line in said.splitlines())
    assert "new\\nline.py:1:5:" in said
