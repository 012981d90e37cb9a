"""A root at a commit has the files that a clean checkout of it has, and needs no work tree."""

import os
import shutil
import subprocess
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contracts import RootProblem, SkipReason
from tasks.roots.commits import list_commit, resolve, why_no_commit
from tasks.roots.listing import list_files
from tasks.roots.objects import Blobs, Reading, asking, new_store
from tasks.roots.readable import RootBroken
from tests.tasks.roots.conftest import NO_LIMIT, git, repository, write
from tests.tasks.roots.test_hostile_repositories import COMMANDS, trap
from verification.commits import forget_processes
from verification.places import Kind, root_of
from verification.spelling import is_escaped

__all__ = ["trap"]

# Names that no folder can have are told in a test of their own.
part = (
    st.binary(min_size=1, max_size=6)
    .map(lambda raw: raw.replace(b"/", b"_").replace(b"\0", b"_"))
    .filter(lambda name: name not in {b".", b".."} and b"git" not in name.lower())
)
ODD = st.sampled_from([b"a", b"-x", b'q"', b"a\nb", b"a\tb", b" ", b"\xff", b":(top)", b"\\", b"*"])
names = st.lists(part | ODD, min_size=1, max_size=3).map(b"/".join)
kinds = st.sampled_from(["file", "program", "link"])
contents = st.binary(max_size=40)


def read(root, rev="HEAD", exclude=(), max_file_bytes=NO_LIMIT):
    """Return what a root has at a revision: (why left out, bytes) by path."""
    commit = resolve(root, rev)
    with TemporaryDirectory() as folder:
        store = new_store(Path(folder, "store"), commit.object_format)
        found = list(list_commit(root, commit, store, max_file_bytes, exclude))
        with closing(Blobs(asking(store, commit.objects))) as blobs:
            return {
                file.path: (file.skip, None if file.skip else blobs.read(file.blob))
                for file in found
            }


def on_disk(root):
    """Return the same of a folder."""
    base = os.fsencode(root)
    return {
        file.path: (
            file.skip,
            None if file.skip else Path(os.fsdecode(base + b"/" + file.path)).read_bytes(),
        )
        for file in list_files(root, frozenset(), NO_LIMIT)
    }


def checked(root, rev="HEAD"):
    """Return the same in the eyes of verification, by path; without those that are no text."""
    seen = root_of(str(root), (), resolve(root, rev).commit_id)
    places = {path: seen.place(path) for path in seen.listed(()) if not is_escaped(path)}
    try:
        return {
            path: place.read_bytes() for path, place in places.items() if place.kind() is Kind.FILE
        }
    finally:
        forget_processes()


def plant(folder, entries):
    """Write files, programs and links; what has no place beside the others is left out."""
    for name, (kind, data) in entries.items():
        place = folder / os.fsdecode(name)
        if kind == "link":
            put = partial(place.symlink_to, os.fsdecode(data.replace(b"\0", b"_")) or "nowhere")
        else:
            put = partial(place.write_bytes, data)
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            place.parent.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(place):
                put()
            if kind == "program":
                place.chmod(0o755)


@settings(max_examples=12)
@given(st.dictionaries(names, st.tuples(kinds, contents), min_size=1, max_size=8))
def test_a_commit_has_the_files_of_its_clean_checkout(entries):
    with TemporaryDirectory() as folder:
        root = Path(folder, "r")
        root.mkdir()
        plant(root, entries)
        repository(root, {"always.py": "x = 1\n"})
        expected = on_disk(root)
        git(root, "rm", "-r", "-q", "--cached", ".")
        found = read(root)
        seen = checked(root)

    assert found == expected
    assert seen == {path.decode(): data for path, (skip, data) in expected.items() if skip is None}


def test_the_files_of_a_commit_are_not_those_of_today(tmp_path):
    root = repository(tmp_path / "r", {"a.py": "old\n", "gone.py": "", ".gitignore": "*.log\n"})
    git(root, "tag", "-a", "-m", "first", "v1")
    write(root, {"a.py": "new\n", "b.py": ""})
    (root / "gone.py").unlink()
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "second")

    assert read(root, "v1") == {
        b".gitignore": (None, b"*.log\n"),
        b"a.py": (None, b"old\n"),
        b"gone.py": (None, b""),
    }
    assert read(root, "main~1") == read(root, "v1")
    assert read(root)[b"a.py"] == (None, b"new\n")


def bare(root):
    git(root.parent, "clone", "-q", "--mirror", str(root), "bare.git")
    return root.parent / "bare.git"


def packed(root):
    git(root, "gc", "-q", "--aggressive")
    git(root, "pack-refs", "--all")
    return root


def linked(root):
    git(root, "worktree", "add", "-q", "--no-checkout", str(root.parent / "linked"))
    return root.parent / "linked"


def borrowing(root):
    git(root.parent, "clone", "-q", "--no-checkout", "--shared", str(root), "shared")
    return root.parent / "shared"


@pytest.mark.parametrize("made", [bare, packed, borrowing])
def test_a_commit_is_read_however_its_objects_are_kept(tmp_path, made):
    root = repository(tmp_path / "r", {"a.py": "x = 1\n", "é/b.py": "y = 2\n"})

    assert read(made(root)) == {b"a.py": (None, b"x = 1\n"), "é/b.py".encode(): (None, b"y = 2\n")}
    assert checked((made.__name__ == "bare" and tmp_path / "bare.git") or root) == {
        "a.py": b"x = 1\n",
        "é/b.py": b"y = 2\n",
    }


def test_objects_are_borrowed_as_often_over_as_git_follows(tmp_path):
    root = repository(tmp_path / "0", {"a.py": "x = 1\n"})
    for number in range(6):
        git(tmp_path, "clone", "-q", "--bare", "--shared", str(number), str(number + 1))
    last = tmp_path / "6"
    store = new_store(tmp_path / "store", "sha1", [resolve(last, "HEAD").objects])
    with closing(Reading()) as reading:
        data = reading.read(said(root, "rev-parse", "HEAD:a.py"), str(store), 100)

    assert read(last) == {b"a.py": (None, b"x = 1\n")}
    assert checked(last) == {"a.py": data}


def test_a_commit_is_read_from_a_linked_work_tree(tmp_path):
    root = linked(repository(tmp_path / "r", {"a.py": "x = 1\n"}))
    write(root, {"untracked.py": ""})

    assert read(root) == {b"a.py": (None, b"x = 1\n")}
    assert checked(root) == {"a.py": b"x = 1\n"}


def test_a_repository_of_sha_256_is_read(tmp_path):
    root = write(tmp_path / "r", {"a.py": "x = 1\n"})
    git(root, "init", "-q", "--object-format=sha256")
    repository(root, {})

    assert len(resolve(root, "HEAD").commit_id) == 64
    assert read(root) == {b"a.py": (None, b"x = 1\n")}
    assert checked(root) == {"a.py": b"x = 1\n"}


def test_a_folder_of_a_repository_is_that_folder_of_the_commit(tmp_path):
    root = repository(tmp_path / "r", {"above.py": "", "sub/deep/a.py": "", "sub/b.py": ""})
    (root / "new").mkdir()
    (root / "new/c.py").touch()

    assert list(read(root / "sub")) == [b"b.py", b"deep/a.py"]
    assert set(checked(root / "sub")) == {"b.py", "deep/a.py"}
    assert why_no_commit(root / "new", "HEAD") == f"root {root / 'new'} is no folder of HEAD"


def test_links_submodules_programs_and_large_files_are_told_by_their_modes(tmp_path):
    root = repository(tmp_path / "r", {"run.sh": "#!/bin/sh\n", "large.py": "x" * 11})
    (root / "run.sh").chmod(0o755)
    (root / "link").symlink_to("run.sh")
    repository(root / "module", {"inside.py": ""})
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "-A")
    git(root, "commit", "-q", "-m", "more")

    assert read(root, max_file_bytes=10) == {
        b"large.py": (SkipReason.TOO_LARGE, None),
        b"link": (SkipReason.SYMLINK, None),
        b"module": (SkipReason.NESTED_REPOSITORY, None),
        b"run.sh": (None, b"#!/bin/sh\n"),
    }


def test_a_pointer_of_lfs_is_the_content_and_no_attribute_changes_bytes(tmp_path):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    attributes = "* text eol=crlf ident export-ignore\n*.bin filter=lfs\n"
    files = {".gitattributes": attributes, "a.bin": pointer, "b.py": "# $Id$\n"}
    root = repository(tmp_path / "r", files)

    assert read(root) == {name.encode(): (None, text.encode()) for name, text in files.items()}
    assert checked(root) == {name: text.encode() for name, text in files.items()}


def test_what_the_plan_excludes_is_left_out_unread(tmp_path):
    root = repository(tmp_path / "r", {"a.py": "", "out/b.py": "", "in/c.log": "", "in/d.py": ""})

    assert read(root, exclude=["out/", "*.log"]) == {
        b"a.py": (None, b""),
        b"in/c.log": (SkipReason.EXCLUDED, None),
        b"in/d.py": (None, b""),
        b"out": (SkipReason.EXCLUDED, None),
    }


def said(root, *words, fed=b""):
    done = subprocess.run(
        ["git", "-C", str(root), *words], check=True, capture_output=True, input=fed
    )
    return done.stdout.strip().decode()


def test_a_path_that_no_folder_can_have_is_left_out(tmp_path):
    root = repository(tmp_path / "r", {"a.py": ""})
    blob = said(root, "hash-object", "-w", "--stdin", fed=b"evil\n")
    inner = said(root, "mktree", fed=f"100644 blob {blob}\tconfig\n".encode())
    tree = said(root, "mktree", fed=f"040000 tree {inner}\t.git\n".encode())
    up = said(root, "mktree", fed=f"040000 tree {tree}\t..\n".encode())
    commit = said(
        root, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", up, "-m", "evil"
    )

    assert read(root, commit) == {b"../.git/config": (SkipReason.NO_PATH, None)}


def place_of(root, of):
    """Return where the object of the commit lies (empty), or that of a path in it (:path)."""
    object_id = said(root, "rev-parse", f"HEAD{of}")
    return root / ".git/objects" / object_id[:2] / object_id[2:]


def test_an_object_that_is_missing_or_damaged_fails_alone(tmp_path):
    root = repository(tmp_path / "r", {f"{name}.py": f"{name} = 1\n" for name in "abcd"})
    place_of(root, ":b.py").unlink()
    spoiled = place_of(root, ":c.py")
    spoiled.chmod(0o644)
    spoiled.write_bytes(b"spoiled")
    commit = resolve(root, "HEAD")
    store = new_store(tmp_path / "store", commit.object_format)
    came = {}
    with closing(Blobs(asking(store, commit.objects))) as blobs:
        for file in list_commit(root, commit, store, NO_LIMIT):
            try:
                came[file.path] = blobs.read(file.blob)
            except OSError as error:
                came[file.path] = error.strerror

    assert came == {
        b"a.py": b"a = 1\n",
        b"b.py": "its object is missing or damaged in the repository",
        b"c.py": "its object is missing or damaged in the repository",
        b"d.py": b"d = 1\n",
    }


@pytest.fixture
def hurry(monkeypatch):
    """Half a second for git, in the place of ten minutes."""
    for module in ("tasks.roots.git", "tasks.roots.objects", "verification.commits"):
        monkeypatch.setattr(f"{module}._TIMEOUT_S", 0.5)


def put_pipe(root, of):
    place = place_of(root, of)
    place.unlink()
    os.mkfifo(place)


def each(read, paths):
    """Return what is read of paths, or why it is not."""
    came = {}
    for path in paths:
        try:
            came[path] = read(path)
        except OSError as error:
            came[path] = error.strerror
    return came


def verified(root, commit):
    """Return what verification reads of a commit by path, or why it reads nothing."""
    seen = root_of(str(root), (), commit.commit_id)
    try:
        if why := seen.why_gone():
            return why
        return each(lambda path: seen.place(path).read_bytes(), sorted(seen.listed(())))
    finally:
        forget_processes()


WAITED = "git waited for what it should read, and was ended"


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize(
    ("of", "seen"),
    [
        ("", f"{{root}} at {{commit}}: {WAITED}"),
        (":in", f"{{root}} at {{commit}}: {WAITED}"),
        (":in/a.py", {"in/a.py": WAITED, "z.py": b"z = 1\n"}),
    ],
    ids=["commit", "tree", "blob"],
)
def test_a_pipe_in_the_place_of_an_object_is_not_waited_for_without_end(tmp_path, of, seen):
    root = repository(tmp_path / "r", {"in/a.py": "a = 1\n", "z.py": "z = 1\n"})
    commit = resolve(root, "HEAD")
    put_pipe(root, of)
    if isinstance(seen, str):
        seen = seen.format(root=root, commit=commit.commit_id)
    with pytest.raises(
        RootBroken, match=rf"git cannot list {root}: .* longer than 0\.5 s"
    ) as broken:
        read(root)

    assert broken.value.problem is RootProblem.UNLISTABLE
    assert verified(root, commit) == seen


@pytest.mark.usefixtures("hurry")
def test_a_pipe_that_takes_the_place_of_an_object_after_listing_fails_alone(tmp_path):
    root = repository(tmp_path / "r", {f"{name}.py": f"{name} = 1\n" for name in "abc"})
    commit = resolve(root, "HEAD")
    store = new_store(tmp_path / "store", commit.object_format)
    blobs_of = {file.path: file.blob for file in list_commit(root, commit, store, NO_LIMIT)}
    put_pipe(root, ":b.py")
    with closing(Blobs(asking(store, commit.objects))) as blobs:
        came = each(lambda path: blobs.read(blobs_of[path]), blobs_of)

    assert came == {
        b"a.py": b"a = 1\n",
        b"b.py": "git waited for its object, and was ended",
        b"c.py": b"c = 1\n",
    }


def test_a_partial_clone_fetches_nothing(tmp_path, trap):
    program, trace = trap
    origin = repository(tmp_path / "o", {"a.py": "x = 1\n"})
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{origin}", "p.git")
    git(tmp_path / "p.git", "config", "remote.origin.uploadpack", str(program))
    with pytest.raises(OSError, match="its object is missing or damaged in the repository"):
        read(tmp_path / "p.git")

    assert not trace.exists()


def test_a_clone_without_trees_is_said_to_miss_them(tmp_path):
    origin = repository(tmp_path / "o", {"a.py": "x = 1\n"})
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=tree:0", f"file://{origin}", "p.git")

    assert why_no_commit(tmp_path / "p.git", "HEAD") == (
        f"git cannot list {tmp_path / 'p.git'}: a tree of HEAD is missing in the repository, and "
        "nothing is fetched"
    )


def test_a_folder_whose_tree_is_missing_is_said_to_miss_it(tmp_path):
    root = repository(tmp_path / "r", {"in/deep/a.py": "", "b.py": ""})
    place_of(root, ":in").unlink()
    with pytest.raises(RootBroken) as broken:
        resolve(root / "in/deep", "HEAD")

    assert broken.value.problem is RootProblem.UNLISTABLE


def test_nothing_that_a_repository_says_is_run_and_no_object_is_replaced(tmp_path, trap):
    program, trace = trap
    root = repository(tmp_path / "r", {"a.py": "x = 1\n", ".gitattributes": "* filter=bad\n"})
    for command in COMMANDS:
        git(root, "config", command, str(program))
    other = said(root, "hash-object", "-w", "--stdin", fed=b"replaced\n")
    git(root, "replace", said(root, "rev-parse", "HEAD:a.py"), other)

    assert read(root)[b"a.py"] == (None, b"x = 1\n")
    assert checked(root)["a.py"] == b"x = 1\n"
    assert not trace.exists()


def test_one_process_reads_the_objects_of_many_repositories(tmp_path):
    roots = [repository(tmp_path / f"{name}\n\"'", {"a.py": f"{name}\n"}) for name in "ab"]
    commits = [resolve(root, "HEAD") for root in roots]
    store = new_store(tmp_path / "store", "sha1", [commit.objects for commit in commits])
    listed = map(list_commit, roots, commits, [store] * 2, [NO_LIMIT] * 2)
    blobs = [next(files).blob for files in listed]
    with closing(Reading()) as reading:
        found = [reading.read(blob, str(store), 100) for blob in blobs]

    assert found == [b"a\n", b"b\n"]


@pytest.mark.parametrize(
    ("make", "rev", "problem"),
    [
        (repository, "none", RootProblem.NO_REVISION),
        (repository, "HEAD:a.py", RootProblem.NO_REVISION),
        (repository, "--all", RootProblem.NO_REVISION),
        (write, "HEAD", RootProblem.UNLISTABLE),
    ],
)
def test_what_is_no_revision_is_a_problem_of_the_root(tmp_path, make, rev, problem):
    root = make(tmp_path / "r", {"a.py": ""})
    with pytest.raises(RootBroken) as broken:
        resolve(root, rev)

    assert broken.value.problem is problem


def test_a_commit_without_its_tree_is_a_problem_of_the_root(tmp_path):
    root = repository(tmp_path / "r", {"in/a.py": "", "b.py": ""})
    place_of(root, ":in").unlink()
    with pytest.raises(RootBroken) as broken:
        read(root)

    assert broken.value.problem is RootProblem.UNLISTABLE


def test_a_repository_that_is_gone_is_a_problem_of_the_root(tmp_path):
    root = repository(tmp_path / "r", {"a.py": ""})
    shutil.rmtree(root)

    assert why_no_commit(root, "HEAD") == f"root {root} does not exist"
