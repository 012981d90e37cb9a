"""The command from outside: what it prints where, its JSON, its exit codes, its documentation."""

import hashlib
import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from flows.cli.commands import COMMANDS, load
from flows.cli.run import _suggestions, _the_day
from migrations import runner
from tasks.errors import PreconditionFailed
from tasks.plan import Plan
from tests.conftest import at_work

README = Path(__file__).parents[2] / "README.md"
SOURCE = 'def f():\n    """Do it."""\n    return g()\n\n\nclass K:\n    def f(self):\n        f()\n'
STALE = 'Q = "SELECT file_id FROM symbols"'


@pytest.fixture(scope="module")
def run(built):
    """A run that made an index over one root."""
    return built.begin(src={"a.py": SOURCE, "lib/b.js": "function f() { return g(); }\n"})


@pytest.fixture
def indexed(run, built, monkeypatch):  # noqa: ARG001 -- it began
    """The bench as that run left it."""
    built.bring_back()
    yield from at_work(built, monkeypatch)


@pytest.fixture
def index(indexed, command):
    """Ask the index things."""
    return lambda *words: command(*words, "--db", indexed.db)


def spelled():
    """Every command, as one types it."""
    for name in COMMANDS:
        command = load(name)
        if hasattr(command, "commands"):
            yield from (f"{name} {inner}" for inner in command.commands)
        else:
            yield name


def test_the_readme_lists_every_command_and_no_other():
    documented = {
        " ".join(re.findall(r"(?<![-.])\b[a-z][a-z-]*", re.sub("--.*", "", words)))
        for words in re.findall(r"^\| `flagday ([^`]+)`", README.read_text(), re.MULTILINE)
    }

    assert documented == set(spelled())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_says_of_a_command_what_its_docstring_says_first(name):
    command = COMMANDS[name]

    assert load(name).help.splitlines()[0] == command.summary


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_the_help_lists_every_command(command, words):
    said = "".join(command(*words)[1:])

    assert sorted(re.findall(r"^  ([a-z][a-z-]*) {2,}\S", said, re.MULTILINE)) == sorted(COMMANDS)


def test_a_command_that_is_not_there_is_refused_with_the_one_that_was_meant(command):
    code, _, err = command("wher", "f")

    assert code == 2
    assert err == (
        "flagday: there is no command wher; did you mean where?\n"
        "  next: `flagday --help` lists them all.\n"
    )


def test_run_tells_its_steps_on_stderr_and_where_things_lie_on_stdout(bench, command):
    bench.write(src={"a.py": SOURCE})
    code, out, err = command("run", "src", "--workers", 1)
    numbers = [int(n) for n in re.findall(r"^✓ +(\d+)", err, re.MULTILINE)]

    assert (code, numbers) == (0, list(range(1, 14)))
    assert re.findall(r"^✓ +[346] .* s  (.+)$", err, re.MULTILINE) == [
        "no builders in the plan",
        "nothing to drop",
        "no queues",
    ]
    assert re.findall(r"^(\w+) +\.flagday/", out, re.MULTILINE) == [
        "index",
        "report",
        "verdict",
        "inventory",
        "manifest",
        "Parquet",
    ]
    assert out.rstrip().split("\n")[-3:] == [
        "  flagday where f",
        "  flagday uses f",
        "  flagday status",
    ]


def test_a_run_leaves_no_file_open(bench):
    bench.write(src={"a.py": SOURCE})
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "run", "src"],
        cwd=bench.folder,
        env=os.environ | {"PYTHONWARNINGS": "always::ResourceWarning"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "13 cut over" in done.stderr
    assert "unclosed" not in done.stderr


def test_after_a_rehearsal_comes_the_day_with_the_same_flags(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(sys, "argv", ["flagday", "rehearse", "my src", "--workers", "1"])
    kept, committed = Plan(), Plan(artifacts=tmp_path / "reports/day")

    assert [_the_day(plan) for plan in (kept, committed)] == [
        "flagday run 'my src' --workers 1",
        "flagday run 'my src' --workers 1 --commit",
    ]


@pytest.mark.parametrize(
    ("text", "named"), [('db = "src/../index.db"', ""), ("db = ", " --db index.db")]
)
def test_what_to_try_next_names_the_index_unless_the_plan_here_does(
    indexed, monkeypatch, text, named
):
    Path("flagday.toml").write_text(text)
    monkeypatch.setattr(sys, "argv", ["flagday", "run"])

    assert _suggestions(Plan(db=indexed.db)) == [
        f"flagday {words}{named}" for words in ("where f", "uses f", "status")
    ]


def test_a_failing_step_is_told_with_its_number(bench, command):
    bench.write(src={"a.py": SOURCE}, app={"r.py": f"{STALE}\n"})
    connection = apsw.Connection(str(bench.db))
    runner.up(connection, to=4)
    connection.close()
    code, out, err = command("run", "src", "--db", bench.db, "--code", "app", "--workers", 1)

    assert (code, out) == (5, "")
    assert re.findall(r"^✗ +(\d+) (\w+)", err, re.MULTILINE) == [("10", "verify")]
    what = "1 code path would break on v5, the first at app/r.py:1"
    assert f"!  {what}: mended by step 10, or the verdict fails; " in err
    assert f"flagday: the verdict is failed: V-080 {what} (inventory.md has them with the " in err


def test_where_prints_a_line_a_definition(index):
    assert index("where", "f")[:2] == (
        0,
        "src/a.py:1:4  function f\nsrc/a.py:7:8  method f  in K\nsrc/lib/b.js:1:9  function f\n",
    )


def test_where_as_json_is_a_list_of_objects_with_the_documented_keys(index):
    code, out, _ = index("where", "f", "--type", "method", "--json")
    (found,) = json.loads(out)

    assert code == 0
    assert found | {"signature": ...} == {
        "root": "src",
        "path": "a.py",
        "line": 7,
        "column": 8,
        "name": "f",
        "type": "method",
        "scope": "K",
        "language": "python",
        "end_line": 8,
        "signature": ...,
    }


def test_uses_filters_by_language_type_and_root(index):
    _, out, _ = index("uses", "g", "--json")
    (_, by_language, _) = index("uses", "g", "--language", "javascript", "--json")
    code, elsewhere, _ = index("uses", "g", "--root", "other", "--json")

    assert [(row["path"], row["line"], row["type"]) for row in json.loads(out)] == [
        ("a.py", 3, "call"),
        ("lib/b.js", 1, "call"),
    ]
    assert [row["path"] for row in json.loads(by_language)] == ["lib/b.js"]
    assert (code, elsewhere) == (2, "")


def test_a_name_that_is_not_there_is_told_on_stderr(index):
    assert index("where", "nobody") == (0, "", "no nobody in this index\n")


def test_status_as_json_counts_what_the_index_holds(index):
    report = json.loads(index("status", "--json")[1])

    assert report["counts"]["files"] == 2
    assert report["outcomes"] == [{"outcome": "indexed", "reason": None, "files": 2}]
    assert report["run"]["verdict"] == "passed"


def test_verify_passes_a_sound_index_and_fails_a_broken_one_with_exit_code_5(index, indexed):
    sound, out, _ = index("verify")
    connection = apsw.Connection(str(indexed.db))
    connection.execute("UPDATE files SET content_hash = zeroblob(32) WHERE path = 'a.py'")
    connection.close()
    broken, said, err = index("verify", "--json")

    assert (sound, out.rstrip().split("\n")[-1]) == (0, "verdict: passed")
    assert broken == 5, err
    assert json.loads(said)["verdict"] == "failed"


def test_an_index_of_other_parsers_is_told_as_that_of_another_flagday(index, indexed):
    with closing(apsw.Connection(str(indexed.db))) as connection:
        connection.execute("UPDATE parser_versions SET fingerprint = randomblob(32)")
    code, _, err = index("verify")

    assert code == 5
    assert "next: The index was built by another flagday, or with other parsers, than those" in err


def test_an_index_that_no_run_has_filled_is_not_verified(command, tmp_path):
    db = tmp_path / "index.db"
    command("migrate", "up", "--db", db)
    code, out, err = command("verify", "--db", db)
    status = command("status", "--db", db)[1]
    run = f"`flagday run ROOT… --db {db}`"

    assert (code, out) == (3, "")
    assert err == (
        f"flagday: no run has filled {db}\n  next: Fill it with {run}. Nothing was changed.\n"
    )
    assert f"no run has filled it: {run} does\n" in status


@pytest.mark.parametrize(
    ("accepts", "code", "said"),
    [
        ("", 5, "V-080"),
        (f"[[inventory.accept]]\nfile = 'r.py'\nline = '{STALE}'\nreason = 'r'", 0, "passed"),
    ],
)
def test_verify_looks_at_the_code_of_the_plan_whose_index_it_is(
    indexed, command, accepts, code, said
):
    indexed.write(app={"r.py": f"{STALE}\n"})
    plan = f'db = "{indexed.db.name}"\ncode = ["app"]\n{accepts}'
    (indexed.folder / "flagday.toml").write_text(plan)
    got, out, err = command("verify")
    elsewhere = command("verify", "--db", indexed.db.resolve())[1]

    assert (got, said in out + err) == (code, True)
    assert "n/a: the code is not kept" in " ".join(elsewhere.split())


def test_an_index_whose_reports_are_gone_is_verified_without_them(index):
    folder = Path(json.loads(index("status", "--json")[1])["run"]["artifacts"])
    folder.rename(folder.with_name("away"))
    try:
        code, out, _ = index("verify", "--json")
    finally:
        folder.with_name("away").rename(folder)
    told = {each["check_id"]: each["not_applicable"] for each in json.loads(out)["findings"]}

    assert (code, told["V-073"]) == (0, "the folder of its run is not there")


def test_a_verdict_without_a_root_to_look_at_says_so(index, indexed):
    root = indexed.folder / "src"
    root.rename(root.with_name("away"))
    try:
        _, out, _ = index("verify")
        said = json.loads(index("verify", "--json")[1])
    finally:
        root.with_name("away").rename(root)

    assert out.rstrip().split("\n")[-1] == (
        "verdict: passed, as far as it could be looked at: none of the roots is on this host"
    )
    assert said["not_looked_at"] == "none of the roots is on this host"


@pytest.mark.parametrize("is_of_run", [False, True], ids=["index", "run"])
def test_a_row_that_no_other_check_looks_at_is_not_changed_unnoticed(index, indexed, is_of_run):
    run = [json.loads(index("status", "--json")[1])["run"]["run_id"]] * is_of_run
    connection = apsw.Connection(str(indexed.db))
    connection.execute("UPDATE runs SET finished_at = '2000-01-01T00:00:00+00:00'")
    connection.close()
    code, _, err = index("verify", *run)

    assert (code, "V-065" in err) == (5, True)


@pytest.mark.parametrize("column", ["signature", "scope"])
def test_a_run_is_compared_with_every_row_of_the_index(index, indexed, column):
    run = json.loads(index("status", "--json")[1])["run"]["run_id"]
    connection = apsw.Connection(str(indexed.db))
    connection.execute(f"UPDATE symbols SET {column} = 'forged'")
    connection.close()
    code, _, err = index("verify", run)

    assert (code, "symbol set, exported again, symbols" in err) == (5, True)


def test_an_index_that_cannot_be_exported_again_is_not_what_its_run_stated(index, indexed):
    run = json.loads(index("status", "--json")[1])["run"]["run_id"]
    connection = apsw.Connection(str(indexed.db))
    connection.execute("DROP TABLE refs")
    connection.close()
    code, _, err = index("verify", run)

    assert (code, "symbol sets of the index" in err) == (5, True)


def test_export_writes_the_four_symbol_sets(index, indexed):
    code, out, _ = index("export", "--to", indexed.folder / "sets")

    assert code == 0
    assert [line.split("\t")[0].rsplit("/", 1)[1] for line in out.splitlines()] == [
        "files.parquet",
        "asts.parquet",
        "symbols.parquet",
        "refs.parquet",
    ]


def test_an_index_of_another_schema_is_refused_with_what_to_do(bench, command):
    connection = apsw.Connection(str(bench.db))
    runner.up(connection, to=4)
    connection.close()
    code, out, err = command("where", "f", "--db", bench.db)

    assert (code, out) == (3, "")
    assert f"has schema v4, not v5\n  next: Rebuild it with `flagday run --db {bench.db}`" in err


def test_migrate_goes_up_and_down_and_says_where_it_stands(command, tmp_path):
    db = tmp_path / "index.db"
    up = command("migrate", "up", "--to", 4, "--db", db)
    status = json.loads(command("migrate", "status", "--json", "--db", db)[1])
    down = command("migrate", "down", "--to", 0, "--db", db)

    assert (up[0], up[1].splitlines()[-1]) == (0, "applied v4")
    assert {entry["version"]: entry["state"] for entry in status}[4] == "applied"
    assert (down[0], down[1].splitlines()[0]) == (0, "reverted v4")


def test_migrate_to_a_version_that_is_not_there_is_refused(command, tmp_path):
    code, _, err = command("migrate", "up", "--to", 77, "--db", tmp_path / "index.db")

    assert code == 2
    assert "77 is not in the range 1<=x<=5" in err


def test_a_flag_that_is_not_there_is_refused_with_exit_code_2(command):
    code, out, err = command("run", "--db", "x.db", "--no-reus")

    assert (code, out) == (2, "")
    assert err == (
        "flagday: there is no flag --no-reus; did you mean --no-reuse or --reuse?\n"
        "  next: `flagday run --help` shows its flags, with examples.\n"
    )


def test_a_run_that_nothing_has_changed_since_is_proved_again(bench, command):
    bench.write(src={"a.py": SOURCE}, code={"app.py": "pass\n"})
    workspace = bench.run("src", code=[bench.folder / "code"])
    words = ("verify", workspace.run_id, "--db", bench.db)
    code, out, _ = command(*words, "--code", "code", "--all")
    *listed, count, verdict = out.splitlines()
    short = command(*words)[1].splitlines()

    assert (code, {line.split("  ")[-1].strip() for line in listed}) == (0, {"the same"})
    assert (count, verdict) == (f"{len(listed)} the same", "verdict: as the run stated")
    assert short == [
        count,
        "2 not derived again, check V-080, check V-081: the code is not kept in the reports; "
        "name it with --code",
        "verdict: as the run stated, as far as it could be derived again",
    ]


def test_backups_that_lie_in_a_root_are_no_files_of_it(bench, command):
    bench.write(src={"a.py": "def f(): pass\n"})
    backups = {"folder": bench.folder / "src" / "backups"}
    runs = [bench.run("src", backup=backups) for _ in range(2)]

    assert command("verify", "--db", bench.db)[0] == 0
    assert command("verify", runs[-1].artifacts, "--db", bench.db)[0] == 0


def test_the_id_of_a_run_means_the_folder_that_the_plan_gave_it(bench, command):
    bench.write(src={"a.py": SOURCE})
    run = bench.run("src", artifacts=bench.folder / "reports").run_id
    proved = command("verify", run, "--db", bench.db)
    same = command("diff", run, bench.db, "--db", bench.db)

    assert (proved[0], proved[1].splitlines()[-1]) == (0, "verdict: as the run stated")
    assert (same[0], "**Equal**" in same[1]) == (0, True)


def test_what_is_not_as_a_run_stated_is_named_with_exit_code_5(run, indexed, index):
    (run.artifacts / "schema.sql").write_text("")
    (indexed.folder / "src" / "a.py").write_text("")
    code, out, err = index("verify", run.artifacts, "--json")
    wrong = [item["what"] for item in json.loads(out) if item["matches"] is False]

    assert code == 5
    assert wrong == ["schema.sql", "contents of root src, on disk", "verdict", *wrong[3:]]
    assert "things are not what the run stated: schema.sql, contents of root src" in err


def test_what_the_manifest_of_an_older_flagday_does_not_state_is_not_held_against_it(
    run, indexed, index
):
    file = run.artifacts / "manifest.json"
    statement = json.loads(file.read_bytes())
    for key in ("limits", "tables"):
        del statement["predicate"][key]
    file.write_text(json.dumps(statement))
    with closing(apsw.Connection(str(indexed.db))) as connection:
        mark = hashlib.sha256(file.read_bytes()).digest()
        connection.execute("UPDATE runs SET manifest_sha256 = ?", [mark])
    checked = {
        item["check_id"]: item for item in json.loads(index("verify", "--json")[1])["findings"]
    }
    compared = {
        item["what"]: item for item in json.loads(index("verify", run.artifacts, "--json")[1])
    }

    assert checked["V-074"]["offences"] == 0
    assert checked["V-074"]["not_applicable"] == "the manifest, of an older flagday, has no tables"
    assert compared["tables"]["why_not"] == "the manifest is of an older flagday"
    assert compared["manifest, by the index's record"]["matches"]


def test_a_signed_run_names_its_signer_and_another_key_is_refused(bench, command, new_key):
    new_key(bench.folder / "key")
    new_key(bench.folder / "other")
    bench.write(src={"a.py": SOURCE})
    run = bench.run("src", sign_key=bench.folder / "key").artifacts
    signed = command("verify", run, "--db", bench.db, "--signature", "key.pub")
    other = command("verify", run, "--db", bench.db, "--signature", "other.pub")

    assert (signed[0], signed[2].split(", key id ")[0]) == (0, "signed by key.pub")
    assert (other[0], other[1]) == (5, "")
    assert "is not signed by other.pub" in other[2]


def test_a_key_that_cannot_sign_is_a_failed_precondition(bench):
    bench.write(src={"a.py": SOURCE, "key": "no key"})
    with pytest.raises(PreconditionFailed, match=r"sign_key: .* is no private key"):
        bench.run("src", sign_key=bench.folder / "src" / "key")

    assert not bench.db.exists()


def test_a_run_that_is_not_there_is_refused(command, tmp_path):
    code, _, err = command("verify", "yesterday", "--db", tmp_path / "index.db")

    assert code == 3
    assert "there is no run yesterday with a manifest" in err
