"""What an installed flagday needs is in its wheel, and it says where it runs."""

import fnmatch
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flows import start_up
from tests.flows.test_help import parsed

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())
PACKAGES = ("flows", "tasks", "verification", "migrations")
FOR_PEOPLE = {"README.md"}  # read where the code is


def tracked():
    words = ["git", "-C", TOP, "ls-files", "--", *PACKAGES]
    listed = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in listed.splitlines()]


def test_every_file_of_a_package_is_in_the_wheel():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    packages = {path.parent for path in tracked() if path.name == "__init__.py"}

    def is_packed(path):
        folder = next(parent for parent in path.parents if parent in packages)
        name = str(path.relative_to(folder))
        is_module = path.suffix == ".py" and path.parent in packages
        return is_module or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)

    assert [str(p) for p in tracked() if p.name not in FOR_PEOPLE and not is_packed(p)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_that_it_is_typed(package):
    assert (TOP / package / "py.typed").is_file()


@pytest.mark.parametrize("file", [".github/workflows/nightly.yml", "Dockerfile"])
def test_what_others_run_is_a_command_with_flags_that_it_has(file):
    lines = re.findall(r"(?:run: |\" )flagday ([a-z].*)", (TOP / file).read_text())

    assert [parsed(shlex.split(line)) for line in lines] == [[] for _ in lines]
    assert lines


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_the_command_says_so(monkeypatch, capsys, platform):
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(SystemExit) as ended:
        start_up.main()

    assert ended.value.code == 3
    assert capsys.readouterr().err.startswith("flagday: it runs on Linux alone")
