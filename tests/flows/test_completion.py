"""What a shell is told while somebody types."""

import os
import shutil
import subprocess
import sys
from contextlib import closing

import apsw
import pytest

from flows.cli.commands import COMMANDS, all_commands
from flows.cli.completing import ASKED, answer
from tests.flows.test_start_up import SLOW, loaded
from tests.tasks.store.conftest import new_index

ANSWERS = f"""#!/bin/sh
exec {sys.executable} -c 'from flows.cli import main; main()' "$@"
"""


@pytest.fixture
def index(tmp_path):
    """An index with names."""
    path = new_index(tmp_path / "index.db")
    with closing(apsw.Connection(str(path))) as connection:
        rows = [("f", "f", 1), ("fold", "fold", 1), ("Fold", "fold", 1), ("g", "g", 1)]
        connection.executemany("INSERT INTO symbol_names VALUES (NULL, ?, ?, ?)", rows)
    return path


def asked(*words, shell="bash"):
    return list(answer(all_commands(), list(words), shell))


def test_every_command_is_completed():
    assert sorted(asked("")) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["wh"], ["where"]),
        (["cache", "ev"], ["evict"]),
        (["where", "--l"], ["--language", "--limit", "--lake"]),
        (["export", "--format", "s"], ["scip"]),
        (["--ver"], ["--version"]),
        (["symbols", "src/"], []),
        (["backup", "--to", ""], []),
        (["nonsense", "--x"], []),
    ],
    ids=str,
)
def test_commands_flags_and_values_are_completed_and_files_are_left_to_the_shell(words, told):
    assert asked(*words) == told


@pytest.mark.parametrize(
    ("shell", "told"),
    [
        ("bash", "stats"),
        ("zsh", "stats:Tell what the cache holds, how often it..."),
        ("fish", "stats\tTell what the cache holds, how often it..."),
    ],
)
def test_each_shell_is_answered_in_its_own_form(shell, told):
    assert asked("cache", "st", shell=shell) == [told]


def test_names_of_the_index_are_completed_in_their_own_case(index):
    assert asked("where", "--db", str(index), "f") == ["f", "fold"]
    assert asked("where", "--db", str(index), "F") == ["Fold"]


def test_a_name_that_a_shell_would_obey_is_not_completed(index):
    names = [
        "h_\u00fc",
        "h;id",
        "h$(id)",
        "h`id`",
        "h id",
        "h\nid",
        "h\x1b[31m",
        "h*",
        "h'",
        "h>id",
    ]
    with closing(apsw.Connection(str(index))) as connection:
        rows = [(name, name) for name in names]
        connection.executemany("INSERT INTO symbol_names VALUES (NULL, ?, ?, 1)", rows)

    assert asked("where", "--db", str(index), "h") == ["h_\u00fc"]


@pytest.mark.parametrize("words", [["where", ""], ["where", "--db", "gone.db", "f"]], ids=str)
def test_without_a_beginning_or_an_index_no_name_is_completed(words):
    assert asked(*words) == []


def test_to_complete_a_name_counts_as_no_question(index):
    asked("where", "--db", str(index), "f")

    assert not index.with_name(f"{index.name}.companion.db").exists()


def test_completion_waits_for_no_slow_library(index, monkeypatch):
    monkeypatch.setenv(ASKED, "bash")
    code, modules = loaded(["where", "--db", str(index), "f"])

    assert (code, SLOW & modules) == ("0", set())


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_by_the_script(tmp_path, command, index):
    script, flagday = tmp_path / "flagday.bash", tmp_path / "flagday"
    script.write_text(command("completion", "bash")[1])
    flagday.write_text(ANSWERS)
    flagday.chmod(0o755)
    typed = f'source {script}; COMP_WORDS=(flagday where --db {index} ""); COMP_CWORD=4'
    done = "COMP_WORDS[4]=fo; _flagday flagday; printf '%s\\n' \"${COMPREPLY[@]}\""
    ran = subprocess.run(
        ["bash", "--norc", "-c", f"{typed}; {done}"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (ran.stdout, ran.stderr) == ("fold\n", "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_scripts_of_other_shells_ask_in_the_same_way(command, shell):
    _, script, _ = command("completion", shell)

    assert f"{ASKED}={shell}" in script
