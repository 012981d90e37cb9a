"""A first plan is a plan, whatever was found; and every commented key is one too."""

import re
import tomllib
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from tasks.plan import Plan
from tasks.surroundings.builders import Places
from tasks.surroundings.found import (
    Builders,
    CronLine,
    Daemon,
    Database,
    Surroundings,
    Unit,
)
from tasks.surroundings.look import look_around
from tasks.surroundings.plan_text import plan_text
from tests.legacy import found, v4

HOME = Path("/home/work")
NOWHERE = Places((), (), ())
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1, max_size=12
).filter(lambda word: word not in {".", ".."})
paths = st.builds(
    lambda word, is_below: (HOME if is_below else Path("/")) / word, words, st.booleans()
)
units = st.builds(Unit, words.map("{}.service".format), st.sampled_from(["system", "user"]))
surroundings = st.builds(
    Surroundings,
    st.just(HOME),
    st.lists(paths, min_size=1, max_size=3).map(tuple),
    st.none()
    | st.builds(
        Database,
        paths,
        words,
        st.booleans(),
        st.lists(words, max_size=3).map(tuple),
        st.none() | st.builds("{}.{}".format, words, words),
    ),
    st.lists(st.builds(Database, paths, words, st.booleans(), st.just(()), st.none()), max_size=2),
    st.lists(paths, max_size=3).map(tuple),
    st.builds(
        Builders,
        st.lists(units, max_size=2).map(tuple),
        st.lists(
            st.builds(
                Daemon, st.integers(2, 9999), words, paths, st.none() | paths, st.none() | units
            ),
            max_size=2,
        ).map(tuple),
        st.lists(st.builds(CronLine, paths, words), max_size=2).map(tuple),
    ),
)


def read(text):
    return Plan.model_validate(tomllib.loads(text))


def uncommented(text):
    """Take the # away from every key and section that is commented out."""
    return re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE)


@given(surroundings)
@example(Surroundings(HOME, (HOME / "~nobody",), None, [], (HOME / "~0",), Builders((), (), ())))
def test_whatever_was_found_what_is_written_names_it_and_is_a_plan(around):
    plan = read(plan_text(around))

    assert [HOME / root.path for root in plan.roots] == list(around.roots)
    assert [HOME / path for path in plan.code] == list(around.code)
    assert around.database is None or HOME / plan.db == around.database.path


@given(surroundings)
def test_every_commented_key_is_valid_when_it_is_uncommented(around):
    text = plan_text(around)
    plan = read(uncommented(text))

    assert len(plan.inventory.accept) == 1
    assert len(plan.builders) == max(1, text.count("\n#[[builders]]"))
    assert plan.backup.folder == Path("backups")


def test_a_folder_with_a_legacy_index_gets_a_plan_that_names_it_with_its_code(tmp_path):
    v4(tmp_path / "old.db")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "store.py").write_text('x("DELETE FROM refs")')
    for repository in ("one", "two"):
        (tmp_path / repository / ".git").mkdir(parents=True)
    plan = read(plan_text(look_around(tmp_path, None, NOWHERE)))

    assert (plan.db, plan.code, plan.legacy.tables) == (
        Path("old.db"),
        (Path("app"),),
        ("symbols", "refs"),
    )
    assert [root.path for root in plan.roots] == [Path("one"), Path("two")]


def test_tables_of_another_make_are_named(tmp_path):
    found("foreign", tmp_path / "x.sqlite")
    plan = read(plan_text(look_around(tmp_path, None, NOWHERE)))

    assert plan.legacy.tables == ("defs", "usages")


def test_the_database_that_somebody_names_is_the_one(tmp_path):
    v4(tmp_path / "a.db")
    found("v1", tmp_path / "b.db")
    around = look_around(tmp_path, tmp_path / "b.db", NOWHERE)

    assert around.database.path == tmp_path / "b.db"
    assert [other.path for other in around.others] == [tmp_path / "a.db"]
    assert "# Also found, v4: a.db\n" in plan_text(around)


def test_a_folder_with_nothing_in_it_is_its_own_root(tmp_path):
    text = plan_text(look_around(tmp_path, None, NOWHERE))

    assert read(text).roots[0].path == Path()
    assert '\n#db = ".flagday/index.db"\n' in text
