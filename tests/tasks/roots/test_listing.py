"""Which entries a root has, in which order, and which of them are left out by name and type."""

import os
import stat
import subprocess

import pytest

from tasks.contracts import SkipReason
from tasks.roots.listing import FoundFile, is_git, list_files
from tests.tasks.roots.conftest import NO_LIMIT, git, listed, repository, write
from verification.listing import list_root


def skips(root, max_file_bytes=NO_LIMIT):
    return {
        file.path: file.skip for file in list_files(root, frozenset(), max_file_bytes) if file.skip
    }


def test_a_work_tree_lists_tracked_files_and_untracked_ones_that_are_not_ignored(tmp_path):
    root = repository(tmp_path / "r", {".gitignore": "*.log\n", "tracked.py": "", "kept/a.py": ""})
    write(root, {"new.py": "", "noise.log": "", "kept/b.py": ""})

    assert listed(root) == [".gitignore", "kept/a.py", "kept/b.py", "new.py", "tracked.py"]


def test_a_tracked_file_is_listed_although_a_pattern_ignores_it(tmp_path):
    root = repository(tmp_path / "r", {"generated.log": ""})
    write(root, {".gitignore": "*.log\n"})

    assert listed(root) == [".gitignore", "generated.log"]


def test_a_tracked_file_that_is_gone_is_no_file(tmp_path):
    root = repository(tmp_path / "r", {"gone.py": "", "folder/gone.py": "", "here.py": ""})
    (root / "gone.py").unlink()
    (root / "folder/gone.py").unlink()
    (root / "folder").rmdir()
    write(root, {"folder": "a file where the folder was"})

    assert listed(root) == ["folder", "here.py"]


def test_a_tracked_file_or_link_that_is_a_folder_now_is_no_file(tmp_path):
    root = repository(tmp_path / "r", {"build": "", "nested": ""})
    (root / "link").symlink_to("build")
    repository(root / "module", {"inside.py": ""})
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "-A")
    for name in ("build", "nested", "link"):
        (root / name).unlink()
    write(root, {"build/real.py": "", "link/b.py": ""})
    repository(root / "nested", {"inside.py": ""})

    assert listed(root) == ["build/real.py", "link/b.py", "module", "nested"]
    assert list_root(root, ()) == set(listed(root))


def test_a_file_in_conflict_is_listed_once(tmp_path):
    root = repository(tmp_path / "r", {"a.py": "base"})
    git(root, "checkout", "-q", "-b", "other")
    write(root, {"a.py": "other"})
    git(root, "commit", "-q", "-a", "-m", "other")
    git(root, "checkout", "-q", "main")
    write(root, {"a.py": "main"})
    git(root, "commit", "-q", "-a", "-m", "main")
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "merge", "-q", "other")

    assert listed(root) == ["a.py"]


def test_a_subfolder_of_a_work_tree_lists_its_own_files_relative_to_itself(tmp_path):
    top = repository(
        tmp_path / "r", {".gitignore": "/sub/out/\n", "above.py": "", "sub/deep/a.py": ""}
    )
    write(top, {"sub/b.py": "", "sub/out/c.py": ""})

    assert listed(top / "sub") == ["b.py", "deep/a.py"]


def test_a_root_that_an_outer_repository_ignores_is_walked(tmp_path):
    top = repository(tmp_path / "r", {".gitignore": "/vendor/\n", "a.py": ""})
    vendor = write(top / "vendor", {"b.py": "", "c.log": "", ".gitignore": "*.log\n"})

    assert not is_git(vendor)
    assert listed(vendor) == [".gitignore", "b.py"]


def test_a_folder_below_no_repository_is_walked(tmp_path):
    root = write(tmp_path / "plain", {"a.py": "", "b/c.py": ""})

    assert not is_git(root)
    assert listed(root) == ["a.py", "b/c.py"]


def test_a_folder_without_files_has_none(tmp_path):
    assert listed(write(tmp_path / "plain", {})) == []


@pytest.mark.parametrize("is_committed", [True, False])
@pytest.mark.parametrize("outer", [repository, write])
def test_a_nested_repository_is_one_entry_and_left_out(tmp_path, outer, is_committed):
    root = outer(tmp_path / "r", {"a.py": ""})
    repository(root / "nested", {"inside.py": ""}, is_committed=is_committed)

    assert listed(root) == ["a.py", "nested"]
    assert skips(root) == {b"nested": SkipReason.NESTED_REPOSITORY}


@pytest.mark.parametrize("outer", [repository, write])
def test_a_git_that_is_no_repository_makes_none_of_its_folder(tmp_path, outer):
    dangling = {"copy/.git": "gitdir: ../.git/modules/copy\n", "copy/a.py": ""}
    root = outer(tmp_path / "r", {})
    write(root, {**dangling, "empty/b.py": "", "text/.git": "none", "text/c.py": ""})
    (root / "empty/.git").mkdir()
    repository(root / "nested", {"inside.py": ""})
    (root / "link").mkdir()
    (root / "link/.git").symlink_to("../nested/.git")

    assert listed(root) == ["copy/a.py", "empty/b.py", "link", "nested", "text/c.py"]
    assert list_root(root, ()) == set(listed(root))


def test_a_submodule_is_one_entry_and_left_out(tmp_path):
    root = repository(tmp_path / "r", {"a.py": ""})
    repository(root / "module", {"inside.py": ""})
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "module")

    assert skips(root) == {b"module": SkipReason.NESTED_REPOSITORY}
    assert listed(root) == ["a.py", "module"]


@pytest.mark.parametrize("make", [repository, write])
def test_a_symbolic_link_is_left_out_and_not_followed(tmp_path, make):
    write(tmp_path / "elsewhere", {"secret.py": ""})
    root = make(tmp_path / "r", {"a.py": ""})
    (root / "to_folder").symlink_to("../elsewhere")
    (root / "to_file").symlink_to("a.py")
    (root / "to_nothing").symlink_to("nowhere")

    assert listed(root) == ["a.py", "to_file", "to_folder", "to_nothing"]
    assert skips(root) == {
        b"to_file": SkipReason.SYMLINK,
        b"to_folder": SkipReason.SYMLINK,
        b"to_nothing": SkipReason.SYMLINK,
    }


def test_a_link_in_the_place_of_a_tracked_folder_is_not_followed(tmp_path):
    write(tmp_path / "elsewhere", {"a.py": "not ours"})
    root = repository(tmp_path / "r", {"folder/a.py": "", "b.py": ""})
    (root / "folder/a.py").unlink()
    (root / "folder").rmdir()
    (root / "folder").symlink_to("../elsewhere")

    assert listed(root) == ["b.py", "folder"]


@pytest.mark.parametrize("make", [repository, write])
def test_a_root_may_itself_be_a_symbolic_link(tmp_path, make):
    make(tmp_path / "real", {"a.py": "", "b/c.py": ""})
    (tmp_path / "link").symlink_to("real")

    assert listed(tmp_path / "link") == ["a.py", "b/c.py"]


@pytest.mark.parametrize("make", [repository, write])
def test_names_are_bytes_and_one_that_is_not_utf_8_is_left_out(tmp_path, make):
    names = [b"a\nb.py", b"caf\xc3\xa9.py", b"quo\"te'.py", b" blank .py", b"latin\xe9.py"]
    root = make(tmp_path / "r", {})
    for name in names:
        (root / os.fsdecode(name)).touch()

    assert [file.path for file in list_files(root, frozenset(), NO_LIMIT)] == sorted(names)
    assert skips(root) == {b"latin\xe9.py": SkipReason.PATH_NOT_UTF8}


@pytest.mark.parametrize("make", [repository, write])
def test_paths_come_in_byte_order_however_they_were_made(tmp_path, make):
    names = ["b.py", "a/z.py", "a.py", "é.py", "Z.py", "a-b.py", "a/b/c.py", "~.py"]
    one = make(tmp_path / "one", dict.fromkeys(names, ""))
    two = make(tmp_path / "two", dict.fromkeys(reversed(names), ""))

    assert listed(one) == sorted(names, key=os.fsencode)
    assert listed(two) == listed(one)


def test_settings_of_git_in_the_environment_do_not_matter(tmp_path, monkeypatch):
    other = repository(tmp_path / "other", {"other.py": ""})
    root = repository(tmp_path / "r", {"a.py": ""})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no index"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))

    assert listed(root) == ["a.py"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_is_listed_by_git(tmp_path):
    root = repository(tmp_path / "r", {"a.py": "", ".gitignore": "*.log\n"})
    write(root, {".git/info/exclude": "only_git_knows\n", "only_git_knows": ""})
    os.chown(root, 12345, 12345)

    assert listed(root) == [".gitignore", "a.py"]


def test_a_root_without_git_installed_is_walked(tmp_path, monkeypatch):
    root = repository(tmp_path / "r", {"a.py": "", ".gitignore": "*.log\n"})
    write(root, {"b.log": ""})
    monkeypatch.setenv("PATH", str(tmp_path))

    assert listed(root) == [".gitignore", "a.py"]


def test_a_file_over_the_limit_is_left_out_and_one_at_the_limit_is_not(tmp_path):
    root = write(tmp_path / "r", {"at.py": "x" * 10, "over.py": "x" * 11})

    assert skips(root, max_file_bytes=10) == {b"over.py": SkipReason.TOO_LARGE}


def test_a_pipe_is_left_out(tmp_path):
    root = write(tmp_path / "r", {"a.py": ""})
    os.mkfifo(root / "pipe")

    assert listed(root) == ["a.py", "pipe"]
    assert skips(root) == {b"pipe": SkipReason.NOT_REGULAR}


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK])
def test_a_device_is_left_out(tmp_path, kind):
    root = write(tmp_path / "r", {"a.py": ""})
    try:
        os.mknod(root / "zero.py", kind | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")

    assert listed(root) == ["a.py", "zero.py"]
    assert skips(root) == {b"zero.py": SkipReason.NOT_REGULAR}


def test_a_file_has_its_size_and_its_time(tmp_path):
    root = write(tmp_path / "r", {"a.py": "12345"})
    os.utime(root / "a.py", ns=(0, 1_234_567_890_123))

    assert list(list_files(root, frozenset(), NO_LIMIT)) == [
        FoundFile(b"a.py", 5, 1_234_567_890_123, None)
    ]


@pytest.mark.parametrize("make", [repository, write])
def test_nothing_below_an_excluded_path_is_listed_and_its_namesakes_are(tmp_path, make):
    names = [".flagday/index.db", ".flagday/runs/1/report.md", ".flagday2/a.py", "index.db", "a.py"]
    root = make(tmp_path / "r", dict.fromkeys(names, ""))

    excluded = frozenset({root / ".flagday", root / "index.db"})

    assert listed(root, excluded) == [".flagday2/a.py", "a.py"]


def test_an_excluded_path_counts_however_it_is_reached(tmp_path):
    root = write(tmp_path / "real", {"a.py": "", "out/b.py": ""})
    (tmp_path / "link").symlink_to("real")

    assert listed(tmp_path / "link", frozenset({tmp_path / "link/out"})) == ["a.py"]
    assert listed(root, frozenset({tmp_path / "link/out"})) == ["a.py"]
