"""What a command loads before it answers: nothing that an answer does not need."""

import subprocess
import sys

import pytest

from tasks.fill_lake import fill_lake
from tasks.index import Index
from tests.tasks.store.conftest import index

__all__ = ["index"]

SLOW = {
    "adbc_driver_sqlite",
    "importlib.metadata",
    "numpy",
    "prefect",
    "pyarrow",
    "pydantic",
    "re2",
    "rich",
    "tree_sitter",
    "verification",
}
OF_OTHERS = {  # what answers other questions, and what lines do not need
    "dataclasses",
    "hashlib",
    "json",
    "migrations.catalogue",
    "shlex",
    "tasks.index.documents",
    "tasks.index.imports",
    "tasks.index.patterns",
    "tasks.index.search",
    "tasks.index.statistics",
    "unicodedata",
}
SCRIPT = """
import sys
from flows.start_up import main
try:
    main()
except SystemExit as ended:
    print(ended.code or 0, *sys.modules, file=sys.stderr)
"""


@pytest.fixture
def asked(index):
    """An index that was asked before: its companion is there."""
    with Index(index) as reader:
        reader.where("f")
    return index


@pytest.mark.parametrize(
    "words",
    [
        ["where", "f"],
        ["uses", "g"],
        ["uses", "g", "--files"],
        ["symbols", "b.c"],
        ["imports", "os"],
        ["clones", "f"],
        ["search", "f"],
        ["docs", "f"],
        ["where", "f", "--json"],
        ["where", "f", "--vimgrep"],
        ["stats"],
        ["status"],
    ],
    ids=" ".join,
)
def test_an_answer_waits_for_no_slow_library(asked, words):
    code, modules = loaded([*words, "--db", str(asked)])

    assert (code, SLOW & modules) == ("0", set())


@pytest.mark.parametrize(
    "words",
    [["where", "f"], ["uses", "g"], ["uses", "g", "--files"], ["symbols", "b.c"]],
    ids=" ".join,
)
def test_a_question_of_names_waits_for_nothing_that_answers_others(asked, words):
    code, modules = loaded([*words, "--db", str(asked)])

    assert (code, OF_OTHERS & modules) == ("0", set())


def test_what_is_loaded_is_out_of_the_collectors_sight_and_garbage_is_not(asked):
    script = f"{SCRIPT}import gc; print(gc.isenabled(), gc.get_freeze_count() > len(sys.modules))"
    command = [sys.executable, "-c", script, "where", "nothing", "--db", str(asked)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ran.stdout == "True True\n"


def test_where_all_is_loaded_nothing_more_goes_out_of_the_collectors_sight():
    script = (
        "import gc\n"
        "from flows.start_up import loading\n"
        "with loading():\n    import decimal\n"
        "first, kept = gc.get_freeze_count(), [[] for _ in range(100)]\n"
        "with loading():\n    import decimal\n"
        "print(first > 0, gc.get_freeze_count() - first, gc.isenabled())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == "True 0 True\n"


def test_the_end_of_a_command_looks_for_no_garbage():
    script = "import atexit, gc; atexit.register(lambda: print(gc.isenabled()))\n"
    command = [sys.executable, "-c", script + SCRIPT, "--version"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["where", "f", "--scope", "S"], (0, "left/a.c:2:0  prototype f  in S\n", "")),
        (["uses", "nothing"], (0, "", "no nothing in this index\n")),
    ],
)
def test_a_question_to_a_lake_says_nothing_more_than_its_answer(index, tmp_path, words, said):
    fill_lake(index, tmp_path / "lake", "index")
    script = "from flows.start_up import main; main()"
    command = [sys.executable, "-c", script, *words, "--lake", tmp_path / "lake"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr) == said


@pytest.mark.parametrize("words", ["where f", "uses g --json", "where f --vimgrep"])
def test_a_command_whose_stdout_is_closed_says_so(index, words):
    start = "from flows.start_up import main; main()"
    line = f'exec "$0" -c "$1" {words} --db "$2" >&-'
    command = ["sh", "-c", line, sys.executable, start, str(index)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr) == (
        1,
        "",
        "flagday: stdout is closed, and an answer has nowhere to go\n"
        "  next: Leave it open; where no answer is wanted, send it to /dev/null.\n",
    )


def loaded(words):
    """Run a flagday command in a new process; return its exit code, and what it has loaded."""
    command = [sys.executable, "-c", SCRIPT, *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    code, *modules = ran.stderr.splitlines()[-1].split()
    return code, set(modules)
