"""What the help says, what it loads to say so, and what is said of words that mean nothing."""

import re
import shlex
from pathlib import Path

import pytest

from flows.cli.commands import COMMANDS, load
from flows.cli.help_text import examples, groups
from flows.cli.main import main
from tests.flows.test_cli import spelled
from tests.flows.test_start_up import SLOW, loaded


def parsed(words):
    """Read the words of an example as its command would, without running it; return the rest."""
    name, *rest = words
    command = load(name)
    if hasattr(command, "commands"):
        command, rest = command.commands[rest[0]], rest[1:]
    with command.make_context(command.name, rest) as context:
        return context.args


@pytest.mark.parametrize("name", spelled())
def test_every_command_has_an_example_and_its_parser_takes_each(name):
    typed = [shlex.split(re.split(r" [>|] ", line)[0]) for line, _ in examples(name)]

    assert typed, f"flows/cli/help.toml has no example of `flagday {name}`"
    assert [words[: len(name.split()) + 1] for words in typed] == [
        ["flagday", *name.split()] for _ in typed
    ]
    assert [parsed(words[1:]) for words in typed] == [[] for _ in typed]


def test_every_command_has_one_heading_in_the_help():
    listed = [name for names in groups().values() for name in names]

    assert sorted(listed) == sorted(COMMANDS)


@pytest.mark.parametrize(
    "words", [["--help"], ["where", "--help"], ["run", "--help"], ["--version"]], ids=" ".join
)
def test_help_waits_for_no_slow_library(words):
    code, modules = loaded(words)

    assert (code, (SLOW - {"importlib.metadata"}) & modules) == ("0", set())


def test_the_help_of_a_command_ends_with_its_examples(command):
    code, out, _ = command("uses", "--help")

    assert code == 0
    assert out.endswith(
        "\nExamples\n"
        "  flagday uses main\n      every place that uses main\n"
        "  flagday uses malloc --files\n      only the files, with the number of uses in each\n"
    )


def test_the_help_ends_with_every_exit_code_of_the_readme(command):
    readme = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    listed = re.findall(r"^\| ([0-9, ]+) \|", readme, re.MULTILINE)
    closing = command("--help")[1].partition("Exit codes:")[2]

    assert re.findall(r"\d+", closing) == ", ".join(listed).split(", ")


def test_the_help_of_a_group_lists_its_commands_whole(command):
    _, out, _ = command("migrate", "--help")

    assert re.findall(r"^  ([a-z]+) +[A-Z]", out, re.MULTILINE) == [
        *("status", "up", "down", "check")
    ]
    assert "make a\n          backup first" in out


def test_the_version_is_told(command):
    assert command("--version") == (0, "flagday 0.1.0\n", "")


def test_a_command_of_a_group_that_is_not_there_is_refused_with_the_one_that_was_meant(command):
    code, _, err = command("cache", "stat")

    assert (code, err.splitlines()[0]) == (
        2,
        "flagday: there is no command stat; did you mean stats?",
    )


def fail():
    raise KeyError("what nobody thought of")


@pytest.fixture
def failing(command, monkeypatch):
    """A flagday whose every command fails in a way that nobody has foreseen."""
    monkeypatch.setitem(main.__globals__, "all_commands", lambda: lambda *_, **__: fail())
    return command


def test_what_is_unforeseen_is_told_without_a_traceback(failing):
    code, out, err = failing("status")

    assert (code, out) == (1, "")
    assert err == (
        "flagday: unforeseen: KeyError: 'what nobody thought of'\n"
        "  next: The index in service is whole: it is only ever replaced at once. "
        "The same command with --debug shows the traceback.\n"
    )


@pytest.mark.parametrize("words", [["--debug", "status"], ["status", "--debug"]], ids=" ".join)
def test_debug_shows_the_traceback_wherever_it_stands(failing, words):
    code, _, err = failing(*words)

    assert code == 1
    assert err.startswith("Traceback (most recent call last):")
    assert "in fail" in err


def test_debug_in_the_environment_shows_the_traceback_too(failing, monkeypatch):
    monkeypatch.setenv("FLAGDAY_DEBUG", "1")
    _, _, err = failing("status")

    assert "in fail" in err


def test_debug_after_two_dashes_is_a_name(command, tmp_path):
    code, _, err = command("where", "--db", tmp_path / "no.db", "--", "--debug")

    assert (code, "Traceback" in err) == (3, False)


@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_a_terminal_gets_colour_unless_it_says_no(monkeypatch, capsys, environment, is_coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["flagday", "nonsense"])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with pytest.raises(SystemExit):
        main()

    assert ("\033[" in capsys.readouterr().err) == is_coloured
