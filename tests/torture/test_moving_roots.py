"""A root that changes while it is read: told in words, and no hash that its bytes do not have."""

import hashlib
import shutil
from contextlib import closing

import apsw
import pytest

from tests.torture import IS_LONG
from tests.torture.conftest import PLAN

FAILED = {4, 5}  # a step, the verdict
HASHES = "SELECT path, content_hash FROM files WHERE path GLOB 'moving_*'"


@pytest.fixture
def moving(victim):
    """Files that will change, of which none is taken over from the index in service."""
    src, plan = victim.folder / "src", victim.folder / "flagday.toml"
    plan.write_text(f"reuse = false\n{PLAN}")
    for how in ("grow", "gone", "less"):
        (src / f"moving_{how}.py").write_text(f"def {how}():\n    pass\n")
    yield victim, src
    for path in src.glob("moving_*"):
        path.unlink()
    plan.write_text(PLAN)


def test_files_that_change_under_a_run_are_told_and_nothing_of_them_is_in_service(moving):
    victim, src = moving
    before, run = victim.digest(), victim.paused(8)
    with (src / "moving_grow.py").open("a") as file:
        file.write("def grown():\n    pass\n")
    (src / "moving_less.py").write_text("def")
    (src / "moving_gone.py").unlink()
    (src / "moving_new.py").write_text("def came():\n    pass\n")
    code, after, said = run.go_on(), victim.digest(), victim.said()
    again = victim.start().wait()

    assert (code, after) == (5, before), said
    assert "V-013 Every content hash and size is that of the file on disk (3, the first: " in said
    assert "V-022 The files found are those on disk" in said
    assert again == 0, victim.said()
    assert hashes(victim) == {
        path.name: hashlib.sha256(path.read_bytes()).digest() for path in src.glob("moving_*")
    }


def hashes(victim):
    with closing(apsw.Connection(str(victim.db), flags=apsw.SQLITE_OPEN_READONLY)) as index:
        return dict(index.execute(HASHES).fetchall())


@pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture")
@pytest.mark.parametrize(
    ("step", "said"),
    [
        (7, "does not exist"),
        (8, "every root has vanished since it was read"),
        (10, "every root has vanished since it was read"),
    ],
)
def test_a_root_that_vanishes_under_a_run_changes_nothing(moving, step, said):
    victim, src = moving
    before, away = victim.digest(), src.with_name("away")
    run = victim.paused(step)
    src.rename(away)
    code, after, told = run.go_on(), victim.digest(), victim.said()
    away.rename(src)
    again = victim.start().wait()

    assert (code in FAILED, after) == (True, before), told
    assert said in told
    assert "Traceback" not in told
    assert again == 0, victim.said()


@pytest.mark.skipif(not IS_LONG, reason="long: a part of make torture")
def test_a_root_that_is_swapped_for_a_link_is_not_followed(moving):
    victim, src = moving
    other = victim.folder / "other"
    shutil.copytree(src, other)
    (other / "s1.py").write_text("def secret():\n    pass\n")
    run = victim.paused(8)
    src.rename(src.with_name("away"))
    src.symlink_to(other)
    run.go_on()
    src.unlink()
    src.with_name("away").rename(src)
    shutil.rmtree(other)

    assert victim.answers("secret")[1] == 0
    assert victim.start().wait() == 0, victim.said()
