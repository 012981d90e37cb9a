"""``flagday schedule`` as a process: it runs at its time, shows all of it, and ends cleanly."""

import pytest

from flows.schedule import Times
from tasks.errors import PlanInvalid
from tasks.index import Index
from tests.served import UNFINISHED, Served, artifacts_of, lines_of, steps_of, until

STEPS = {
    "1 check preconditions",
    "2 take inventory",
    "3 stop builders",
    "4 drop legacy tables",
    "5 apply schema v5",
    "6 clear queues",
    "7 rediscover roots",
    "8 extract part",
    "9 load",
    "10 verify",
    "11 export",
    "12 report",
    "13 cut over",
}
PLAN = 'workers = 1\noracle = "off"\n\n[[roots]]\npath = "src"\n'


def test_a_schedule_runs_the_day_at_its_time_shows_all_of_it_and_leaves_nothing_running(
    bench, prefect
):
    bench.write(src={"a.py": "def f(): pass\n"})
    (bench.folder / "flagday.toml").write_text(f"{PLAN}\n[review]\ntimeout_s = 1\n")
    served = Served(prefect, bench.folder, "--every", "15", "--no-review")
    until(lambda: served.runs(any_=["COMPLETED", "FAILED"]))
    code = served.end()
    first = served.runs(any_=["COMPLETED"])[0]
    until(lambda: steps_of(prefect, first["id"]) >= STEPS)
    lines = lines_of(prefect, first["id"])

    assert first["auto_scheduled"]
    assert first["parameters"] == {
        "plan_file": str(bench.folder / "flagday.toml"),
        "db": str(bench.folder / ".flagday/index.db"),
        "review": False,
    }
    assert steps_of(prefect, first["id"]) == STEPS
    assert artifacts_of(prefect, first["id"]) == {
        "flag-day-checks": "table",
        "flag-day-extraction": "progress",
        "flag-day-inventory": "markdown",
        "flag-day-outcomes": "table",
        "flag-day-report": "markdown",
        "flag-day-verdict": "markdown",
    }
    assert [line for line in lines if line.startswith("step done number=13 name=cut over")]
    assert (code, served.runs(any_=UNFINISHED)) == (0, [])
    with Index(bench.folder / ".flagday/index.db") as index:
        assert [found.path for found in index.where("f")] == ["a.py"]
    assert (bench.folder / ".flagday/.gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--cron or --every: one of both"),
        (["--cron", "0 2 * * *", "--every", "60"], "--cron or --every: one of both"),
        *(
            (["--every", time], f"--every: {time} is no time")
            for time in ("0", "1e-09", "nan", "inf", "1e+20")
        ),
        (["--cron", "0 2 * * *", "--timezone", "Mars"], "--timezone: there is no Mars"),
        (["--every", "60", "--rehearse", "--maintain"], "--rehearse or --maintain: one of both"),
        (["--every", "60", "--maintain", "--review"], "upkeep has no cut-over to review"),
        (["--every", "60", "--rehearse", "--if-changed"], "rehearsal is done at each time"),
        (["--every", "60"], "there is no plan at flagday.toml"),
    ],
    ids=lambda item: item if isinstance(item, str) else None,
)
def test_what_no_schedule_can_be_made_of_is_refused(words, said, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = command("schedule", *words)

    assert code == 2
    assert said in err


def test_times_are_told_as_a_person_writes_them():
    assert str(Times("0 2 * * *", None, "Europe/Berlin")) == "0 2 * * * (Europe/Berlin)"
    assert str(Times(None, 90.0, "UTC")) == "every 90 s"


def test_times_that_are_none_are_refused_with_an_example():
    with pytest.raises(PlanInvalid) as refused:
        Times(None, None, "UTC")

    assert refused.value.next_step == 'Say when: `--cron "0 2 * * *"` for two at night.'
