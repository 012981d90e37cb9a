"""The way home: what went in comes out, byte for byte, or the backup is refused with the place."""

import hashlib
import random
import stat
import subprocess
from dataclasses import replace

import apsw
import pyrage
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from migrations import runner
from tasks.errors import PlanInvalid, PreconditionFailed
from tasks.store import audit, backup_files, backups, quarantine
from tasks.store.encryption import recipient
from tasks.store.packing import FORMAT, FRAME_BYTES, Description, pack
from tests.legacy import found, v4

ID = "20260102T030405.000006Z-a1"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("backups")


@pytest.fixture(scope="module")
def legacy(folder):
    return v4(folder / "index.db")


@pytest.fixture(scope="module")
def made(legacy, folder):
    return backups.make(legacy, backup_files.target_of(legacy, ID, folder / "out", ()))


@pytest.fixture(scope="module")
def raw(made):
    return made.path.read_bytes()


@pytest.fixture(scope="module")
def key():
    return pyrage.x25519.Identity.generate()


@pytest.fixture(scope="module")
def sealed(legacy, key, folder):
    return backups.make(legacy, folder / "sealed", [str(key.to_public())]).path.read_bytes()


def write_key(path, key):
    path.write_text(f"# created: today\n{key}\n")
    return path


def pack_as(database, description, target):
    """Pack a database as what a description says, whether it is that or not."""
    data = database.read_bytes()
    pieces = (data[at : at + FRAME_BYTES] for at in range(0, len(data), FRAME_BYTES))
    pack(pieces, lambda _size_bytes, _sha256: description, target)


def bring_back(tmp_path, data):
    """Bring back a backup of some bytes, and leave nothing behind but the result."""
    backup, target = tmp_path / "backup.zst", tmp_path / "back.db"
    backup.write_bytes(data)
    backups.bring_back(backup, target)
    return target


def test_a_backup_comes_back_byte_for_byte(legacy, made, tmp_path):
    description = backups.bring_back(made.path, tmp_path / "back.db")

    assert (tmp_path / "back.db").read_bytes() == legacy.read_bytes()
    assert description == made.description
    assert description.sha256 == sha256(legacy)
    assert made.file_sha256 == sha256(made.path)


def test_a_backup_says_what_it_holds(legacy, made):
    assert replace(made.description, made_at="", tool_version="", sha256="") == Description(
        format=FORMAT,
        made_at="",
        tool_version="",
        database=str(legacy),
        generation=None,
        schema_version=4,
        size_bytes=legacy.stat().st_size,
        sha256="",
    )


def test_a_backup_is_named_after_its_switch_and_private_as_is_its_folder(made):
    assert made.path.name == f"index.db.{ID}.zst"
    assert (mode(made.path), mode(made.path.parent)) == (0o600, 0o700)
    assert list(made.path.parent.iterdir()) == [made.path]


def test_what_comes_back_is_private(made, tmp_path):
    backups.bring_back(made.path, tmp_path / "back.db")

    assert mode(tmp_path / "back.db") == 0o600


def test_every_frame_states_its_size_and_has_a_checksum(raw):
    header = zstandard.get_frame_parameters(raw)

    assert header.content_size > 0
    assert header.has_checksum


def test_any_reader_of_zstd_unpacks_a_backup_and_skips_its_description(legacy, raw):
    with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as reader:
        assert reader.read() == legacy.read_bytes()


def test_a_database_of_many_frames_comes_back(tmp_path):
    big = tmp_path / "big.db"
    connection = apsw.Connection(str(big))
    connection.execute("CREATE TABLE t (x)")
    connection.execute("INSERT INTO t VALUES (?)", (random.Random(1).randbytes(9 << 20),))
    connection.close()
    made = backups.make(big, tmp_path / "big.zst")
    backups.bring_back(made.path, tmp_path / "back.db")

    assert sha256(tmp_path / "back.db") == sha256(big)


@pytest.mark.parametrize(
    "size", [FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 8 * FRAME_BYTES, 17 * FRAME_BYTES + 1]
)
def test_bytes_around_the_size_of_a_frame_come_back(made, tmp_path, size):
    (tmp_path / "plain").write_bytes(random.Random(size).randbytes(size))
    sha = sha256(tmp_path / "plain")
    stated = replace(made.description, sha256=sha, size_bytes=size)
    pack_as(tmp_path / "plain", stated, tmp_path / "backup.zst")
    backups.bring_back(tmp_path / "backup.zst", tmp_path / "back")

    assert sha256(tmp_path / "back") == sha


def test_an_empty_database_comes_back(tmp_path):
    empty = tmp_path / "empty.db"
    empty.touch()
    made = backups.make(empty, tmp_path / "empty.zst")
    backups.bring_back(made.path, tmp_path / "back.db")

    assert (tmp_path / "back.db").read_bytes() == b""


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_found_and_its_place_is_said(raw, tmp_path_factory, data):
    at = data.draw(st.integers(0, len(raw) - 1))
    damaged = bytearray(raw)
    damaged[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(PreconditionFailed, match=r"is damaged: .*(byte|frame|description)"):
        bring_back(tmp_path_factory.mktemp("damaged"), bytes(damaged))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_backup_that_was_cut_anywhere_is_found(raw, tmp_path_factory, data):
    length = data.draw(st.integers(0, len(raw) - 1))

    with pytest.raises(PreconditionFailed, match="is damaged"):
        bring_back(tmp_path_factory.mktemp("cut"), raw[:length])


def test_a_cut_inside_of_a_frame_is_said_with_the_frame_and_the_byte(raw, tmp_path):
    with pytest.raises(PreconditionFailed, match="it ends at byte 100, inside of frame 1"):
        bring_back(tmp_path, raw[:100])


def test_bytes_after_the_end_are_found(raw, tmp_path):
    with pytest.raises(PreconditionFailed, match="bytes of description at byte"):
        bring_back(tmp_path, raw + b"x")


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    with pytest.raises(PreconditionFailed, match="neither a frame nor its description at byte 0"):
        bring_back(tmp_path, b"no backup at all" * 100)


def test_a_database_that_is_not_packed_is_told_from_a_damaged_backup(tmp_path):
    with pytest.raises(PreconditionFailed, match="is no backup: it is a database itself"):
        bring_back(tmp_path, b"SQLite format 3\0" * 100)


def test_what_the_quarantine_holds_is_no_backup_and_its_way_back_is_told(tmp_path):
    service = tmp_path / "index.db"
    service.write_bytes(b"SQLite format 3\0")
    kept = quarantine.set_aside(service, "now", "?")
    with pytest.raises(PreconditionFailed, match="was set aside as damaged") as refused:
        backups.bring_back(kept, tmp_path / "back.db")

    assert f"`mv -n {kept} {service}`" in refused.value.next_step


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(PreconditionFailed, match="No such file"):
        backups.bring_back(tmp_path / "gone", tmp_path / "back.db")


def test_frames_of_another_database_are_found(legacy, made, tmp_path):
    pack_as(legacy, replace(made.description, sha256="0" * 64), tmp_path / "backup.zst")

    with pytest.raises(PreconditionFailed, match="do not hold the database that it describes"):
        backups.bring_back(tmp_path / "backup.zst", tmp_path / "back.db")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema_version": runner.LATEST + 1}, "newer than this flagday"),
        ({"format": FORMAT + 1}, "newer than this flagday"),
    ],
)
def test_a_backup_of_a_newer_tool_is_refused(legacy, made, tmp_path, change, said):
    pack_as(legacy, replace(made.description, **change), tmp_path / "backup.zst")

    with pytest.raises(PreconditionFailed, match=said):
        backups.bring_back(tmp_path / "backup.zst", tmp_path / "back.db")


def test_a_foreign_record_of_migrations_is_no_version_of_ours(tmp_path):
    connection = apsw.Connection(str(tmp_path / "foreign.db"))
    connection.execute("CREATE TABLE schema_migrations (version TEXT)")
    connection.close()
    made = backups.make(tmp_path / "foreign.db", tmp_path / "foreign.zst")

    assert made.description.schema_version == 0


@pytest.mark.parametrize(("name", "version"), [("v1", 1), ("v4", 4), ("foreign", 0)])
def test_the_schema_of_an_index_without_a_record_is_known_by_its_tables(tmp_path, name, version):
    made = backups.make(found(name, tmp_path / "index.db"), tmp_path / "index.zst")

    assert made.description.schema_version == version


def test_a_folder_that_cannot_be_made_is_refused(legacy, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(PreconditionFailed, match="cannot be written"):
        backups.make(legacy, tmp_path / "file" / "backup.zst")


def test_a_recipient_opens_an_encrypted_backup(legacy, key, tmp_path):
    target = backup_files.target_of(legacy, ID, tmp_path, ["age1"])
    made = backups.make(legacy, target, [str(key.to_public())])
    backups.bring_back(target, tmp_path / "back.db", write_key(tmp_path / "key", key))

    assert target.name == f"index.db.{ID}.zst.age"
    assert b"SQLite" not in target.read_bytes()
    assert (mode(target), made.file_sha256) == (0o600, sha256(target))
    assert sha256(tmp_path / "back.db") == sha256(legacy)


def test_an_ssh_key_opens_an_encrypted_backup(legacy, tmp_path):
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")]
    try:
        subprocess.run(words, check=True)
    except FileNotFoundError:
        pytest.skip("there is no ssh-keygen program")
    public = (tmp_path / "key.pub").read_text().strip()
    made = backups.make(legacy, tmp_path / "backup", [public])
    backups.bring_back(made.path, tmp_path / "back.db", tmp_path / "key")

    assert sha256(tmp_path / "back.db") == sha256(legacy)


def test_another_key_does_not_open_an_encrypted_backup(legacy, key, tmp_path):
    made = backups.make(legacy, tmp_path / "backup", [str(key.to_public())])
    other = write_key(tmp_path / "key", pyrage.x25519.Identity.generate())

    with pytest.raises(PreconditionFailed, match=r"does not open with .*No matching keys"):
        backups.bring_back(made.path, tmp_path / "back.db", other)


def test_an_encrypted_backup_asks_for_a_key(legacy, key, tmp_path):
    made = backups.make(legacy, tmp_path / "backup", [str(key.to_public())])

    with pytest.raises(PreconditionFailed, match="is encrypted") as refused:
        backups.bring_back(made.path, tmp_path / "back.db")
    assert "--identity" in refused.value.next_step


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_in_an_encrypted_backup_is_found(sealed, key, tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    damaged = bytearray(sealed)
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (folder / "backup").write_bytes(damaged)

    with pytest.raises(PreconditionFailed, match=r"does not open|is damaged"):
        backups.bring_back(folder / "backup", folder / "back.db", write_key(folder / "key", key))


@pytest.mark.parametrize("text", ["", "age1nonsense", "ssh-ed25519 AAAA", "someone"])
def test_what_is_no_recipient_is_refused(text):
    with pytest.raises(PlanInvalid, match="is no recipient"):
        recipient(text)


@pytest.mark.parametrize("content", [b"", b"AGE-SECRET-KEY-1NO", b"-----BEGIN NONSENSE", b"\xff"])
def test_a_key_file_without_a_key_is_refused(legacy, key, tmp_path, content):
    made = backups.make(legacy, tmp_path / "backup", [str(key.to_public())])
    (tmp_path / "key").write_bytes(content)

    with pytest.raises(PreconditionFailed, match="holds no identity"):
        backups.bring_back(made.path, tmp_path / "back.db", tmp_path / "key")


def test_pruning_keeps_the_newest_of_this_index(tmp_path):
    service = tmp_path / "elsewhere" / "index.db"
    names = [f"index.db.2026010{day}T000000.000000Z-1.zst" for day in range(1, 5)]
    others = ["other.db.20260101T000000.000000Z-1.zst", "index.db.by-hand.zst"]
    for name in [*names[:3], f"{names[3]}.age", *others]:
        (tmp_path / name).touch()
    service.parent.mkdir()
    expired = backup_files.expired(service, tmp_path, keep=2)
    backup_files.delete(service, expired)
    names_left = [path.name for path in tmp_path.iterdir() if path.is_file()]

    assert [item.path.name for item in expired] == names[:2]
    assert sorted(names_left) == sorted([names[2], f"{names[3]}.age", *others])


def test_the_last_backup_of_each_older_schema_outlives_the_count_and_what_goes_is_on_record(
    legacy, made, tmp_path
):
    service, folder = tmp_path / "index.db", tmp_path / "kept"
    folder.mkdir()
    for day, version in enumerate([4, 4, 0, 5, 5, 5], 1):
        name = f"index.db.2026010{day}T000000.000000Z-1.zst"
        pack_as(legacy, replace(made.description, schema_version=version), folder / name)
    expired = backup_files.expired(service, folder, keep=1)
    backup_files.delete(service, expired)
    told = [(line.action, line.result, line.detail["holds"]) for line in audit.lines(service)]

    assert [path.name[15:17] for path in backup_files.found(service, folder)] == ["02", "03", "06"]
    assert [str(item) for item in expired] == [
        "index.db.20260101T000000.000000Z-1.zst (v4)",
        "index.db.20260104T000000.000000Z-1.zst (v5)",
        "index.db.20260105T000000.000000Z-1.zst (v5)",
    ]
    assert told == [("delete backup", "done", holds) for holds in ("v4", "v5", "v5")]


def test_what_an_encrypted_backup_holds_is_known_by_the_audit_log(tmp_path):
    service, sealed = tmp_path / "index.db", tmp_path / "sealed"
    sealed.write_bytes(b"age-encryption.org/v1")
    unknown = backup_files.schema_of(service, sealed)
    detail = {"file": str(sealed), "schema": 4}
    audit.append(service, audit.Act("back up", detail=detail), audit.Result.DONE)

    assert (unknown, backup_files.schema_of(service, sealed)) == (None, 4)
