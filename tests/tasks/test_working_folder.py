"""The working folder is left for what heeds its files; what works there still does."""

from pathlib import Path

from tasks.builders.programs import run
from tasks.naming import naming
from tasks.working_folder import elsewhere


def test_a_block_runs_outside_of_the_working_folder_and_then_there_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with elsewhere(), elsewhere():
        outside = Path.cwd()

    assert (outside, Path.cwd()) == (Path("/"), tmp_path)


def test_a_command_of_a_builder_runs_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    question = ["sh", "-c", "pwd; env | grep FLAGDAY_WORKING_FOLDER"]
    with elsewhere(), elsewhere():
        outside = run(question, 60)

    assert outside == run(question, 60) == (1, str(tmp_path))


def test_a_command_is_proposed_as_it_is_understood_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flagday.toml").write_text('db = "own.db"')
    with elsewhere():
        proposed = [naming("flagday status", tmp_path / name) for name in ("own.db", "other.db")]

    assert proposed == ["flagday status", f"flagday status --db {tmp_path}/other.db"]
