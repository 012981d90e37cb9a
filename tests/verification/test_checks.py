import pytest

from tests.verification.offences import ALSO, FUNCTIONS, STATEMENTS, offend
from verification.catalogue import checks
from verification.verify import verify


def test_a_good_index_keeps_every_promise(good):
    verdict = verify(good)

    assert [finding for finding in verdict.findings if not finding.is_kept] == []


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.id)
def test_a_check_catches_its_offence_and_nothing_but_what_that_breaks_as_well(good, check):
    verdict = verify(offend(good, check.id))

    assert [finding.check_id for finding in verdict.findings if finding.offences] == sorted(
        [check.id, *ALSO.get(check.id, ())]
    )


def test_every_check_has_its_offence():
    assert sorted(STATEMENTS | FUNCTIONS) == [check.id for check in checks()]
