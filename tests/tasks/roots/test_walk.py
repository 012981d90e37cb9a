"""Where git does not list a folder, its .gitignore files do, and mean what they mean to git."""

import json
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tasks.roots.rules import Rules
from tests.deep import deep
from tests.tasks.roots.conftest import git, listed, write

NOBODY = 65534


def test_a_gitignore_counts_for_its_own_folder_and_below(tmp_path):
    root = write(
        tmp_path, {"a.log": "", "in/.gitignore": "*.log\n", "in/a.log": "", "in/deep/a.log": ""}
    )

    assert listed(root) == ["a.log", "in/.gitignore"]


def test_an_inner_gitignore_takes_back_what_an_outer_one_ignores(tmp_path):
    files = {".gitignore": "*.log\n", "in/.gitignore": "!kept.log\n", "in/kept.log": ""}
    root = write(tmp_path, {**files, "in/other.log": "", "kept.log": ""})

    assert listed(root) == [".gitignore", "in/.gitignore", "in/kept.log"]


def test_of_two_patterns_in_one_gitignore_the_last_decides(tmp_path):
    root = write(tmp_path, {".gitignore": "*.log\n!kept.log\n", "kept.log": "", "other.log": ""})

    assert listed(root) == [".gitignore", "kept.log"]


def test_nothing_below_an_ignored_folder_can_be_taken_back(tmp_path):
    files = {".gitignore": "out/\n!out/kept.py\n", "out/kept.py": "", "out/.gitignore": "!*\n"}
    root = write(tmp_path, {**files, "a.py": ""})

    assert listed(root) == [".gitignore", "a.py"]


def test_a_pattern_with_a_slash_is_anchored_to_its_folder(tmp_path):
    files = {".gitignore": "/top.py\nin/mid.py\n", "top.py": "", "in/top.py": "", "in/mid.py": ""}
    root = write(tmp_path, {**files, "deep/in/mid.py": ""})

    assert listed(root) == [".gitignore", "deep/in/mid.py", "in/top.py"]


def test_a_pattern_that_ends_in_a_slash_ignores_folders_only(tmp_path):
    root = write(tmp_path, {".gitignore": "out/\n", "in/out": "a file", "out/a.py": ""})

    assert listed(root) == [".gitignore", "in/out"]


@pytest.mark.parametrize("text", ["\ufeff*.log\n", "*.log\r\n", "# logs\n\n*.log", "*.log  \n"])
def test_a_gitignore_is_read_as_git_reads_it(tmp_path, text):
    root = write(tmp_path, {"a.log": "", "a.py": ""})
    (root / ".gitignore").write_text(text, newline="")

    assert listed(root) == [".gitignore", "a.py"]


def test_a_pattern_in_another_encoding_matches_the_same_bytes(tmp_path):
    root = write(tmp_path, {"a.py": ""})
    (root / "caf\udce9.log").touch()
    (root / ".gitignore").write_bytes(b"caf\xe9.*\n")

    assert listed(root) == [".gitignore", "a.py"]


def test_a_gitignore_that_is_no_file_of_rules_is_none(tmp_path):
    root = write(tmp_path, {"one/.gitignore/a.py": "", "two/b.py": ""})
    (root / "two/.gitignore").symlink_to("nowhere")

    assert listed(root) == ["one/.gitignore/a.py", "two/.gitignore", "two/b.py"]


PATTERNS = (
    "*.log", "/a", "b/", "!c", "!*.log", "a/b", "**/c", "a/**", "a/**/c.py", "?.py", "[ab].py",
    "!b/", "/b/*", "*", "!*/", "# a", "\\!c", "c.*", "!/a/c.log", "*.p[xy]", "b", "a*/",
)  # fmt: skip
NAMES = ("a", "b", "c", "a.py", "b.py", "c.py", "a.log", "c.log", "!c")


def plant(rng, folder, depth, names=NAMES, patterns=PATTERNS):
    """Grow a random tree with random .gitignore files."""
    folder.mkdir()
    for name in rng.sample(names, rng.randint(2, 5)):
        if depth and "." not in name:
            plant(rng, folder / name, depth - 1, names, patterns)
        else:
            (folder / name).touch()
    if rng.random() < 0.6:
        lines = rng.choices(patterns, k=rng.randint(1, 4))
        (folder / ".gitignore").write_bytes(os.fsencode("\n".join(lines) + "\n"))


@pytest.mark.parametrize("seed", range(25))
def test_a_walk_lists_what_git_would_list(tmp_path, seed):
    root = tmp_path / "root"
    plant(random.Random(seed), root, depth=3)
    walked = listed(root)
    git(root, "init", "-q")

    assert walked == listed(root)


ODD = (
    "bin\\", "!", "[z-a]", "[z-a].py", "[", "[!", "a[", "*.py\\", "\\", "!\\", "[]]", "**", "a**",
    "x\f*.py", "x\v*.py", "x\x1c*.py", "x\x85*.py", "x\u2028*.py", "*.py\r", "*.py\r\r", "*.py\t",
    "*.py\x1f", "*.py\f ", "bin[!0-9]", "bin[^0-9]", "[[:lower:]].py", "[[:lower:]]in/", "[[:up:]]",
    "[a-\\c].py", "*[\\]]", "bin/**/", "/???/**/**/", "b**/b.py", "[!z-a]",
)  # fmt: skip


@pytest.mark.parametrize("line", ODD)
def test_a_line_that_is_hardly_a_pattern_is_what_git_makes_of_it(tmp_path, line):
    root = write(tmp_path / "root", {"a.py": "", "bin/b.py": "", "x": "", "]": ""})
    (root / ".gitignore").write_bytes(f"{line}\n*.log\n".encode())
    (root / "a.log").touch()
    walked = listed(root)
    git(root, "init", "-q")

    assert walked == listed(root)


PIECES = (
    "a", "b", ".py", "in", "1", "*", "*", "**", "**/", "/", "/", "?", "-", "]", "[", "!", " ",
    "\\", "\\/", "[ab]", "[!0-9]", "[^a]", "[[:digit:]]", "[[:lower:]]", "[[:punct:]-]", "[[:no:]]",
    "[[:]", "[a-\\c]", "[\\]]", "[]a]", "[]-a]", "[!]a-c]", "[z-a]", "[!z-a]", "[a-", "[a/b]",
    "[--a]", "[\udcff]",
)  # fmt: skip
ODD_NAMES = (
    *NAMES, "in", "ab", "B", "1", "a1", "]", "-", "a ", "\\", "a-c", "\udcff", "[a]", "a\nb"
)  # fmt: skip


def some(rng):
    """Put a pattern together of pieces, most of them wild."""
    glob = "".join(rng.choices(PIECES, k=rng.randint(1, 5)))
    return rng.choice(("", "", "", "!", "/")) + glob + rng.choice(("", "", "/"))


def test_patterns_of_any_make_are_read_as_git_reads_them(tmp_path):
    rng, root = random.Random(1), write(tmp_path / "root", {})
    for number in range(150):
        patterns = [some(rng) for _ in range(4)]
        plant(rng, root / str(number), 2, ODD_NAMES, patterns)
    walked = listed(root)
    git(root, "init", "-q")

    assert walked == listed(root)


def test_a_name_that_almost_matches_many_stars_takes_no_longer():
    rules = Rules(b"*a*a*a*a*a*a*a*a*b\n/**/a/**/a/**/a/**/a/**/a/**/a/**/b\n")

    assert rules.decision(b"a" * 255) is rules.decision(b"a/" * 1000) is None


def test_rules_that_nobody_may_read_are_none():
    with TemporaryDirectory() as folder:
        root = write(Path(folder), {"a.py": "", ".gitignore": "a.py\n"})
        root.chmod(0o755)
        (root / ".gitignore").chmod(0)

        assert as_nobody(root) == [".gitignore", "a.py"]


def test_a_folder_is_walked_however_deep_it_is(tmp_path):
    names = [b"d"] * 1500  # more than functions call each other
    with deep(tmp_path, names):
        found = listed(tmp_path)

    assert found == ["d/" * len(names) + "f.py"]


@pytest.mark.parametrize("is_tracked", [False, True])
def test_a_folder_that_cannot_be_opened_is_an_entry(is_tracked):
    with TemporaryDirectory() as folder:  # unlike pytest's, open to nobody
        root = write(Path(folder), {"a.py": "", "shut/a.py": "", "shut/b.py": ""})
        if is_tracked:
            git(root, "init", "-q")
            git(root, "add", "shut/a.py")
        root.chmod(0o755)
        (root / "shut").chmod(0)
        found = as_nobody(root)
        (root / "shut").chmod(0o700)

    assert found == ["a.py", "shut", *["shut/a.py"] * is_tracked]


def as_nobody(root):
    """List a root as somebody who is stopped by permissions."""
    if os.geteuid() != 0:
        return listed(root)
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            os.setuid(NOBODY)
            os.write(write, json.dumps(listed(root)).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read) as told:
        return json.load(told)
