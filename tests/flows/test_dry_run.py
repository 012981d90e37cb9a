"""What a dry run tells is what would happen, and no byte changes."""

import os
import re

import pytest

from tasks.store.lock import only_one
from tests.legacy import v4

TEXT = b"once upon a time " * 100


@pytest.fixture
def home(tmp_path, monkeypatch, command):
    """A folder with a legacy index that was brought back from its own backup."""
    monkeypatch.chdir(tmp_path)
    v4(tmp_path / "index.db")
    command("backup", "--to", "first.zst", "--db", "index.db")
    command("restore", "first.zst", "--db", "index.db")
    return tmp_path


def files(folder):
    """Return every file with its bytes; a link with where it leads."""
    return {
        path: path.readlink() if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() or path.is_symlink()
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["roll-back"], r"index\.db\.backups/index\.db\.\S+\.zst\n$"),
        (["restore", "first.zst"], r"/first\.zst\n$"),
        (["backup"], r"index\.db\.backups/index\.db\.\S+\.zst\n$"),
        (["backup", "--to", "second.zst"], r"/second\.zst\n$"),
        (["migrate", "up"], r"^would be applied: v5 Bind symbols and refs to content\n$"),
        (["migrate", "down", "--to", "3"], r"^would be reverted: v4 Versions of contents.*\n$"),
    ],
    ids=str,
)
def test_a_dry_run_says_what_would_change_and_changes_nothing(home, command, words, told):
    before = files(home)
    code, out, err = command(*words, "--db", "index.db", "--dry-run")

    assert (code, files(home)) == (0, before)
    assert re.search(told, out)
    assert re.search(r"nothing was", err)


def test_what_a_dry_run_of_a_roll_back_names_is_what_a_roll_back_takes(home, command):
    _, foretold, said = command("roll-back", "--db", "index.db", "--dry-run")
    code, _, done = command("roll-back", "--db", "index.db")
    digests = re.findall(r"sha256 (\w{64})", said + done)

    assert (code, len(digests), len(set(digests))) == (0, 2, 1)
    assert (home / foretold.strip()).is_file()


def nothing(index):
    """There is no index."""


def folder(index):
    index.mkdir()


def text(index):
    index.write_bytes(TEXT)


def cut(index):
    v4(index)
    os.truncate(index, 5000)


def overwritten(index):
    v4(index)
    with index.open("r+b") as file:
        file.seek(100)
        file.write(TEXT * 100)


@pytest.mark.parametrize("made", [nothing, folder, text, cut, overwritten])
def test_what_a_backup_refuses_its_dry_run_refuses_too(command, tmp_path, made):
    made(tmp_path / "index.db")
    before = files(tmp_path)
    foretold = command("backup", "--db", tmp_path / "index.db", "--dry-run")
    is_as_before = files(tmp_path) == before
    refused = command("backup", "--db", tmp_path / "index.db")

    assert foretold == refused
    assert (foretold[0] in {3, 8}, foretold[1], is_as_before) == (True, "", True)


def test_beside_a_run_the_dry_run_of_a_backup_is_refused_as_the_backup_is(command, home):
    with only_one(home / "index.db"):
        foretold, refused = (
            command("backup", "--db", "index.db", *flags) for flags in (["--dry-run"], [])
        )

    assert foretold == refused
    assert foretold[0] == 3


def test_a_folder_of_backups_that_is_a_file_fails_the_dry_run_too(command, home):
    target = home / "first.zst" / "b.zst"
    foretold, refused = (
        command("backup", "--db", "index.db", "--to", target, *flags)
        for flags in (["--dry-run"], [])
    )

    assert foretold == refused
    assert "first.zst/b.zst cannot be written: Not a directory\n" in foretold[2]


@pytest.mark.parametrize("words", [["restore", "first.zst"], ["roll-back"]], ids=str)
def test_a_damaged_backup_fails_the_dry_run_too(home, command, words):
    for backup in [home / "first.zst", *(home / "index.db.backups").iterdir()]:
        raw = bytearray(backup.read_bytes())
        raw[len(raw) // 2] ^= 1
        backup.chmod(0o600)
        backup.write_bytes(raw)
    code, _, err = command(*words, "--db", "index.db", "--dry-run")

    assert (code, "is damaged" in err) == (3, True)


@pytest.mark.usefixtures("home")
def test_a_dry_run_refuses_what_the_run_would_refuse(command):
    past, there = (
        command("migrate", "up", "--to", "3", "--db", "index.db", "--dry-run"),
        command("backup", "--to", "first.zst", "--db", "index.db", "--dry-run"),
    )

    assert (past[0], "at v4, past v3" in past[2]) == (3, True)
    assert (there[0], "first.zst exists" in there[2]) == (3, True)


def test_a_dry_run_of_migrations_makes_no_database(tmp_path, command):
    code, out, _ = command("migrate", "up", "--db", tmp_path / "new.db", "--dry-run")

    assert (code, len(out.splitlines()), list(tmp_path.iterdir())) == (0, 5, [])


def test_a_dry_run_of_the_quarantine_names_what_is_damaged_and_leaves_it(tmp_path, command):
    path = v4(tmp_path / "index.db")
    raw = bytearray(path.read_bytes())
    raw[4096:12288] = b"\xff" * 8192
    path.write_bytes(raw)
    before = files(tmp_path)
    code, _, err = command("doctor", "--quarantine", "--dry-run", "--db", path)

    assert (code, files(tmp_path)) == (8, before)
    assert f"{path} would be set aside: " in err
