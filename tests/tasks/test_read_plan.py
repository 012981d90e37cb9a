"""What a run can be told, from where each path counts, and what is refused with its place."""

import os
import re
from decimal import Decimal
from pathlib import Path

import apsw
import pytest

from migrations import runner
from tasks.contracts import RunnerKind
from tasks.errors import PlanInvalid, PreconditionFailed
from tasks.home import index_here
from tasks.name_roots import stated
from tasks.plan import (
    Accepted,
    Backups,
    CommandBuilder,
    DeploymentBuilder,
    InventoryRules,
    Lake,
    Legacy,
    Limits,
    PidFileBuilder,
    Plan,
    Reports,
    Review,
    Root,
    RootsFrom,
    Runner,
    SystemdBuilder,
    TokenPrice,
)
from tasks.read_plan import read_plan
from tasks.working_folder import elsewhere

WHOLE = """
db = "out/index.db"
artifacts = "out/runs"
workers = 3
reuse = false
commit = true
code = ["consumer", "/abs/consumer"]

[[roots]]
path = "src"

[[roots]]
path = "/abs/lib"
name = "library"

[limits]
max_file_bytes = 10
parse_timeout_s = 0.5
max_failed_files = 0

[legacy]
tables = ["symbols"]
queues = ["work"]
not_queues = ["reading_queue"]

[inventory]
archive = ["old/**"]

[[inventory.accept]]
file = "shell.py"
line = "execute(sql)"
reason = "the console of administrators"

[[builders]]
name = "script"
kind = "command"
stop = "stop it"
is_stopped = "ask it"
start = "start it"
stop_timeout_s = 7.5
settle_s = 0

[[builders]]
name = "service"
kind = "systemd"
unit = "indexer.service"
scope = "user"

[[builders]]
name = "daemon"
kind = "pid_file"
pid_file = "run/daemon.pid"
signal = "SIGINT"
command = "daemon --index"
start = "start it"

[[builders]]
name = "nightly"
kind = "deployment"
deployment = "index/nightly"

[backup]
keep = 0
folder = "kept"
recipients = ["age1xejlp83z9hurxgxpjrvj78q2y8vhl2pnwd7k356sagy0zgnekenq085h7x"]

[reports]
keep = 30

[lake]
folder = "lake"
"""
KEY = "age1xejlp83z9hurxgxpjrvj78q2y8vhl2pnwd7k356sagy0zgnekenq085h7x"
BUILDER = '[[builders]]\nname = "d"\n'
COMMAND = BUILDER + 'kind = "command"\nstart = "s"\n'


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Work in a folder without a plan."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def plan_of(folder, text):
    folder.mkdir(exist_ok=True)
    file = folder / "flagday.toml"
    file.write_text(text)
    return file


def refusal(text, folder, **flags):
    with pytest.raises(PlanInvalid) as refused:
        read_plan(plan_of(folder, text), flags)
    return refused.value.what.removeprefix(f"{folder}/flagday.toml: ")


def names(*roots):
    return [root.name for root in read_plan(None, {"roots": list(roots)}).roots]


def test_without_a_plan_and_flags_the_working_folder_is_indexed(here):
    assert read_plan(None, {}) == Plan(
        roots=(Root(path=here, name="here"),),
        roots_from=RootsFrom.NOBODY,
        db=here / ".flagday/index.db",
        artifacts=None,
        workers=len(os.sched_getaffinity(0)),
        reuse=True,
        commit=False,
        code=(),
        inventory=InventoryRules(tests=None, archive=None, documentation=None, accept=()),
        limits=Limits(
            max_file_bytes=16 << 20, parse_timeout_s=20, max_failed_files=100, max_symbol_loss=0.01
        ),
        legacy=Legacy(tables=("symbols", "refs"), queues=(), not_queues=(), roots=None),
        builders=(),
        backup=Backups(keep=3, folder=None, recipients=()),
        reports=Reports(keep=0),
        lake=None,
    )


def test_a_plan_states_everything_and_its_paths_count_from_its_folder(tmp_path):
    elsewhere = tmp_path / "elsewhere"

    assert read_plan(plan_of(elsewhere, WHOLE), {}) == Plan(
        roots=(
            Root(path=elsewhere / "src", name="src"),
            Root(path=Path("/abs/lib"), name="library"),
        ),
        roots_from=RootsFrom.PLAN,
        db=elsewhere / "out/index.db",
        artifacts=elsewhere / "out/runs",
        workers=3,
        reuse=False,
        commit=True,
        code=(elsewhere / "consumer", Path("/abs/consumer")),
        inventory=InventoryRules(
            archive=("old/**",),
            accept=(
                Accepted(
                    file="shell.py",
                    line="execute(sql)",
                    reason="the console of administrators",
                ),
            ),
        ),
        limits=Limits(
            max_file_bytes=10, parse_timeout_s=0.5, max_failed_files=0, max_symbol_loss=0.01
        ),
        legacy=Legacy(tables=("symbols",), queues=("work",), not_queues=("reading_queue",)),
        builders=(
            CommandBuilder(
                name="script",
                kind="command",
                stop=("stop", "it"),
                is_stopped=("ask", "it"),
                start=("start", "it"),
                stop_timeout_s=7.5,
                settle_s=0,
            ),
            SystemdBuilder(
                name="service",
                kind="systemd",
                unit="indexer.service",
                scope="user",
                stop_timeout_s=30,
                settle_s=2,
            ),
            PidFileBuilder(
                name="daemon",
                kind="pid_file",
                pid_file=elsewhere / "run/daemon.pid",
                signal="SIGINT",
                command="daemon --index",
                start=("start", "it"),
            ),
            DeploymentBuilder(name="nightly", kind="deployment", deployment="index/nightly"),
        ),
        backup=Backups(keep=0, folder=elsewhere / "kept", recipients=(KEY,)),
        reports=Reports(keep=30),
        lake=Lake(folder=elsewhere / "lake", name="index"),
    )


def test_patterns_of_the_plan_come_before_those_of_a_root(here):
    plan_of(here, 'exclude = ["*.log"]\n[[roots]]\npath = "a"\nexclude = ["!kept.log"]')
    plan = read_plan(None, {})

    assert plan.excluded(plan.roots[0]) == ("*.log", "!kept.log")


@pytest.mark.parametrize("pattern", ["# a comment", "!", "/", " ", "[a-z", "bin\\\\"])
def test_a_pattern_that_can_match_nothing_is_refused(here, pattern):
    plan_of(here, f'exclude = ["{pattern}"]')

    with pytest.raises(PlanInvalid, match=r"exclude: .* can match nothing"):
        read_plan(None, {})


def test_a_plan_in_the_working_folder_is_read_unasked(here):
    plan_of(here, "workers = 7")

    assert read_plan(None, {}).workers == 7


def test_a_flag_wins_over_the_plan_and_its_path_counts_from_the_working_folder(here, tmp_path):
    file = plan_of(tmp_path / "elsewhere", 'db = "a.db"\nworkers = 7\ncommit = true')
    plan = read_plan(file, {"db": Path("b.db"), "commit": False, "roots": [{"path": "src"}]})

    assert (plan.db, plan.workers, plan.commit) == (here / "b.db", 7, False)
    assert plan.roots == (Root(path=here / "src", name="src"),)


def test_a_flag_that_is_not_given_leaves_the_plan_as_it_is(tmp_path):
    file = plan_of(tmp_path / "elsewhere", "workers = 7\nreuse = false")
    plan = read_plan(file, {"workers": None, "reuse": None})

    assert (plan.workers, plan.reuse) == (7, False)


@pytest.mark.parametrize(
    ("stated", "flag", "review"),
    [
        ("[review]\ntimeout_s = 60\n", None, Review(timeout_s=60)),
        ("[review]\ntimeout_s = 60\n", True, Review(timeout_s=60)),
        ("[review]\ntimeout_s = 60\n", False, None),
        ("", True, Review()),
        ("", False, None),
        ("", None, None),
    ],
)
def test_a_flag_says_whether_there_is_a_review_and_the_plan_for_how_long(
    tmp_path, stated, flag, review
):
    (tmp_path / "flagday.toml").write_text(stated)

    assert read_plan(tmp_path / "flagday.toml", {"review": flag}).review == review


def test_what_a_plan_does_not_state_counts_from_the_working_folder(here, tmp_path):
    plan = read_plan(plan_of(tmp_path / "elsewhere", "workers = 1"), {})

    assert (plan.db, plan.roots[0].path) == (here / ".flagday/index.db", here)


def test_it_counts_from_there_also_where_that_folder_has_been_left(here, tmp_path):
    file = plan_of(tmp_path / "elsewhere", "workers = 1")
    with elsewhere():
        plan = read_plan(file, {})

    assert (plan.db, plan.roots[0].path) == (here / ".flagday/index.db", here)


def test_a_path_may_start_at_home_and_climb_and_is_not_resolved(here, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/someone")
    (here / "link").symlink_to(tmp_path)
    roots = [{"path": "~/src"}, {"path": "a/../link"}]

    assert [root.path for root in read_plan(None, {"roots": roots}).roots] == [
        Path("/home/someone/src"),
        here / "link",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[limits]\nmax_bytes = 1",
            "unknown key limits.max_bytes; did you mean max_file_bytes?"
            " (known: max_file_bytes, parse_timeout_s, max_worker_memory_bytes, "
            "minified, max_failed_files, max_failed_roots, max_symbol_loss)",
        ),
        (
            '[[roots]]\npath = "a"\ncolour = 1',
            "the first [[roots]]: unknown key colour"
            " (known: path, glob, file, name, rev, required, exclude)",
        ),
        ("workers = 0", "workers must be greater than 0, not 0"),
        (
            "[limits]\nparse_timeout_s = -1",
            "limits.parse_timeout_s must be greater than 0, not -1",
        ),
        ("roots = []", "roots is empty: name one, or leave it out"),
        ("code = [3]", "the first of code must be a path, not 3"),
        ('db = ""', "db is empty: name one, or leave it out"),
        ('artifacts = ""', "artifacts is empty: name one, or leave it out"),
        ('sign_key = ""', "sign_key is empty: name one, or leave it out"),
        ('code = [""]', "the first of code is empty: name one, or leave it out"),
        ('[backup]\nfolder = ""', "backup.folder is empty: name one, or leave it out"),
        ('[lake]\nfolder = ""', "lake.folder is empty: name one, or leave it out"),
        ('[[roots]]\npath = ""', "the first [[roots]]: path is empty: name one, or leave it out"),
        ('[[roots]]\nglob = ""', "the first [[roots]]: glob is empty: name one, or leave it out"),
        ('[[roots]]\nfile = ""', "the first [[roots]]: file is empty: name one, or leave it out"),
        ('db = "a\\u0000b"', "db holds a NUL, which no path can"),
        (
            '[[roots]]\nglob = "a\\u0000"',
            "the first [[roots]]: glob holds a NUL, which no path can",
        ),
        ('db = "~nobody-here/i.db"', "db begins with the home of a user that there is not"),
        (
            '[[roots]]\nglob = "~nobody-here/*"',
            "the first [[roots]]: glob begins with the home of a user that there is not",
        ),
        (
            BUILDER + 'kind = "pid_file"\npid_file = "~nobody-here"',
            'builder "d" (pid_file): pid_file begins with the home of a user that there is not',
        ),
        (
            "[limits]\nparse_timeout_s = inf",
            "limits.parse_timeout_s must be less than or equal to 31622400, not inf",
        ),
        (
            BUILDER + 'kind = "systemd"\nunit = "u"\nsettle_s = inf',
            'builder "d" (systemd): settle_s must be less than or equal to 31622400, not inf',
        ),
        (
            "[review]\ntimeout_s = nan",
            "review.timeout_s must be less than or equal to 31622400, not nan",
        ),
        ('[legacy]\ntables = ["refs", ""]', "the second of legacy.tables is empty"),
        ('workers = "many"', 'workers must be a valid integer, not "many"'),
        ('code = "consumer"', 'code must be a list, such as code = ["consumer"]'),
        (
            '[[roots]]\npth = "a"',
            "the first [[roots]]: unknown key pth; did you mean path?"
            " (known: path, glob, file, name, rev, required, exclude)",
        ),
        (
            "[legacy]\na = 1\nb = 2",
            "unknown key legacy.a (known: tables, queues, not_queues, roots);"
            " unknown key legacy.b (known: tables, queues, not_queues, roots)",
        ),
        ('roots_from = "the plan"', "unknown key roots_from"),
        (
            '[legacy]\nroots = "watched"',
            'legacy.roots must be TABLE.COLUMN, not "watched"',
        ),
        (
            "[limits]\nmax_symbol_loss = 1.5",
            "limits.max_symbol_loss must be less than or equal to 1, not 1.5",
        ),
        (BUILDER + 'kind = "command"\nstop = "s"', 'builder "d" (command) needs start'),
        (
            COMMAND + 'stop = "a > b"',
            'builder "d" (command): stop: holds >, and no shell reads it: write a list of words,'
            ' for a shell ["sh", "-c", "…"]',
        ),
        (COMMAND + 'stop = "! a"', 'builder "d" (command): stop: holds !, and'),
        (COMMAND + 'stop = "a; b"', 'builder "d" (command): stop: holds ;, and'),
        (COMMAND + 'stop = "a $b"', 'builder "d" (command): stop: holds $, and'),
        (COMMAND + 'stop = "a \'b"', 'builder "d" (command): stop: No closing quotation'),
        (COMMAND + "stop = []", 'builder "d" (command): stop: names no program'),
        (COMMAND + 'stop = ["a", "\\u0000"]', 'builder "d" (command): stop: holds a NUL'),
        (
            COMMAND + 'stop = "s"\nis_stopped = "a"\nis_running = "b"',
            'builder "d" (command): has is_stopped and is_running; name one',
        ),
        (BUILDER, 'builder "d" needs kind: one of command, systemd, pid_file, deployment'),
        (
            '[[builders]]\nkind = "systemd"\nname = "indexer"',
            'builder "indexer" (systemd) needs unit',
        ),
        ('[[builders]]\nkind = "systemd"', "the first [[builders]] needs name"),
        (
            BUILDER + 'kind = "docker"',
            'builder "d": kind is "docker"; it is one of command, systemd, pid_file, deployment',
        ),
        (
            BUILDER + 'kind = "systemd"\nunit = "u"\nstart = "s"',
            'builder "d" (systemd): unknown key start',
        ),
        (
            BUILDER + 'kind = "systemd"\nunit = "u"\nscope = "global"',
            "builder \"d\" (systemd): scope must be 'system' or 'user', not \"global\"",
        ),
        (
            '[runner]\nkind = "slurm"',
            "runner.kind must be 'local', 'dask' or 'ray', not \"slurm\"",
        ),
        (
            '[runner]\nkind = "ray"\nstorage = "/s"\naddress = "ray://head:none"',
            "runner: runner ray needs an address: ray://HOST:PORT",
        ),
        (
            '[runner]\nkind = "dask"\nstorage = "/s"',
            "runner: runner dask needs an address: tcp://HOST:PORT or tls://HOST:PORT",
        ),
        (
            '[runner]\nkind = "dask"\naddress = "tcp://h:1"\nstorage = "shared"',
            "runner: runner dask needs a storage that this host and all workers see",
        ),
        (
            BUILDER + 'kind = "deployment"\ndeployment = "nightly"',
            'builder "d" (deployment): deployment must be FLOW/DEPLOYMENT, not "nightly"',
        ),
    ],
)
def test_what_a_plan_cannot_mean_is_refused_with_its_place(tmp_path, text, said):
    assert refusal(text, tmp_path / "elsewhere").startswith(said)


def test_a_secret_in_the_name_of_a_storage_is_refused_and_not_repeated(tmp_path):
    said = refusal(
        '[runner]\nkind = "dask"\naddress = "tcp://h:1"\nstorage = "s3://id:secret@bucket"',
        tmp_path / "elsewhere",
    )

    assert said == "runner: credentials of a storage belong into the environment"


def test_what_flags_say_of_the_runner_wins_over_the_plan_key_by_key(tmp_path):
    file = plan_of(
        tmp_path / "elsewhere",
        '[runner]\nkind = "dask"\naddress = "tcp://old:1"\nstorage = "s3://bucket/prefix"',
    )
    plan = read_plan(file, {"runner": {"address": "tcp://new:2"}})

    assert plan.runner == Runner(
        kind=RunnerKind.DASK, address="tcp://new:2", storage="s3://bucket/prefix"
    )


def test_a_refusal_names_the_plan_and_its_known_keys(tmp_path):
    file = plan_of(tmp_path / "elsewhere", "worker = 1")

    with pytest.raises(PlanInvalid) as refused:
        read_plan(file, {})
    known = ", ".join(key for key in Plan.model_fields if key != "roots_from")
    assert (
        refused.value.what == f"{file}: unknown key worker; did you mean workers? (known: {known})"
    )
    assert refused.value.exit_code == 2


def test_a_flag_of_a_bad_value_is_refused():
    with pytest.raises(PlanInvalid, match="the flags: workers must be greater than 0"):
        read_plan(None, {"workers": 0})


def test_a_plan_may_begin_with_a_byte_order_mark(here):
    (here / "flagday.toml").write_text('db = "marked.db"', "utf-8-sig")

    assert (read_plan(None, {}).db, index_here()) == (here / "marked.db", Path("marked.db"))


def test_a_root_in_the_home_of_nobody_is_refused():
    with pytest.raises(PlanInvalid, match="path begins with the home of a user that there is not"):
        read_plan(None, {"roots": [stated("~nobody-here/src@v1")]})


def test_what_is_not_toml_is_refused(tmp_path):
    assert "is not TOML" in refusal("roots = [", tmp_path / "elsewhere")


def test_a_plan_in_another_encoding_is_refused(tmp_path):
    file = plan_of(tmp_path / "elsewhere", "")
    file.write_bytes(b"# caf\xe9")

    with pytest.raises(PlanInvalid, match="is not TOML"):
        read_plan(file, {})


def test_a_plan_that_is_named_and_not_there_is_refused(tmp_path):
    with pytest.raises(PlanInvalid, match="there is no plan at"):
        read_plan(tmp_path / "nowhere.toml", {})


def test_a_root_is_named_after_its_folder_or_as_the_plan_says():
    assert names({"path": "/a/src"}, {"path": "/b/lib", "name": "library"}) == ["src", "library"]


def test_roots_of_equal_folders_are_told_apart_by_the_folders_above():
    assert names({"path": "/a/src"}, {"path": "/b/src"}) == ["a/src", "b/src"]
    assert names({"path": "/x/a/src"}, {"path": "/y/a/src"}) == ["x/a/src", "y/a/src"]


def test_a_root_that_is_named_keeps_its_name_beside_a_namesake():
    named = {"path": "/a/other", "name": "src"}

    assert names(named, {"path": "/b/src"}) == ["src", "b/src"]


def test_a_root_may_be_the_whole_disk():
    assert names({"path": "/"}) == ["/"]


@pytest.mark.parametrize(
    "roots",
    [
        [{"path": "/a/src"}, {"path": "/a/b/../src"}],
        [{"path": "/a", "name": "same"}, {"path": "/b", "name": "same"}],
    ],
)
def test_roots_that_cannot_be_told_apart_are_refused(roots):
    with pytest.raises(PlanInvalid, match="roots named twice"):
        names(*roots)


def shown_in(page, folder):
    text = (Path(__file__).parents[2] / page).read_text("utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return read_plan(plan_of(folder, shown), {})


def test_the_plan_that_the_readme_shows_is_a_plan(tmp_path):
    plan = shown_in("README.md", tmp_path / "elsewhere")

    assert [root.path.name for root in plan.roots] == ["linux"]


def test_the_page_of_the_plan_shows_every_key(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mirrors/a.git").mkdir(parents=True)
    plan = shown_in("docs/plan.md", tmp_path / "elsewhere")

    assert [key for key in Plan.model_fields if key not in plan.model_fields_set] == []


@pytest.fixture
def watched(tmp_path):
    """A folder with a legacy database that knows its roots, and a plan that says where."""
    folder = tmp_path / "watched"
    plan = plan_of(folder, 'db = "index.db"\n[legacy]\nroots = "my folders.path"')
    connection = apsw.Connection(str(folder / "index.db"))
    connection.execute('CREATE TABLE "my folders" (path TEXT, since REAL)')

    def watch(*paths):
        connection.executemany('INSERT INTO "my folders" (path) VALUES (?)', [(p,) for p in paths])
        return plan

    yield watch
    connection.close()


def test_roots_that_nobody_names_come_from_the_legacy_database(watched, tmp_path):
    plan = read_plan(watched("/abs/b", "lib", "/abs/b"), {})

    assert plan.roots == (
        Root(path=Path("/abs/b"), name="b"),
        Root(path=tmp_path / "watched/lib", name="lib"),
    )
    assert plan.roots_from is RootsFrom.LEGACY


def test_the_command_line_goes_before_the_plan_and_the_plan_before_the_legacy_database(watched):
    file = watched("/abs/b")
    flags = {"roots": [{"path": "/abs/flag"}]}

    assert read_plan(file, flags).roots_from is RootsFrom.COMMAND_LINE
    file.write_text(f'roots = [{{path = "/abs/plan"}}]\n{file.read_text()}')
    assert read_plan(file, {}).roots_from is RootsFrom.PLAN
    assert read_plan(file, flags).roots == (Root(path=Path("/abs/flag"), name="flag"),)


def test_an_index_that_took_the_place_of_the_legacy_database_knows_its_roots(watched, tmp_path):
    file = watched("/abs/b")
    database = tmp_path / "watched" / "index.db"
    database.unlink()
    connection = apsw.Connection(str(database))
    runner.up(connection)
    connection.execute(
        "INSERT INTO roots (root_id, name, location)"
        " VALUES (1, 'library', '/abs/c'), (2, 'a', '/abs/a')"
    )
    connection.close()

    assert read_plan(file, {}).roots == (
        Root(path=Path("/abs/c"), name="library"),
        Root(path=Path("/abs/a"), name="a"),
    )


def test_without_a_legacy_database_the_working_folder_is_indexed(watched, tmp_path, here):
    file = watched()
    (tmp_path / "watched" / "index.db").unlink()
    plan = read_plan(file, {})

    assert (plan.roots[0].path, plan.roots_from) == (here, RootsFrom.NOBODY)


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ((), "my folders.path of .* names no root"),
        ((None,), "holds None, no path"),
        ((" ",), "holds ' ', no path"),
        ((b"/abs",), "holds b'/abs', no path"),
    ],
)
def test_a_legacy_database_without_usable_roots_is_refused(watched, paths, said):
    with pytest.raises(PreconditionFailed, match=said):
        read_plan(watched(*paths), {})


def test_a_legacy_root_that_is_not_utf8_is_refused(watched, tmp_path):
    file = watched()
    with apsw.Connection(str(tmp_path / "watched" / "index.db")) as connection:
        connection.execute("INSERT INTO \"my folders\" (path) VALUES (CAST(x'2fff' AS TEXT))")

    with pytest.raises(PreconditionFailed, match=r"holds a path that is not UTF-8: b'/\\xff'"):
        read_plan(file, {})


def test_a_column_that_the_legacy_database_does_not_have_is_refused(watched):
    file = watched("/abs/b")
    file.write_text(file.read_text().replace(".path", ".folder"))

    with pytest.raises(PreconditionFailed, match=r"has no my folders\.folder"):
        read_plan(file, {})


def test_a_recipient_that_age_does_not_know_is_refused_at_once(tmp_path):
    said = refusal('[backup]\nrecipients = ["age1nobody"]', tmp_path)

    assert said.startswith("'age1nobody' is no recipient")


def test_prices_are_exact_as_they_are_written(tmp_path):
    plan = tmp_path / "flagday.toml"
    plan.write_text('[prices."mill/large/2"]\ninput = 0.1\noutput = 15\n')

    assert read_plan(plan, {}).prices == {
        "mill/large/2": TokenPrice(input=Decimal("0.1"), output=Decimal(15), cached=Decimal(0))
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[prices."a/b"]\ninput = 1', r"the plan needs prices\.a/b\.output"),
        ('[prices."a/b"]\ninput = -1\noutput = 1', r"prices\.a/b\.input must be .* not -1"),
        (
            '[prices."a/b"]\ninput = 1\noutput = 1\ncached = 1000001',
            r"prices\.a/b\.cached must be .* not 1000001",
        ),
        ("[prices.a]\ninput = 1\noutput = 1", r"prices\.a"),
        (
            '[prices."a/b"]\ninput = 1\noutput = 1\ncache = 1',
            r"unknown key prices\.a/b\.cache; did you mean cached\? "
            r"\(known: input, output, cached\)",
        ),
    ],
)
def test_a_price_that_is_none_is_refused_with_its_place(tmp_path, written, said):
    plan = tmp_path / "flagday.toml"
    plan.write_text(written)

    with pytest.raises(PlanInvalid, match=said):
        read_plan(plan, {})
