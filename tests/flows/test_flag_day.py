"""The whole day on small roots: from nothing, from v5, from v4."""

import hashlib
import json
import os
import re
import time
from base64 import b64encode
from contextlib import chdir, closing
from importlib.resources import files
from urllib.request import Request, urlopen

import apsw
import jsonschema
import pytest

from tasks.errors import PlanInvalid, StepFailed, VerdictFailed
from tests.conftest import at_work
from tests.legacy import v4

SOURCE = 'def f():\n    """Do it."""\n    return g()\n'
PARQUET = ("files", "asts", "symbols", "refs")


@pytest.fixture(scope="module")
def first(built):
    """The first day on a root with a content in Python and one in JavaScript."""
    return built.begin(src={"a.py": SOURCE, "b.js": "const x = () => y();\n"})


@pytest.fixture
def indexed(first, built, monkeypatch):  # noqa: ARG001 -- it began
    """The bench as that day left it."""
    built.bring_back()
    yield from at_work(built, monkeypatch)


@pytest.fixture(scope="module")
def second(first, built):  # noqa: ARG001 -- it began
    """The artifacts of a second day on the same files, by their digests."""
    built.bring_back()
    with chdir(built.folder):
        return artifacts(built.run("src"))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ask_prefect(api, what, **filters):
    """Ask Prefect's server as its UI does: POST /<what>/filter."""
    password = b64encode(os.environ["PREFECT_API_AUTH_STRING"].encode())
    answer = Request(
        f"{api}/{what}/filter",
        data=json.dumps(filters).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {password.decode()}"},
    )
    with urlopen(answer, timeout=30) as said:
        return json.load(said)


def steps_shown(api, flow_run):
    """Wait until all steps are shown, a moment after they end; return their numbers."""
    numbers = set()
    deadline = time.monotonic() + 30.0
    while len(numbers) < 13 and time.monotonic() < deadline:
        time.sleep(0.1)
        tasks = ask_prefect(api, "task_runs", flow_runs={"id": {"any_": [flow_run]}})
        numbers = {int(n) for task in tasks for n in re.findall(r"^\d+", task["name"])}
    return numbers


def artifacts(workspace):
    return {
        path.relative_to(workspace.artifacts).as_posix(): digest(path)
        for path in workspace.artifacts.rglob("*")
        if path.is_file() and path.name != "run_results.json"
    }


def test_content_shared_by_two_roots_is_stored_once_found_in_both_and_exported_as_it_is(bench):
    from tasks.export import export_index  # noqa: PLC0415 -- imports Prefect

    bench.write(left={"same.py": SOURCE, "b.c": "int x;\n"}, right={"lib/same.py": SOURCE})
    workspace = bench.run("left", "right")
    export_index(bench.db, bench.folder / "sets")

    assert bench.rows("SELECT name FROM symbols ORDER BY name") == [("f",), ("x",)]
    assert bench.where("f") == [("left", "same.py", 1), ("right", "lib/same.py", 1)]
    assert {name: digest(bench.folder / "sets" / f"{name}.parquet") for name in PARQUET} == {
        name: digest(workspace.artifacts / "parquet" / f"{name}.parquet") for name in PARQUET
    }


def test_equal_bytes_in_two_languages_are_two_asts_and_each_file_meets_its_own(bench):
    bench.write(src={"a.js": "function f() {}\n", "b.ts": "function f() {}\n"})
    bench.run("src")

    assert bench.rows("SELECT COUNT(*) FROM asts") == [(2,)]
    assert bench.where("f") == [("src", "a.js", 1), ("src", "b.ts", 1)]
    assert bench.where("f", language="typescript") == [("src", "b.ts", 1)]


def test_every_file_has_one_outcome_and_the_outcomes_sum_to_the_files_found(bench):
    bench.write(
        src={
            "good.py": SOURCE,
            "broken.py": "def f(:\n",
            "notes.txt": "text",
            "spec.ads": "package Spec is end Spec;\n",
            "image.py": b"\x89PNG\0",
            "latin.py": "s = 'é'\n".encode("latin-1"),
            "empty.py": "",
        }
    )
    (bench.folder / "src" / "link.py").symlink_to("good.py")
    bench.run("src")

    assert bench.rows("SELECT path, outcome, reason FROM files ORDER BY path") == [
        ("broken.py", "partial", "syntax errors in less than 0.1 % of bytes"),
        ("empty.py", "indexed", None),
        ("good.py", "indexed", None),
        ("image.py", "skipped", "binary content"),
        ("latin.py", "indexed", None),
        ("link.py", "skipped", "symbolic link, not followed"),
        ("notes.txt", "skipped", "no language for this kind of file"),
        ("spec.ads", "skipped", "no parser for Ada"),
    ]


def test_a_second_run_takes_over_every_ast_and_makes_byte_identical_artifacts(indexed, second):
    indexed.run("src")
    third = indexed.run("src")

    assert artifacts(third) == second
    assert json.loads((third.artifacts / "run_results.json").read_text())["reused"] == 2


def test_without_reuse_everything_is_parsed_and_the_artifacts_are_the_same(indexed, second):
    again = indexed.run("src", reuse=False)

    assert artifacts(again) == second
    assert json.loads((again.artifacts / "run_results.json").read_text())["reused"] == 0


def test_a_changed_file_is_parsed_anew_and_the_report_tells_what_changed_and_why(indexed, first):
    indexed.write(src={"b.js": "\n\nfunction later() {}\n"})
    second = indexed.run("src")
    told = json.loads((second.artifacts / "verification.json").read_text())["since_previous"]

    assert indexed.where("later") == [("src", "b.js", 3)]
    assert indexed.where("f") == [("src", "a.py", 1)]
    assert indexed.where("x") == []

    assert (
        "Not compared: there is no previous index."
        in (first.artifacts / "verification.md").read_text()
    )
    assert [
        (group["language"], group["cause"], group["files"], group["symbols"]["added"])
        for group in told["groups"]
    ] == [("javascript", "content changed", 1, 1)]


def test_a_rehearsal_proves_everything_and_replaces_nothing(indexed):
    bench = indexed
    before = (bench.db.readlink(), digest(bench.db))
    bench.write(src={"b.py": "x = 1\n"})
    workspace = bench.run("src", rehearse=True)

    assert (bench.db.readlink(), digest(bench.db)) == before
    verdict = json.loads((workspace.artifacts / "verification.json").read_text())["verdict"]
    assert verdict == "passed"


def test_a_v4_index_becomes_v5_and_keeps_what_is_not_legacy(bench):
    v4(bench.db)
    bench.write(src={"a.py": SOURCE, "copy.py": SOURCE})
    report = (bench.run("src").artifacts / "verification.md").read_text()

    assert "Compared by name: the database before has schema v4" in report
    assert bench.where("f") == [("src", "a.py", 1), ("src", "copy.py", 1)]
    assert bench.rows("SELECT * FROM notes") == [(1, "not ours"), (7, "and kept")]
    assert bench.rows("SELECT COUNT(*) FROM build_queue") == [(0,)]
    assert bench.rows("SELECT COUNT(*) FROM discovery_queue") == [(0,)]
    assert bench.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'symbols_fts%'") == []


def test_an_index_of_the_schema_of_another_flagday_answers_after_a_day(indexed, command):
    runs = indexed.rows("SELECT * FROM runs")
    with closing(apsw.Connection(str(indexed.db))) as connection:
        connection.execute("UPDATE schema_migrations SET checksum = 'other'; DROP TABLE symbols")
    before, raised, after = (
        command("where", "f", "--db", indexed.db),
        command("migrate", "up", "--db", indexed.db),
        (indexed.run("src"), command("where", "f", "--db", indexed.db))[1],
    )

    assert [answer[0] for answer in (before, raised, after)] == [3, 3, 0]
    assert "schema v5 of another flagday" in before[2]
    assert "Rebuild an index with `flagday run`. Nothing was changed." in raised[2]
    assert after[1] == "src/a.py:1:4  function f\n"
    assert indexed.rows("SELECT * FROM runs")[:-1] == runs


def test_code_that_still_reads_a_dropped_table_is_listed_fails_the_verdict_and_nothing_changes(
    bench,
):
    v4(bench.db)
    before = digest(bench.db)
    bench.write(
        src={"a.py": SOURCE},
        app={"reader.py": 'QUERY = "SELECT name FROM symbols WHERE file_id = ?"\n'},
    )
    with pytest.raises(Exception, match="V-080"):
        bench.run("src", code=[bench.folder / "app"])
    (folder,) = (bench.folder / ".flagday" / "runs").iterdir()
    inventory = json.loads((folder / "inventory.json").read_text())

    assert {"symbols_fts", "symbol_kinds", "symbol_locations", "content_versions_replace"} <= {
        item["name"] for item in inventory["closure"]
    }
    assert inventory["queues"] == [
        {
            "name": "build_queue",
            "rows": 2,
            "why": "named a queue, with state and queued_at",
        },
        {"name": "discovery_queue", "rows": 1, "why": "named a queue, with state"},
    ]
    assert [(item["file"], item["forbidden_columns"]) for item in inventory["code_paths"]] == [
        ("reader.py", ["file_id"])
    ]
    assert digest(bench.db) == before
    assert not bench.db.is_symlink()


def test_a_code_path_that_nobody_can_classify_stops_the_run_until_the_plan_accepts_it(bench):
    v4(bench.db)
    bench.write(
        src={"a.py": SOURCE},
        app={"console.py": "import sqlite3\ndef run(db, sql):\n    return db.execute(sql)\n"},
    )
    code = [bench.folder / "app"]
    accept = {"file": "console.py", "line": "db.execute(sql)", "reason": "people type it"}
    with pytest.raises(StepFailed, match=r"cannot be classified, the first at app/console.py:3"):
        bench.run("src", code=code)
    bench.run("src", code=code, inventory={"accept": [accept]})

    assert bench.where("f") == [("src", "a.py", 1)]


def test_a_failed_verdict_is_reported_in_every_form(bench):
    bench.write(src={"a.py": SOURCE}, app={"r.py": 'Q = "SELECT file_id FROM symbols"\n'})
    reports = bench.folder / "reports"
    with pytest.raises(VerdictFailed):
        bench.run("src", code=[bench.folder / "app"], artifacts=reports)

    assert sorted(path.name for path in reports.iterdir()) == [
        "inventory.html",
        "inventory.json",
        "inventory.md",
        "inventory.sarif",
        "junit.xml",
        "report.html",
        "run_results.json",
        "schema.sql",
        "verification.json",
        "verification.md",
    ]
    assert "<h1>Failed</h1>" in (reports / "report.html").read_text("utf-8")


def test_a_failing_step_leaves_the_index_in_service_byte_identical_and_no_candidate(indexed):
    bench = indexed
    before = digest(bench.db)
    bench.write(src={"b.py": "def f(): pass\n" * 20_000})
    flags = {"limits": {"parse_timeout_s": 1e-6, "max_failed_files": 0}}
    with pytest.raises(StepFailed, match="could not be extracted"):
        bench.run("src", **flags)

    assert digest(bench.db) == before
    generations = (bench.folder / "index.db.generations").iterdir()
    assert [path.name for path in generations if path.suffix in {".db", ".scratch"}] == [
        bench.db.readlink().name
    ]


def test_builders_are_stopped_for_the_day_and_started_again_when_it_fails(bench):
    bench.write(src={"a.py": SOURCE})
    log = bench.folder / "log"
    builder = {
        "kind": "command",
        "name": "b",
        "stop": ["sh", "-c", f"echo stop >> {log}"],
        "start": ["sh", "-c", f"echo start >> {log}"],
        "settle_s": 0,
    }
    bench.run("src", builders=[builder])
    flags = {"limits": {"parse_timeout_s": 1e-6, "max_failed_files": 0}, "reuse": False}
    bench.write(src={"a.py": SOURCE * 10_000})
    with pytest.raises(StepFailed):
        bench.run("src", builders=[builder], **flags)

    assert log.read_text().split() == ["stop", "start", "stop", "start"]


def test_a_writer_that_stays_beside_the_builders_stops_the_run_by_name(bench, held_open):
    v4(bench.db)
    bench.write(src={"a.py": SOURCE})
    before = digest(bench.db)
    pid = held_open(bench.db)
    words = {key: ["true"] for key in ("stop", "start", "is_stopped")}
    waits = {"settle_s": 0, "stop_timeout_s": 0.1}
    with pytest.raises(StepFailed, match=f"pid {pid}"):
        bench.run("src", builders=[{"kind": "command", "name": "idle", **words, **waits}])

    assert digest(bench.db) == before


def test_an_ast_identity_that_does_not_hold_is_a_failed_precondition(bench):
    connection = apsw.Connection(str(bench.db))
    connection.execute("CREATE TABLE asts (ast_id INTEGER PRIMARY KEY, content_hash, parser)")
    connection.close()
    bench.write(src={"a.py": SOURCE})

    with pytest.raises(Exception, match=r"§1\.1"):
        bench.run("src")


@pytest.mark.usefixtures("indexed")
def test_the_manifest_binds_every_artifact_by_its_digest(first):
    manifest = json.loads((first.artifacts / "manifest.json").read_text())
    bound = {subject["name"]: subject["digest"]["sha256"] for subject in manifest["subject"]}
    found = artifacts(first)
    del found["manifest.json"]

    assert bound == found
    assert {f"parquet/{name}.parquet" for name in PARQUET} <= bound.keys()
    assert manifest["predicate"]["verdict"] == "passed"


def test_run_results_are_as_their_schema_says_for_a_run_that_ends_well_or_badly(indexed, first):
    schema = json.loads(
        files("verification").joinpath("schemas/run_results.schema.json").read_text()
    )
    indexed.write(app={"r.py": 'Q = "SELECT file_id FROM symbols"\n'})
    with pytest.raises(VerdictFailed):
        indexed.run("src", code=[indexed.folder / "app"], artifacts=indexed.folder / "bad")
    results = [
        json.loads((folder / "run_results.json").read_text())
        for folder in (first.artifacts, indexed.folder / "bad")
    ]

    assert [result["state"] for result in results] == ["completed", "failed"]
    assert [jsonschema.validate(result, schema) for result in results] == [None, None]


def test_parts_of_any_number_of_workers_make_the_same_index(bench, monkeypatch):
    monkeypatch.setattr("tasks.extract._MIN_PART_BYTES", 1 << 12)  # each worker has parts enough
    bench.write(src={f"m{n}.py": SOURCE.replace("f", f"f{n}") * 30 for n in range(30)})
    one = bench.run("src", workers=1, rehearse=True)
    three = bench.run("src", workers=3, rehearse=True)

    assert artifacts(three) == artifacts(one)


def test_prefects_server_shows_a_run_its_steps_verdict_checks_outcomes_progress_and_links(
    bench, prefect
):
    bench.write(src={"a.py": SOURCE, "notes.txt": "text"})
    workspace = bench.run("src")
    (flow_run,) = ask_prefect(prefect, "flow_runs", sort="START_TIME_DESC", limit=1)
    of_run = {"flow_run_id": {"any_": [flow_run["id"]]}}
    shown = {
        artifact["key"]: artifact
        for artifact in ask_prefect(prefect, "artifacts", artifacts=of_run)
    }
    steps = steps_shown(prefect, flow_run["id"])

    assert {key: artifact["type"] for key, artifact in shown.items()} == {
        "flag-day-checks": "table",
        "flag-day-extraction": "progress",
        "flag-day-inventory": "markdown",
        "flag-day-outcomes": "table",
        "flag-day-report": "markdown",
        "flag-day-verdict": "markdown",
    }
    assert shown["flag-day-extraction"]["data"] == 100.0
    assert shown["flag-day-verdict"]["data"].startswith("# passed\n")
    assert (workspace.artifacts / "report.html").as_uri() in shown["flag-day-report"]["data"]
    assert json.loads(shown["flag-day-outcomes"]["data"]) == [
        {"files": 1, "outcome": "indexed", "reason": ""},
        {"files": 1, "outcome": "skipped", "reason": "no language for this kind of file"},
    ]
    assert flow_run["state"]["type"] == "COMPLETED"
    assert steps == set(range(1, 14))


def test_the_same_content_elsewhere_and_written_in_another_order_makes_the_same_artifacts(bench):
    files = {f"{name}/m.py": SOURCE.replace("f", name) for name in ("one", "two", "three")}
    bench.write(src=files)
    here = bench.run("src", rehearse=True)
    bench.write(**{"elsewhere/src": dict(reversed(files.items()))})
    elsewhere = bench.run("elsewhere/src", rehearse=True, db=bench.folder / "other" / "index.db")

    assert artifacts(elsewhere) == artifacts(here)


def test_the_time_of_every_check_stands_in_the_run_results_and_in_no_report(bench):
    bench.write(src={"a.py": SOURCE})
    workspace = bench.run("src", oracle="off")
    results = json.loads((workspace.artifacts / "run_results.json").read_text())
    report = json.loads((workspace.artifacts / "verification.json").read_text())

    assert [check["check"] for check in results["checks"]] == [
        finding["check_id"] for finding in report["findings"]
    ]
    assert "took_s" not in json.dumps(report)
    assert report["oracle"]["not_asked"] == "the plan turns it off"


def test_an_unknown_oracle_is_refused(bench):
    with pytest.raises(PlanInvalid, match="oracle must be 'sample', 'all' or 'off'"):
        bench.run("src", oracle="some")


PACKED = b"!function(e){return e+1}(0);" * 200


def test_minified_code_is_skipped_by_name_or_indexed_as_the_plan_says(bench):
    bench.write(
        src={"a.py": "def a(): pass\n", "lib.min.js": "function lib() {}\n", "b.js": PACKED}
    )
    bench.run("src")
    skipped = bench.rows("SELECT path, outcome, reason FROM files ORDER BY path")
    bench.run("src", limits={"minified": "index"})
    indexed = bench.rows("SELECT path, outcome, reason FROM files ORDER BY path")

    assert skipped == [
        ("a.py", "indexed", None),
        ("b.js", "skipped", "minified or bundled code"),
        ("lib.min.js", "skipped", "minified or bundled code"),
    ]
    assert indexed == [(path, "indexed", None) for path in ("a.py", "b.js", "lib.min.js")]
