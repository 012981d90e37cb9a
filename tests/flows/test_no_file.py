"""What is no file in the place of the index or the plan: told at once, and not waited for."""

import os
import socket
from pathlib import Path

import pytest

WORDS = [
    ["status"],
    ["run", "src"],
    ["where", "f"],
    ["verify"],
    ["backup"],
    ["roll-back"],
    ["doctor"],
    ["maintain"],
    ["init", "--dry-run"],
    ["migrate", "status"],
    ["migrate", "up"],
]
OTHER = "  next: Name the right file with --db, or move this one away. Nothing was changed.\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(said):
    """Return what a command refused, without the folder that it is in."""
    return said.replace(f"{Path.cwd()}/", "")


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_pipe_in_the_place_of_the_index_is_refused_at_once(command, here, words):
    os.mkfifo(here / "index.db")
    code, out, said = command(*words, "--db", "index.db")

    assert (code, out) == (3, "")
    assert told(said) == f"flagday: index.db is no regular file\n{OTHER}"
    assert [path.name for path in here.iterdir()] == ["index.db"]


def test_devices_and_sockets_are_no_index(command, here):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str((here / "socket").relative_to(Path.cwd())))
        said = [command("backup", "--db", file)[2] for file in ("socket", "/dev/zero", "/dev/null")]

    assert [told(each) for each in said] == [
        f"flagday: {file} is no regular file\n{OTHER}"
        for file in ("socket", "/dev/zero", "/dev/null")
    ]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_link_that_leads_back_to_itself_is_refused(command, here, words):
    (here / "index.db").symlink_to("index.db")
    code, out, said = command(*words, "--db", "index.db")

    assert (code, out) == (3, "")
    assert "unforeseen" not in said
    assert [path.name for path in here.iterdir()] == ["index.db"]


def test_the_link_that_leads_back_to_itself_is_named(command, here):
    (here / "index.db").symlink_to("other.db")
    (here / "other.db").symlink_to("index.db")
    of_a_plan, of_a_question = (command(word, "--db", "index.db")[2] for word in ("run", "stats"))

    assert told(of_a_plan) == (
        f"flagday: index.db is a symbolic link that leads back to itself\n{OTHER}"
    )
    assert told(of_a_question) == (
        "flagday: Symlink loop from 'index.db'\n"
        "  next: Mend the link, or name another file. Nothing was changed.\n"
    )


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_folder_in_the_place_of_the_index_is_refused_and_nothing_is_put_beside_it(
    command, here, words
):
    (here / "index.db").mkdir()
    code, _, said = command(*words, "--db", "index.db")

    assert (code, "is a folder, and the index is a file" in said) == (3, True)
    assert [path.name for path in here.iterdir()] == ["index.db"]


def test_a_folder_in_the_place_of_the_plan_is_refused(command, tmp_path):
    code, out, said = command("run", "--plan", tmp_path)

    assert (code, out) == (2, "")
    assert said == (
        f"flagday: the plan {tmp_path} cannot be read: Is a directory\n"
        "  next: Name the file of a plan. Nothing was changed.\n"
    )
