"""Which folders a first plan indexes, and whether it calls them a guess."""

from contextlib import closing

import apsw
import pytest

from tasks.surroundings.databases import database_at
from tasks.surroundings.roots import Roots, roots_of

BY_PATHS = "a guess: where the files lie whose paths the legacy index holds"


@pytest.fixture
def legacy(tmp_path):
    """A legacy index in a folder of its own, with these paths; those that are there are files."""

    def make(*paths, absent=()):
        home = tmp_path / "company"
        home.mkdir()
        for path in paths:
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).touch()
        with closing(apsw.Connection(str(home / "old.db"))) as connection:
            connection.execute("CREATE TABLE files (path); CREATE TABLE defs (name, file_id)")
            connection.executemany(
                "INSERT INTO files VALUES (?)", [(path,) for path in (*paths, *absent)]
            )
        return home, database_at(home / "old.db")

    return make


def test_the_first_folders_of_the_paths_of_a_legacy_index_are_roots(legacy):
    home, old = legacy("shop/price.py", "shop/till.py", "tools/x/price.py", absent=["gone/a.py"])

    assert roots_of(home, old, (home,)) == Roots((home / "shop", home / "tools"), BY_PATHS)


def test_a_repository_below_is_the_root_of_its_files(legacy):
    home, old = legacy("group/shop/price.py", "group/shop/lib/a.py", "group/tools/b.py")
    repositories = (home / "group/shop", home / "group/tools")

    assert roots_of(home, old, repositories).folders == repositories


def test_a_file_in_the_folder_itself_makes_the_folder_the_root(legacy):
    home, old = legacy("setup.py", "shop/price.py")

    assert roots_of(home, old, ()).folders == (home,)


def test_without_a_file_that_is_there_repositories_are_guessed(legacy):
    home, old = legacy(absent=["shop/price.py"])
    found = roots_of(home, old, (home / "a",)), roots_of(home, None, ())

    assert found == (
        Roots((home / "a",), "a guess: the git repositories here and below"),
        Roots((home,), "a guess: nothing names any"),
    )
