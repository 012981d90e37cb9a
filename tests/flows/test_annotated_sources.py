"""What each language's fixtures say is found, the checks of a whole day find as well."""

import json
import shutil
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "fixtures" / "annotated"


def test_a_day_on_the_fixtures_of_all_languages_passes(bench):
    shutil.copytree(FIXTURES, bench.folder / "src")
    workspace = bench.run("src")
    said = json.loads((workspace.artifacts / "verification.json").read_text())
    languages = bench.rows("SELECT DISTINCT language FROM files WHERE language IS NOT NULL")

    assert said["verdict"] == "passed"
    assert len(languages) == len([*FIXTURES.iterdir()])
