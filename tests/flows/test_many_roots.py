"""Many roots in one day: folders, mirrors, commits, and some that are broken."""

import json
import shutil
import subprocess

import pytest

from tasks.errors import PreconditionFailed
from tests.tasks.roots.conftest import git, repository, write

PLAN = """
exclude = ["third_party/"]
oracle = "off"

[[roots]]
path = "repo"
rev = "v1"

[[roots]]
path = "repo"

[[roots]]
glob = "mirrors/*"
required = false
"""


@pytest.fixture
def many(bench):
    """A repository at a tag and as it lies there, a mirror, and one that will break."""
    folder = bench.folder
    files = {"a.py": "def old():\n    pass\n", "third_party/b.py": "def theirs():\n    pass\n"}
    repo = repository(folder / "repo", files)
    git(repo, "tag", "v1")
    write(repo, {"a.py": "def new():\n    pass\n"})
    for name in ("one", "two"):
        source = repository(folder / name, {"c.py": f"def in_{name}():\n    return shared()\n"})
        (folder / "mirrors").mkdir(exist_ok=True)
        git(folder, "clone", "-q", "--mirror", str(source), f"mirrors/{name}.git")
        shutil.rmtree(source)
    (folder / "flagday.toml").write_text(PLAN)
    return bench


def written(workspace, name):
    return json.loads((workspace.artifacts / name).read_text())


def by_root(entries):
    return {entry["root"]: entry for entry in entries}


def commit_of(repository):
    words = ["git", "-C", str(repository), "rev-parse", "HEAD"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def test_roots_of_every_kind_answer_and_a_broken_one_is_told_everywhere(many, command):
    first = many.run()

    assert many.where("old") == [("repo@v1", "a.py", 1)]
    assert many.where("new") == [("repo", "a.py", 1)]
    assert many.where("in_two") == [("two", "c.py", 1)]
    assert many.where("theirs") == []
    inputs = by_root(written(first, "manifest.json")["predicate"]["inputs"])
    assert inputs["repo@v1"]["commit"] == commit_of(many.folder / "repo")
    assert inputs["repo"]["commit"] is None
    assert inputs["two"]["exclude"] == ["third_party/"]
    told = by_root(written(first, "verification.json")["summary"]["roots"])
    assert (told["repo@v1"]["files"], told["repo@v1"]["excluded"]) == (2, 1)
    assert command("verify", first.artifacts, "--db", many.db)[0] == 0

    shutil.rmtree(many.folder / "mirrors/two.git/objects")
    second = many.run()

    assert many.where("in_one") == [("one", "c.py", 1)]
    assert many.where("in_two") == []
    roots = by_root(written(second, "run_results.json")["roots"])
    assert roots["two"]["problem"] == "git cannot list it"
    found = {item["check_id"]: item for item in written(second, "verification.json")["findings"]}
    assert found["V-091"]["evidence"] == [
        {"root": "two", "problem": "git cannot list it", "files_before": 1, "symbols_before": 1}
    ]
    assert "**git cannot list it**" in (second.artifacts / "verification.md").read_text()
    code, said, _ = command("doctor", "--db", many.db)
    assert code == 7
    assert "root two was not read: git cannot list it" in said


def test_a_root_that_is_not_required_and_no_text_is_broken(bench):
    bench.write(src={"a.py": "x = 1\n"}, **{"m/bad\udcff": {"b.py": "y = 1\n"}})
    text = '[[roots]]\npath = "src"\n[[roots]]\nglob = "m/*"\nrequired = false\n'
    (bench.folder / "flagday.toml").write_text(text)
    bench.run()

    assert bench.rows("SELECT name, problem FROM roots ORDER BY name") == [
        (r"bad\xff", "its path is not UTF-8"),
        ("src", None),
    ]


def test_a_root_that_is_required_and_broken_stops_the_run(many):
    (many.folder / "flagday.toml").write_text(PLAN.replace('rev = "v1"', 'rev = "v2"'))
    with pytest.raises(PreconditionFailed, match="has no revision v2"):
        many.run()
