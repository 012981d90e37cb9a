"""The server of a run: there for as long as the run is. A stand-in plays its part."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import httpx
import psutil
import pytest

from flows.cli.narration import narrated
from flows.prefect_server import prefect_api
from tasks.errors import StepFailed

FAKES = Path(__file__).parent / "fakes"
REPOSITORY = Path(__file__).parents[2]
RUN = """
import sys, time
from pathlib import Path
from flows.prefect_server import prefect_api
with prefect_api(Path(sys.argv[1])) as wait_until_ready:
    wait_until_ready()
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(FAKES))


def record(home):
    return json.loads((home / "server.json").read_text())


def server(home):
    return psutil.Process(record(home)["pid"])


def has_ended(process):
    _, alive = psutil.wait_procs([process], timeout=10)
    return not alive


def test_a_server_is_gone_with_its_record_when_the_run_is_over(tmp_path):
    with prefect_api(tmp_path) as wait_until_ready:
        wait_until_ready()
        ours = server(tmp_path)

    assert has_ended(ours)
    assert not (tmp_path / "server.json").exists()


def test_a_server_that_ends_is_started_again_at_the_same_place(tmp_path):
    with prefect_api(tmp_path) as wait_until_ready:
        wait_until_ready()
        url, first = os.environ["PREFECT_API_URL"], server(tmp_path)
        first.kill()
        while record(tmp_path)["pid"] == first.pid:
            time.sleep(0.05)
        second, recorded = server(tmp_path), record(tmp_path)

    assert (recorded["url"], recorded["pid"]) == (url, second.pid)
    assert has_ended(second)


def test_a_server_ends_with_a_run_that_is_killed(tmp_path):
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{FAKES}"},
        stdout=subprocess.PIPE,
    )
    run.stdout.readline()
    ours = server(tmp_path)
    run.kill()
    run.communicate()

    assert has_ended(ours)


def test_the_server_of_another_run_is_used_and_not_ended(tmp_path):
    with prefect_api(tmp_path) as wait_until_ready:
        wait_until_ready()
        first, url = server(tmp_path), os.environ.pop("PREFECT_API_URL")
        with prefect_api(tmp_path) as wait_until_ready_too:
            wait_until_ready_too()
            shared = os.environ["PREFECT_API_URL"]
        is_there = first.is_running()
        os.environ["PREFECT_API_URL"] = url

    assert (shared, is_there) == (url, True)


def test_a_history_and_a_log_that_have_grown_too_large_begin_anew(tmp_path):
    large = {"prefect.db": 50 << 20, "prefect.db-wal": 20 << 20, "server.log": 2 << 20}
    small = {"prefect.db": 50 << 20, "prefect.db-wal": 1 << 20, "server.log": 1 << 10}
    left = []
    for sizes in (large, small):
        for name, size in sizes.items():
            (tmp_path / name).touch()
            os.truncate(tmp_path / name, size)
        with prefect_api(tmp_path) as wait_until_ready:
            wait_until_ready()
            left.append({name: (tmp_path / name).exists() and (tmp_path / name).stat().st_size
                         for name in sizes})  # fmt: skip

    anew = left[0].pop("prefect.db")
    assert 0 < anew < 4 << 20
    assert left == [{"prefect.db-wal": False, "server.log": 0}, small]


def test_a_server_finds_a_history_that_has_begun(tmp_path):
    home = tmp_path / "linked"
    home.symlink_to(tmp_path / "home", target_is_directory=True)
    (tmp_path / "home").mkdir()
    with prefect_api(home) as wait_until_ready:
        wait_until_ready()
        with urllib.request.urlopen(os.environ["PREFECT_API_URL"]) as answer:
            said = answer.read()

    assert said == b"True"


def test_a_home_that_is_somebody_else_s_gets_no_history_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "theirs"))
    with prefect_api(tmp_path) as wait_until_ready:
        wait_until_ready()

    assert not (tmp_path / "prefect.db").exists()


def test_the_history_that_another_run_needs_stays(tmp_path):
    with prefect_api(tmp_path) as wait_until_ready:
        wait_until_ready()
        (tmp_path / "prefect.db").touch()
        os.truncate(tmp_path / "prefect.db", 70 << 20)
        server(tmp_path).kill()
        url = os.environ.pop("PREFECT_API_URL")
        with prefect_api(tmp_path):
            is_there = (tmp_path / "prefect.db").exists()
        os.environ["PREFECT_API_URL"] = url

    assert is_there


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A server that ends as soon as it starts."""
    (tmp_path / "broken/prefect").mkdir(parents=True)
    (tmp_path / "broken/prefect/__init__.py").touch()
    (tmp_path / "broken/prefect/__main__.py").write_text("raise SystemExit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))


@pytest.mark.usefixtures("broken")
def test_a_server_that_does_not_start_is_told_at_once(tmp_path):
    with (
        pytest.raises(StepFailed, match="did not start"),
        prefect_api(tmp_path / "home") as wait_until_ready,
    ):
        wait_until_ready()


@pytest.mark.usefixtures("broken")
def test_a_full_disk_is_no_fault_of_the_server(tmp_path, monkeypatch):
    full = SimpleNamespace(total=4 << 20, free=0)
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)

    with (
        pytest.raises(StepFailed, match=r"the disk of .*/home is full \(0 of 4 MiB free\)"),
        prefect_api(tmp_path / "home") as wait_until_ready,
    ):
        wait_until_ready()


def test_it_is_told_that_the_server_starts(tmp_path, capsys):
    with narrated(), prefect_api(tmp_path):
        pass

    assert capsys.readouterr().err == "·    starting Prefect's server …\n"


@pytest.mark.parametrize(
    "alter",
    [
        lambda told, _: told | {"url": told["url"].replace("127.0.0.1", "localhost")},
        lambda told, _: told | {"pid": os.getpid()},
        lambda told, _: told | {"pid": "1"},
        lambda told, _: told | {"url": 5},
        lambda told, file: file.chmod(0o644) or told,
    ],
    ids=["another URL", "another process", "no process", "no URL", "a file that others may read"],
)
def test_a_record_that_is_not_of_our_own_server_is_not_believed(tmp_path, alter):
    with prefect_api(tmp_path):
        ours, file = server(tmp_path), tmp_path / "server.json"
        file.write_text(json.dumps(alter(record(tmp_path), file)))
        os.environ.pop("PREFECT_API_URL")
        with prefect_api(tmp_path):
            other = server(tmp_path)
        is_there = ours.is_running()

    assert (other.pid != ours.pid, is_there) == (True, True)
    assert has_ended(other)


def fail(error, home):
    """Fail in a run that has a server."""
    with prefect_api(home) as wait_until_ready:
        wait_until_ready()
        raise error


def ended_by(error, home):
    with pytest.raises((StepFailed, type(error))) as ended:
        fail(error, home)
    return ended.value


@pytest.mark.parametrize("free_mib", [0, 100])
def test_what_the_server_refuses_for_want_of_room_is_told_as_a_full_disk(
    tmp_path, monkeypatch, free_mib
):
    room = SimpleNamespace(total=160 << 20, free=free_mib << 20)
    monkeypatch.setattr("shutil.disk_usage", lambda _: room)
    refused, defect = httpx.HTTPError("Server error '500'"), ValueError("a defect")
    told, shown = ended_by(refused, tmp_path), ended_by(defect, tmp_path)

    assert shown is defect
    if free_mib:
        assert told is refused
        return
    assert (type(told), told.what, told.next_step) == (
        StepFailed,
        f"the disk of {tmp_path} is full (0 of 160 MiB free), and Prefect's state does not fit "
        "any more",
        "Make room, or name another place with --db. The index in service is whole; "
        "`flagday status` tells which one it is.",
    )
