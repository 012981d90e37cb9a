"""At which sizes something needs attention."""

import pytest

from tasks.upkeep import freshness
from tasks.upkeep.findings import Health
from tasks.upkeep.pages import pays
from tasks.upkeep.sizes import findings_of
from tests.tasks.upkeep.conftest import topic

MIB = 1 << 20
WELL = {
    "index_bytes": 1000 * MIB,
    "log_bytes": 0,
    "companion_bytes": 10 * MIB,
    "companion_log_bytes": 64 * MIB,
    "old_generations": 0,
    "old_generations_bytes": 0,
    "backups": 3,
    "backups_bytes": 10_000 * MIB,
    "leftovers": 0,
    "leftovers_bytes": 0,
    "quarantined": 0,
    "quarantined_bytes": 0,
    "runs_bytes": 10_000 * MIB,
    "free_disk_bytes": 2064 * MIB,
}


def test_at_the_bounds_nothing_needs_attention(patient):
    assert list(findings_of(patient, WELL)) == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"log_bytes": 65 * MIB}, "the write-ahead log of the index has 65 MiB"),
        ({"companion_log_bytes": 65 * MIB}, "the write-ahead log of the companion has 65 MiB"),
        ({"backups_bytes": 10_001 * MIB}, "3 backups take 10001 MiB"),
        ({"runs_bytes": 10_001 * MIB}, "the reports of runs take 10001 MiB"),
        ({"free_disk_bytes": 2063 * MIB}, "the disk has 2063 MiB free"),
        (
            {"leftovers": 2, "leftovers_bytes": 7 * MIB},
            "0 old generations and 2 folders of killed commands take 7 MiB",
        ),
    ],
)
def test_beyond_a_bound_it_is_told(patient, changes, what):
    found = list(findings_of(patient, WELL | changes))

    assert [(finding.health, finding.what) for finding in found] == [(Health.DEGRADED, what)]


@pytest.mark.parametrize("what", ["backups_bytes", "runs_bytes"])
def test_what_belongs_to_a_small_index_may_take_as_much_as_to_a_middling_one(patient, what):
    small = WELL | {"index_bytes": 1, "backups_bytes": 0, "runs_bytes": 0, what: 640 * MIB}

    assert list(findings_of(patient, small)) == []


@pytest.mark.parametrize(
    ("pages", "free", "page_bytes", "expected"),
    [
        (1000, 100, 1 << 14, True),
        (1000, 99, 1 << 14, False),  # less than a tenth
        (200, 20, 1 << 13, False),  # less than a mebibyte
        (0, 0, 4096, False),
    ],
)
def test_giving_pages_back_pays_where_they_are_many_and_much(pages, free, page_bytes, expected):
    assert pays(pages, free, page_bytes) is expected


def test_of_many_files_a_quick_examination_looks_at_a_sample(examined, monkeypatch):
    monkeypatch.setattr(freshness, "SAMPLE", 2)  # of three files

    assert topic(examined(), "freshness").facts["examined"] == 1
