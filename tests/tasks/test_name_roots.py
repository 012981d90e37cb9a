"""Which folders a plan's globs and files of roots are, and what they are called."""

from pathlib import Path

import apsw
import pytest

from migrations import runner
from tasks.errors import PlanInvalid, PreconditionFailed
from tasks.name_roots import changed_roots, revision_of, stated, with_roots_in_service
from tasks.plan import Root, RootsFrom
from tasks.read_plan import read_plan
from tasks.roots.readable import why_no_root
from tests.tasks.roots.conftest import git, repository


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(text, **flags):
    """Return (path, rev, name) of the roots of a plan in the working folder."""
    Path("flagday.toml").write_text(text)
    return [(root.path, root.rev, root.name) for root in read_plan(None, flags).roots]


def folders(here, *names):
    for name in names:
        (here / name).mkdir(parents=True)


def test_a_glob_names_every_folder_that_matches_in_order_of_their_paths(here):
    folders(here, "m/b.git", "m/a.git", "m/c")
    (here / "m/file.git").touch()

    assert planned('[[roots]]\nglob = "m/*.git"') == [
        (here / "m/a.git", "", "a"),
        (here / "m/b.git", "", "b"),
    ]


def test_a_file_names_a_root_a_line_from_its_own_folder(here):
    folders(here, "lists/a", "b@1", "repo")
    lines = f"# mirrors\n\na\n  {here}/b@1\n../repo@v1.2  \n../gone@v1\n"
    (here / "lists/roots.txt").write_text(lines)

    assert planned('[[roots]]\nfile = "lists/roots.txt"') == [
        (here / "lists/a", "", "a"),
        (here / "b@1", "", "b@1"),
        (here / "repo", "v1.2", "repo@v1.2"),
        (here / "gone@v1", "", "gone@v1"),
    ]


def test_folders_that_this_user_may_not_look_into_are_named_and_said_to_be_unreadable(here, nobody):
    folders(here, "shut", "way/in", "well")
    here.chmod(0o755)
    (here / "shut").chmod(0)
    (here / "way").chmod(0)
    Path("flagday.toml").write_text('roots = [{path = "shut"}, {path = "way/in"}, {path = "well"}]')
    read_plan(None, {})  # loads what another user may have no right to read
    with nobody():
        found = [(root.path, root.name) for root in read_plan(None, {}).roots]
        revisions = [revision_of(Root(path=path)) for path, _ in found]
        why = [why_no_root(path) for path, _ in found]
    (here / "way").chmod(0o755)

    assert [name for _, name in found] == ["shut", "in", "well"]
    assert revisions == [None, None, None]
    assert why == [
        f"root {here / 'shut'} cannot be read",
        f"root {here / 'way/in'} cannot be read",
        f"root {here / 'well'} is empty",
    ]


def test_a_folder_whose_path_is_not_utf_8_is_named_in_text_and_said_to_be_so(here):
    folders(here, "m/bad\udcff")
    (found,) = planned('[[roots]]\nglob = "m/*"')

    assert found == (here / r"m/bad\xff", "", r"bad\xff")
    assert why_no_root(found[0]) == f"the path of root {found[0]} is not UTF-8; rename it"


def test_what_a_glob_says_holds_for_all_that_it_names(here):
    folders(here, "m/a", "m/b")
    text = '[[roots]]\nglob = "m/*"\nrev = "main"\nrequired = false\nexclude = ["*.log"]'
    Path("flagday.toml").write_text(text)
    roots = read_plan(None, {}).roots

    assert [(r.name, r.rev, r.required, r.exclude) for r in roots] == [
        ("a@main", "main", False, ("*.log",)),
        ("b@main", "main", False, ("*.log",)),
    ]


def test_a_folder_that_has_an_entry_of_its_own_is_not_taken_by_a_glob_again(here):
    folders(here, "m/a", "m/b")
    text = '[[roots]]\nglob = "m/*"\n[[roots]]\npath = "m/a"\nname = "first"'

    assert planned(text) == [(here / "m/b", "", "b"), (here / "m/a", "", "first")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[roots]]\nglob = "none/*"', "none/* names no folder"),
        ('[[roots]]\nglob = "none/*"\nrequired = false', "the plan names no root"),
        ('[[roots]]\nfile = "none.txt"', "none.txt cannot be read: No such file"),
        ('[[roots]]\nname = "a"', "the first [[roots]]: name one of file, glob, path"),
        ('[[roots]]\npath = "a"\nglob = "b"', "the first [[roots]]: name one of file, glob, path"),
        ('[[roots]]\nglob = "m/*"\nname = "a"', "the first [[roots]]: a name is for one path"),
        (
            '[[roots]]\npath = "a"\nrev = "--output=x"',
            "the first [[roots]]: rev must be a revision",
        ),
    ],
)
def test_what_names_no_root_is_refused(here, text, said):
    folders(here, "m/a")
    with pytest.raises(PlanInvalid) as refused:
        planned(text)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("repo", {"path": Path("repo")}),
        ("repo@v1", {"path": Path("repo"), "rev": "v1"}),
        ("repo@main@{1}", {"path": Path("repo"), "rev": "main@{1}"}),
        ("a@b", {"path": Path("a@b")}),
        ("a@b@v1", {"path": Path("a@b"), "rev": "v1"}),
        ("gone@v1", {"path": Path("gone@v1")}),
        ("repo@", {"path": Path("repo@")}),
        ("@roots.txt", {"file": Path("roots.txt")}),
        ("./@roots.txt", {"path": Path("@roots.txt")}),
    ],
)
def test_the_command_line_names_folders_revisions_and_files_of_roots(here, text, root):
    folders(here, "repo", "a@b")

    assert stated(text) == root


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:secret@host.example:8443/org/tool.git", "tool"),
        ("git@host.example:org/tool.git", "tool"),
        ("/srv/git/tool.git/", "tool"),
        ("ssh://host.example/~me/tool", "tool"),
    ],
)
def test_a_mirror_is_called_what_its_remote_is_called(here, url, name):
    git(here, "init", "-q", "--bare", "m1.git")
    git(here / "m1.git", "remote", "add", "origin", url)

    assert planned('[[roots]]\npath = "m1.git"') == [(here / "m1.git", "", name)]


def test_a_mirror_whose_remote_was_given_a_name_has_that_name(here):
    repository(here / "source", {"a.py": ""})
    git(here, "clone", "-q", "--mirror", "-o", "upstream", "source", "m.git")

    assert planned('[[roots]]\npath = "m.git"') == [(here / "m.git", "", "upstream")]


def test_a_mirror_that_is_damaged_is_still_no_folder_of_files(here):
    repository(here / "source", {"a.py": ""})
    git(here, "clone", "-q", "--mirror", "source", "m.git")
    for name in ("HEAD", "config"):
        (here / "m.git" / name).unlink()
    (root,) = read_plan(None, {"roots": [{"path": "m.git"}]}).roots

    assert revision_of(root) == "HEAD"


def test_mirrors_of_one_name_are_told_apart_by_as_many_words_as_needed(here):
    for number, url in enumerate(["https://h.example/x/tool.git", "https://h.example/y/tool.git"]):
        git(here, "init", "-q", "--bare", f"m/{number}.git")
        git(here / f"m/{number}.git", "remote", "add", "origin", url)

    assert [name for *_, name in planned('[[roots]]\nglob = "m/*"')] == ["x/tool", "y/tool"]


def test_only_roots_of_one_name_are_told_apart(here):
    folders(here, "a/lib", "b/lib", "c/other", "x/y/z", "w/y/z", "z")
    paths = ["a/lib", "c/other", "b/lib", "x/y/z", "w/y/z", "z"]
    text = "".join(f'[[roots]]\npath = "{path}"\n' for path in paths)

    assert [name for *_, name in planned(text)] == [
        "a/lib", "other", "b/lib", "x/y/z", "w/y/z", f"{here.name}/z"
    ]  # fmt: skip


def test_a_root_that_bears_a_name_of_its_own_keeps_it_in_a_clash(here):
    folders(here, "a/lib", "b")
    text = '[[roots]]\npath = "a/lib"\n[[roots]]\npath = "b"\nname = "lib"'

    assert [name for *_, name in planned(text)] == ["a/lib", "lib"]


def test_a_mirror_beside_its_source_changes_their_two_names_alone(here):
    repository(here / "lib", {"a.py": ""})
    git(here, "clone", "-q", "--mirror", str(here / "lib"), "m.git")
    folders(here, "other")
    names = [name for *_, name in planned('[[roots]]\nglob = "*"')]

    assert names == [str(here / "lib"), f"m{here}/lib", "other"]


def test_one_repository_can_be_a_root_at_several_revisions(here):
    folders(here, "repo")
    text = '[[roots]]\npath = "repo"\nrev = "v1"\n[[roots]]\npath = "repo"\nrev = "v2"'

    assert [name for *_, name in planned(text)] == ["repo@v1", "repo@v2"]


@pytest.fixture
def in_service(here):
    """An index of two roots, one of them a commit, and one that could not be read."""
    connection = apsw.Connection(str(here / "index.db"))
    runner.up(connection)
    connection.execute(
        "INSERT INTO roots (root_id, name, location, exclude, revision, commit_id, problem) VALUES"
        " (1, 'b', '/abs/b', '[\"*.log\", \"/tmp/\"]', NULL, NULL, NULL),"
        " (2, 'a@v1', '/abs/a', '[\"*.log\"]', 'v1', 'c0ffee', NULL),"
        " (3, 'gone', '/abs/gone', '[\"*.log\"]', NULL, NULL, 'it is not there')"
    )
    connection.close()
    return here / "index.db"


def taken(db, text="", **flags):
    Path("flagday.toml").write_text(text)
    return with_roots_in_service(read_plan(None, {"db": db, **flags}))


@pytest.mark.parametrize("text", ['exclude = ["*.log"]', ""])
def test_roots_that_nobody_names_are_those_of_the_index_in_service(in_service, text):
    plan = taken(in_service, text)
    own = () if text else ("*.log",)

    assert plan.roots_from is RootsFrom.INDEX
    assert plan.roots == (
        Root(path=Path("/abs/b"), name="b", exclude=(*own, "/tmp/")),
        Root(path=Path("/abs/a"), name="a@v1", rev="v1", exclude=own),
        Root(path=Path("/abs/gone"), name="gone", required=False, exclude=own),
    )
    assert changed_roots(plan) == ([], [])


def test_roots_that_somebody_names_are_taken_and_told_where_they_are_others(in_service):
    plan = taken(in_service, roots=[{"path": "/abs/b"}, {"path": "/abs/new"}])

    assert [root.path for root in plan.roots] == [Path("/abs/b"), Path("/abs/new")]
    assert changed_roots(plan) == (["/abs/new"], ["/abs/a@v1", "/abs/gone"])


def test_without_an_index_of_ours_the_working_folder_is_the_root(here):
    v4 = apsw.Connection(str(here / "v4.db"))
    v4.execute("CREATE TABLE roots (path)")
    v4.close()
    plans = [taken(here / name) for name in ("none.db", "v4.db")]

    assert [(plan.roots[0].path, plan.roots_from) for plan in plans] == [
        (here, RootsFrom.NOBODY)
    ] * 2
    assert [changed_roots(plan) for plan in plans] == [([], [])] * 2


def test_roots_of_an_index_that_cannot_be_read_are_asked_for(in_service):
    raw = in_service.read_bytes()
    in_service.write_bytes(raw[:100] + b"\xff" * 4000 + raw[4100:])

    with pytest.raises(PreconditionFailed, match="nobody names the roots"):
        taken(in_service)
