"""``flagday export`` from outside."""

import json
import os
import resource
from contextlib import closing

import apsw
import pytest

from tasks.index.formats.scip_schema import message
from tests.tasks.index.formats.answers import NASTY
from tests.tasks.store.conftest import empty, index

__all__ = ["empty", "index"]


@pytest.fixture
def export(index, command, tmp_path, monkeypatch):
    """Export an index whose left root is the current folder; its files need not be there."""
    monkeypatch.chdir(tmp_path)
    with closing(apsw.Connection(str(index))) as connection:
        here = str(tmp_path)
        connection.execute("UPDATE roots SET location = ? WHERE name = 'left'", (here,))
    return lambda *words: command("export", *words, "--db", index)


def tagged(lines):
    return [line.split("\t")[:2] for line in lines if not line.startswith("!_")]


LEFT = [["a::b", "b.py"], ["f", "a.c"], ["f", "b.c"], ["f", "b.py"], ['it\'s "100%"', "b.py"]]


def test_a_tags_file_appears_whole_and_its_paths_start_where_it_lies(export, tmp_path):
    code, out, _ = export("--format", "tags", "--root", "left", "--to", "tags")
    lines = (tmp_path / "tags").read_text().splitlines()

    assert (code, out) == (0, f"tags\t{len(lines)}\n")
    assert tagged(lines) == LEFT
    assert [path.name for path in tmp_path.glob("tags*")] == ["tags"]


def test_paths_in_a_tags_file_that_lies_outside_of_a_root_are_absolute(export, tmp_path):
    (tmp_path / "far").mkdir()
    export("--format", "tags", "--to", "far/tags")
    lines = (tmp_path / "far/tags").read_text().splitlines()

    assert {path for _, path in tagged(lines)} == {
        f"{tmp_path}/a.c",
        f"{tmp_path}/b.c",
        f"{tmp_path}/b.py",
        "right/a.py",
    }


@pytest.mark.parametrize("as_format", ["tags", "ctags-json"])
def test_paths_in_a_root_that_is_not_on_this_disk_begin_with_its_name(export, index, as_format):
    with closing(apsw.Connection(str(index))) as connection:
        connection.execute(
            "UPDATE roots SET name = 'repo@HEAD', revision = 'HEAD', commit_id = ?"
            " WHERE name = 'right'",
            ("62" * 20,),
        )
    lines = export("--format", as_format, "--root", "repo@HEAD")[1].splitlines()
    if as_format == "tags":
        paths = {path for _, path in tagged(lines)}
    else:
        tags = [tag for tag in map(json.loads, lines) if tag["_type"] == "tag"]
        paths = {tag["path"] for tag in tags}

    assert paths == {"repo@HEAD/a.py"}


@pytest.mark.parametrize("to", [[], ["--to", "-"]])
def test_without_a_file_the_lines_go_to_stdout(export, to):
    code, out, err = export("--format", "tags", "--root", "left", *to)

    assert (code, err) == (0, "")
    assert tagged(out.splitlines()) == LEFT


def test_json_lines_hold_symbols_or_uses_with_the_keys_of_the_answers(export, command, index):
    symbols = export("--format", "jsonl")[1].splitlines()
    uses = export("--format", "jsonl", "--uses")[1].splitlines()
    found = [json.loads(line) for line in symbols]

    assert [entry for entry in found if entry["name"] == "f"] == json.loads(
        command("where", "f", "--json", "--db", index)[1]
    )
    assert list(map(json.loads, uses)) == json.loads(
        command("uses", "g", "--json", "--db", index)[1]
    )


def test_tags_as_json_are_those_of_the_tags_file(export):
    lines = export("--format", "ctags-json", "--root", "left")[1].splitlines()
    found = [json.loads(line) for line in lines]

    assert sorted([tag["name"], tag["path"]] for tag in found if tag["_type"] == "tag") == LEFT


def test_scip_holds_the_documents_of_one_root(export, tmp_path):
    code, out, _ = export("--format", "scip", "--root", "left", "--to", "index.scip")
    read = message("Index").FromString((tmp_path / "index.scip").read_bytes())

    assert (code, out) == (0, "index.scip\t3\n")
    assert read.metadata.project_root == tmp_path.as_uri()
    assert [document.relative_path for document in read.documents] == ["a.c", "b.c", "b.py"]


@pytest.mark.parametrize("as_format", ["tags", "ctags-json", "jsonl", "scip"])
def test_two_exports_are_equal_byte_for_byte(export, tmp_path, as_format):
    for name in ("first", "second"):
        export("--format", as_format, "--root", "left", "--to", name)

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.parametrize("as_format", ["tags", "ctags-json", "jsonl"])
def test_hostile_names_and_paths_end_no_line_and_reach_no_terminal(export, index, as_format):
    with closing(apsw.Connection(str(index))) as connection:
        connection.execute("UPDATE symbols SET name = ? WHERE name = 'a::b'", (NASTY,))
        connection.execute("UPDATE files SET path = ? WHERE path = 'b.py'", (NASTY,))
    lines = export("--format", as_format, "--root", "left")[1].split("\n")

    assert len([line for line in lines if line and "TAG" not in line and "ptag" not in line]) == 5
    assert not set("\x1b\x7f\r") & set("".join(lines))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Parquet needs a folder\n  next: Name one with --to."),
        (["--to", "sets", "--root", "left"], "Parquet holds all roots\n  next: Leave --root out."),
        (["--to", ""], "--to names no place\n  next: Name a folder for Parquet, else a file."),
        (["--to", "", "--format", "tags"], "--to names no place\n"),
        (["--to", "", "--layout", "lake"], "--to names no place\n"),
        (["--to", "sets", "--as", "n"], "--as is for --layout lake\n  next: Leave it out"),
        (
            ["--to", "lake", "--layout", "lake", "--as", ""],
            "a lake calls no index nothing\n  next: Name it with --as.",
        ),
        (["--to", "sets", "--drop", "n"], "--drop is for --layout lake\n  next: Leave it out"),
        (
            ["--to", "lake", "--layout", "lake", "--drop", ""],
            "a lake calls no index nothing\n  next: Name it with --drop.",
        ),
        (
            ["--to", "lake", "--layout", "lake", "--drop", "n", "--as", "m"],
            "--as and --drop are two exports\n  next: Leave one of them out.",
        ),
        (["--format", "tags", "--uses"], "--uses is for --format jsonl\n"),
        (["--format", "tags", "--root", "lef"], "no root lef\n  next: Did you mean left?"),
        (["--format", "tags", "--root", "?"], "no root ?\n  next: Its roots are: left, right."),
        (
            ["--format", "scip"],
            "SCIP describes one root\n  next: Name it with --root: left, right.",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_what_to_say_instead(export, tmp_path, words, said):
    before = sorted(tmp_path.iterdir())
    code, out, err = export(*words)

    assert (code, out) == (2, "")
    assert said in err
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_cannot_be_written_is_told(export):
    code, out, err = export("--format", "tags", "--to", "nowhere/tags")

    assert (code, out) == (4, "")
    assert "nowhere/tags cannot be written: No such file or directory\n  next: Make room" in err


@pytest.mark.parametrize("layout", ["sets", "lake"])
@pytest.mark.parametrize("to", ["file", "file/sets"])
def test_a_folder_that_cannot_be_made_is_told(export, tmp_path, layout, to):
    (tmp_path / "file").touch()
    before = sorted(tmp_path.iterdir())
    code, out, err = export("--layout", layout, "--to", to)

    assert (code, out) == (4, "")
    assert f"{to} cannot be written: " in err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("form", "to"),
    [
        ("tags", "index.db"),
        ("tags", "linked/index.db-wal"),
        ("jsonl", "index.db.companion.db"),
        ("jsonl", "index.db.audit.jsonl"),
        ("parquet", "index.db.generations"),
        ("scip", "index.db.backups/index.scip"),
    ],
)
def test_nothing_is_written_over_what_belongs_to_the_index(export, tmp_path, form, to):
    (tmp_path / "linked").symlink_to(tmp_path)
    before = (tmp_path / "index.db").read_bytes(), sorted(tmp_path.iterdir())
    root = () if form == "parquet" else ("--root", "left")
    code, out, err = export("--format", form, *root, "--to", to)

    assert (code, out) == (2, "")
    assert f"{to} belongs to the index " in err
    assert ((tmp_path / "index.db").read_bytes(), sorted(tmp_path.iterdir())) == before


def test_what_is_no_file_is_written_to_and_stays_what_it_is(export, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    export("--format", "tags", "--root", "left", "--to", pipe)
    received = os.read(reading, 1 << 16).decode()
    os.close(reading)

    assert tagged(received.splitlines()) == LEFT
    assert pipe.is_fifo()


def test_an_export_that_fails_leaves_what_was_there_and_nothing_half_written(export, tmp_path):
    (tmp_path / "tags").write_text("of before\n")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        code, out, err = export("--format", "tags", "--to", "tags")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert (code, out) == (4, "")
    assert "tags cannot be written: File too large\n  next: Make room" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.db", "tags"]
    assert (tmp_path / "tags").read_text() == "of before\n"
