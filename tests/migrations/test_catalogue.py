"""The files of the lineage are what the manifest says, or nothing runs."""

import hashlib
import re
import shutil

import pytest

from migrations.catalogue import (
    MigrationError,
    broken_files,
    migrations,
)
from migrations.manifest import FOLDER, MANIFEST, newest
from migrations.runner import LATEST


@pytest.fixture
def folder(tmp_path):
    """A copy of the lineage that a test may break."""
    return shutil.copytree(FOLDER, tmp_path / "migrations")


def test_the_lineage_comes_in_order_of_version_and_ends_with_the_latest():
    versions = [migration.version for migration in migrations()]

    assert versions == list(range(1, LATEST + 1))


def test_the_newest_version_is_known_without_reading_the_lineage():
    last = migrations()[-1]

    assert newest() == (last.version, last.checksum)


def test_every_migration_has_a_header_and_a_way_back():
    for migration in migrations():
        for script in (migration.up, migration.down):
            keys = re.findall(rb"(?m)^-- (title|from|to|reason|restores):", script)

            assert keys == [b"title", b"from", b"to", b"reason", b"restores"]


def test_every_header_says_from_which_version_it_leads_to_which():
    stated = []
    for migration in migrations():
        for script in (migration.up, migration.down):
            stated += re.findall(rb"(?m)^-- (?:from|to): +(\w+)", script)

    assert stated == [
        *(b"nothing", b"v1", b"v1", b"nothing"),
        *(b"v1", b"v2", b"v2", b"v1"),
        *(b"v2", b"v3", b"v3", b"v2"),
        *(b"v3", b"v4", b"v4", b"v3"),
        *(b"v4", b"v5", b"v5", b"v4"),
    ]


def test_a_migration_has_its_title_and_the_checksum_of_its_up_file():
    newest = migrations()[-1]

    assert newest.title == "Bind symbols and refs to content"
    assert newest.checksum == hashlib.sha256(newest.up).hexdigest()


def test_the_manifest_is_what_sha256sum_writes():
    expected = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(FOLDER.glob("*.sql"))
    )

    assert (FOLDER / MANIFEST).read_text() == expected


def test_no_file_has_windows_newlines():
    assert [path.name for path in FOLDER.glob("*.sql") if b"\r" in path.read_bytes()] == []


def test_nothing_is_broken_in_a_copy(folder):
    assert broken_files(folder) == []
    assert migrations(folder) == migrations()


def edit(path):
    path.write_text(path.read_text() + "\n")


@pytest.mark.parametrize("damage", [edit, lambda path: path.unlink()], ids=["edited", "missing"])
@pytest.mark.parametrize("name", ["v5_content_identity.up.sql", "v4_file_bound.down.sql"])
def test_a_file_that_is_not_what_the_manifest_says_is_named_and_nothing_runs(folder, name, damage):
    damage(folder / name)

    assert broken_files(folder) == [name]
    with pytest.raises(MigrationError, match=f"differ from MANIFEST.sha256: {name}"):
        migrations(folder)


def test_a_file_that_the_manifest_does_not_list_is_named(folder):
    (folder / "v6_more.up.sql").write_text("SELECT 1;")

    assert broken_files(folder) == ["v6_more.up.sql"]


def test_without_a_manifest_nothing_is_what_it_says(folder):
    (folder / MANIFEST).unlink()

    assert broken_files(folder) == sorted(path.name for path in FOLDER.glob("*.sql"))


def list_all(folder):
    """Write the manifest anew, as one would who tampers with care."""
    (folder / MANIFEST).write_text(
        "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
            for path in folder.glob("*.sql")
        )
    )


def test_a_file_of_another_name_is_refused(folder):
    (folder / "more.up.sql").write_text("SELECT 1;")
    (folder / "more.down.sql").write_text("SELECT 1;")
    list_all(folder)

    with pytest.raises(MigrationError, match=r"more\.up\.sql is not named"):
        migrations(folder)


@pytest.mark.parametrize("lonely", ["v3_file_keyed.up.sql", "v3_file_keyed.down.sql"])
def test_a_way_up_without_a_way_down_is_refused_and_the_reverse(folder, lonely):
    (folder / lonely).unlink()
    list_all(folder)

    with pytest.raises(MigrationError, match="up or a way down, not both: v3_file_keyed"):
        migrations(folder)


def test_a_hole_in_the_lineage_is_refused(folder):
    for path in folder.glob("v3_*.sql"):
        path.unlink()
    list_all(folder)

    with pytest.raises(MigrationError, match="without a gap, but 1, 2, 4, 5"):
        migrations(folder)


def test_two_migrations_of_one_version_are_refused(folder):
    for path in folder.glob("v3_*.sql"):
        shutil.copy(path, path.with_name(path.name.replace("file_keyed", "other")))
    list_all(folder)

    with pytest.raises(MigrationError, match="without a gap, but 1, 2, 3, 3, 4, 5"):
        migrations(folder)
