"""The files of the lineage are what the manifest says, or nothing runs."""

import hashlib
import re
import shutil

import pytest

from migrations.catalogue import FOLDER, MANIFEST, MigrationError, broken_files, migrations
from migrations.runner import LATEST


@pytest.fixture
def folder(tmp_path):
    """A copy of the lineage that a test may break."""
    return shutil.copytree(FOLDER, tmp_path / "migrations")


def test_the_lineage_comes_in_order_of_version_and_ends_with_the_latest():
    versions = [migration.version for migration in migrations()]

    assert versions == sorted(set(versions))
    assert versions[-1] == LATEST


def test_every_migration_has_a_header_and_a_way_back():
    for migration in migrations():
        for script in (migration.up, migration.down):
            keys = re.findall(rb"(?m)^-- (title|from|to|reason|restores):", script)

            assert keys == [b"title", b"from", b"to", b"reason", b"restores"]


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


def test_a_file_of_another_name_is_refused(folder):
    (folder / "more.up.sql").write_text("SELECT 1;")
    with (folder / MANIFEST).open("a") as manifest:
        manifest.write(f"{hashlib.sha256(b'SELECT 1;').hexdigest()}  more.up.sql\n")

    with pytest.raises(MigrationError, match=r"more\.up\.sql is not named"):
        migrations(folder)
