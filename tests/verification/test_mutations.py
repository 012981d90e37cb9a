"""The proof of the proof: whatever is damaged, some check tells. `pytest -s` prints the table."""

import shutil
from random import Random

from tests.verification.conftest import copied
from tests.verification.mutations import NEUTRAL, mutations
from verification.verify import verify


def caught(finished, folder):
    """Return the ids of the checks that tell each mutation of the good index, by its name."""
    found = {}
    for mutation in mutations():
        subject = mutation.apply(copied(finished, folder), Random(mutation.name))
        findings = verify(subject).findings
        found[mutation.name] = [finding.check_id for finding in findings if finding.offences]
        shutil.rmtree(folder)
    return found


def test_every_mutation_is_caught_by_some_check_or_known_to_change_nothing(finished, tmp_path):
    found = caught(finished, tmp_path / "mutated")
    for name, ids in found.items():
        print(f"{name:<45} {' '.join(ids) or NEUTRAL.get(name, 'NOT CAUGHT')}")  # noqa: T201

    assert [name for name, ids in found.items() if not ids and name not in NEUTRAL] == []
    assert len(found.keys() - NEUTRAL.keys()) >= 150
