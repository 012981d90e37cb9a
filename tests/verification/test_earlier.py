"""Before a run reports, the reports of an earlier one go, and nothing else."""

import pytest

from verification.earlier import clear_earlier

REPORTS = {
    "inventory.json": '{"closure": []}',
    "report.html": "<p>Passed",
    "parquet/symbols.parquet": "PAR1",
    "manifest.dsse.json": "{}",
    "run_results.json": '{"run_id": "1"}',
}


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return write


def left(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_an_earlier_run_reported_goes_and_foreign_files_stay(folder):
    place = folder(**REPORTS, **{"notes.md": "mine", "parquet/mine.parquet": "x"})

    assert clear_earlier(place) == tuple(sorted(REPORTS))
    assert left(place) == ["notes.md", "parquet/mine.parquet"]


@pytest.mark.parametrize("text", ["", "[]", '{"closure"', '{"other": 1}', "[" * 100_000])
def test_a_folder_that_no_run_has_reported_to_is_left_as_it_is(folder, text):
    place = folder(**{"inventory.json": text, "schema.sql": "mine", "report.html": "mine"})

    assert clear_earlier(place) == ()
    assert left(place) == ["inventory.json", "report.html", "schema.sql"]


def test_a_symbolic_link_stays_and_so_does_what_it_leads_to(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "mine.html"
    elsewhere.write_text("mine")
    place = folder(**{"run_results.json": REPORTS["run_results.json"]})
    (place / "report.html").symlink_to(elsewhere)

    assert clear_earlier(place) == ("run_results.json",)
    assert (place / "report.html").read_text() == "mine"
