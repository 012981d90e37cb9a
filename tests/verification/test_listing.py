"""Two ways to list a root, made independently, agree: the builder's, and that of verification."""

import os
import subprocess
from pathlib import Path

import pytest

from tasks.roots.listing import list_files
from tasks.spelling import spelled
from tests.deep import TOO_LONG, deep
from verification.listing import list_root
from verification.subject import NotApplicable

LONGEST = os.pathconf("/", "PC_PATH_MAX") - 1  # bytes of a path
FILES = {
    ".gitignore": "*.log\nbuild/\n!keep.log\n/top.txt\n",
    "a file.py": "",
    "a.log": "",
    "keep.log": "",
    "top.txt": "",
    "build/out.py": "",
    "sub/top.txt": "",
    "sub/.gitignore": "local\n",
    "sub/local": "",
    "sub/deep/é.py": "",
    "nested/x.py": "",
    "line\nbreak.py": "",
}


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A folder with rules, links, a repository of its own, and odd names."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    folder = tmp_path / "root"
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(folder / "nested", "init", "--quiet")
    (folder / "link.py").symlink_to("a file.py")
    (folder / "linked").symlink_to("sub")
    (folder / os.fsdecode(b"\xff.py")).write_text("")
    return folder


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


def listed(root, own=()):
    """List a root as the builder does, in text."""
    found = list_files(root, frozenset(own), 1000)
    return {spelled(file.path) for file in found}


def test_a_folder_without_git_is_listed_alike(root):
    assert list_root(root, ()) == listed(root)


def test_a_work_tree_is_listed_alike(root):
    git(root, "init", "--quiet")
    git(root, "add", "a file.py", "sub")
    (root / "sub" / "top.txt").unlink()

    assert list_root(root, ()) == listed(root)


def test_what_is_tracked_below_a_folder_that_became_a_link_is_listed_alike(root):
    git(root, "init", "--quiet")
    git(root, "add", "sub")
    (root / "sub").rename(root / "moved")
    (root / "sub").symlink_to("moved")

    assert list_root(root, ()) == listed(root)


def test_what_the_tool_writes_is_left_out_alike(root):
    own = (root / "sub", root / "a file.py")

    assert list_root(root, own) == listed(root, own)
    assert "a file.py" not in list_root(root, own)


def test_nothing_is_listed_without_git(root, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(NotApplicable, match="there is no git on this host"):
        list_root(root, ())


def test_a_root_that_git_cannot_read_is_an_error():
    with pytest.raises(OSError, match="git cannot list /nowhere"):
        list_root(Path("/nowhere"), ())


@pytest.mark.parametrize("is_repository", [False, True])
def test_a_folder_that_cannot_be_opened_is_an_entry_in_both(root, is_repository):
    if is_repository:
        git(root, "init", "--quiet")
    with deep(root, TOO_LONG), deep(root, [b"build", *TOO_LONG]):  # the second one is ignored
        found = list_root(root, ())
        ours = listed(root)
    (shut,) = (path for path in found if path.startswith("d" * 200))

    assert found == ours
    assert len(f"{root}/{shut}") > LONGEST


def test_a_folder_whose_path_is_as_long_as_a_path_can_be_is_opened_by_both(root):
    left = LONGEST - len(str(root))
    names = left // 101 - 1
    with deep(root, [*[b"d" * 100] * names, b"e" * (left - 101 * names - 1)]):
        found = list_root(root, ())
        ours = listed(root)
    (deepest,) = (path for path in found if path.endswith("/f.py"))

    assert found == ours
    assert len(f"{root}/{deepest}") == LONGEST + len("/f.py")
