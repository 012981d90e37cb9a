"""What the plan's patterns leave out of a root, before it is read."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contracts import SkipReason
from tasks.roots.listing import list_files
from tasks.roots.rules import Exclusion, is_pattern
from tests.tasks.roots.conftest import NO_LIMIT, git, repository, write
from verification.exclusion import excluded
from verification.listing import list_root

NAMES = ("a", "b", "a.c", "b.c", "é", "a b", "!a", "#b", ":(top)", "*")
PATTERN_PIECES = (
    "a", "b", "*", "**", "/", "?", ".c", "[ab]", "é", "!", "\\#", " ", "[!0-9]", "[[:lower:]]"
)  # fmt: skip
patterns = st.lists(
    st.lists(st.sampled_from(PATTERN_PIECES), min_size=1, max_size=4)
    .map("".join)
    .filter(is_pattern),
    min_size=1,
    max_size=4,
)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


def outcomes(root, exclude):
    """Return what a root has: None, or why it is left out, by path."""
    found = list_files(root, frozenset(), NO_LIMIT, exclude)
    return {os.fsdecode(file.path): file.skip for file in found}


@settings(max_examples=60)
@given(patterns, st.sets(paths, min_size=1, max_size=12), st.booleans())
def test_patterns_leave_out_what_git_would_leave_out(lines, entries, are_folders):
    slash = "/" * are_folders
    entries = [path for path in entries if not any(e.startswith(f"{path}/") for e in entries)]
    exclusion = Exclusion(lines)
    found = {}
    for path in entries:
        entry = os.fsdecode(exclusion.entry_of(os.fsencode(path + slash)))
        if entry != path + slash or exclusion.names(os.fsencode(entry)):
            found[path] = entry.rstrip("/")

    assert found == excluded([path + slash for path in entries], lines)


@pytest.mark.parametrize("make", [repository, write])
def test_an_excluded_folder_is_one_entry_and_an_excluded_file_another(tmp_path, make):
    names = ["a.py", "out/b.py", "out/deep/c.py", "in/out/d.py", "in/e.py", "in/a.log"]
    root = make(tmp_path / "r", dict.fromkeys(names, ""))

    assert outcomes(root, ["out/", "*.log"]) == {
        "a.py": None,
        "in/a.log": SkipReason.EXCLUDED,
        "in/e.py": None,
        "in/out": SkipReason.EXCLUDED,
        "out": SkipReason.EXCLUDED,
    }


def test_the_last_pattern_that_matches_decides(tmp_path):
    root = write(tmp_path / "r", {"a.log": "", "kept.log": "", "b.py": ""})

    assert outcomes(root, ["*.log", "!kept.log"]) == {
        "a.log": SkipReason.EXCLUDED,
        "b.py": None,
        "kept.log": None,
    }


def test_nobody_looks_into_an_excluded_folder(tmp_path, nobody):
    root = write(tmp_path / "r", {"a.py": "", "out/b.py": ""})
    for folder in (tmp_path, root):
        folder.chmod(0o755)
    (root / "out").chmod(0)
    with nobody():
        found = outcomes(root, ["out"])

    assert found == {"a.py": None, "out": SkipReason.EXCLUDED}


def test_git_does_not_look_for_untracked_files_in_an_excluded_folder(tmp_path):
    root = repository(tmp_path / "r", {"a.py": "", "half/tracked.py": ""})
    write(root, {"out/b.py": "", "half/new.py": "", "new.log": ""})

    assert outcomes(root, ["out/", "half/", "*.log"]) == {
        "a.py": None,
        "half": SkipReason.EXCLUDED,
    }


def test_a_link_in_the_place_of_an_excluded_folder_is_a_link(tmp_path):
    root = repository(tmp_path / "r", {"folder/a.py": ""})
    (root / "folder").rename(tmp_path / "elsewhere")
    (root / "folder").symlink_to(tmp_path / "elsewhere")

    assert outcomes(root, ["folder/"]) == {"folder": SkipReason.SYMLINK}


def test_a_submodule_can_be_excluded_as_a_folder(tmp_path):
    root = repository(tmp_path / "r", {"a.py": ""})
    repository(root / "module", {"inside.py": ""})
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "module")

    assert outcomes(root, ["module/"]) == {"a.py": None, "module": SkipReason.EXCLUDED}


@settings(max_examples=15)
@given(patterns, st.booleans(), st.booleans())
def test_both_listings_leave_out_the_same(lines, is_git, is_committed):
    names = ["a/b/a.c", "a/b.c", "b/a", "a b/é", "é/b", "!a", "#b"]
    with TemporaryDirectory() as folder:
        root = write(Path(folder, "r"), dict.fromkeys(names, ""))
        if is_git:
            repository(root, {}, is_committed=is_committed)
        recorded, seen = outcomes(root, lines), list_root(root, (), lines)
        surplus = recorded.keys() - seen

    assert seen <= recorded.keys()
    assert {recorded[path] for path in surplus} <= {SkipReason.EXCLUDED}
