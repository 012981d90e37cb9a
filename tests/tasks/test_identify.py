"""What is told of a file is told of the bytes that were read, however it changes meanwhile."""

import os
import shutil
import signal
import threading
import time

import pytest

from tasks.content.identity import content_hash
from tasks.plan import Plan, Root
from tasks.read_root import read_root
from tasks.roots import listing
from tests.tasks.roots.conftest import repository, write


def test_a_file_that_grew_since_it_was_listed_has_the_size_and_hash_of_one_reading(
    tmp_path, monkeypatch
):
    grown, root = b"def f():\n    pass\n" * 3, tmp_path / "root"
    root.mkdir()
    (root / "a.py").write_bytes(b"def f(): pass\n")
    listed = list(listing.list_files(root, frozenset(), 1 << 20, ()))
    monkeypatch.setattr("tasks.read_root.list_files", lambda *_: listed)
    (root / "a.py").write_bytes(grown)
    plan = Plan(roots=(Root(path=root, name="root"),))
    (file,) = read_root(plan, 1, frozenset(), tmp_path, lambda *_: None).files

    assert (file.size_bytes, file.content_hash) == (len(grown), content_hash(grown))


WAITING_GIT = """#!/bin/sh
case "$*" in
    *"cat-file --batch") touch "{asked}"; exec sleep 600 ;;
    *) exec "{git}" "$@" ;;
esac
"""


def test_who_asks_to_end_does_not_wait_for_git(tmp_path, monkeypatch):
    root = repository(tmp_path / "root", {"a.py": "a = 1\n"})
    asked, fake = tmp_path / "asked", tmp_path / "bin/git"
    write(tmp_path / "bin", {"git": WAITING_GIT.format(asked=asked, git=shutil.which("git"))})
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")

    def interrupt():
        while not asked.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    plan = Plan(roots=(Root(path=root, name="root", rev="HEAD"),))
    threading.Thread(target=interrupt, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        read_root(plan, 1, frozenset(), tmp_path, lambda *_: None)
    signal.signal(signal.SIGINT, handler)

    assert time.monotonic() - began < 60
