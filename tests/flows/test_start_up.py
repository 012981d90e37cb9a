"""What a command loads before it answers: nothing that an answer does not need."""

import json
import subprocess
import sys

import pytest

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
SCRIPT = """
import json, sys
from flows.cli import main
try:
    main()
except SystemExit as ended:
    print(json.dumps([ended.code or 0, sorted(sys.modules)]), file=sys.stderr)
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
        ["docs", "f"],
        ["where", "f", "--json"],
        ["where", "f", "--vimgrep"],
        ["stats"],
        ["status"],
    ],
    ids=" ".join,
)
def test_an_answer_waits_for_no_slow_library(asked, words):
    command = [sys.executable, "-c", SCRIPT, *words, "--db", str(asked)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    code, modules = json.loads(ran.stderr.splitlines()[-1])

    assert (code, SLOW.intersection(modules)) == (0, set())
