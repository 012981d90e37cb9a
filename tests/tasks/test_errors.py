"""What an error carries, also out of a worker process."""

import pickle

import pytest

from tasks.errors import (
    AnotherRun,
    BuilderDown,
    FlagDayError,
    IndexDamaged,
    NotApproved,
    PlanInvalid,
    PreconditionFailed,
    QuestionInvalid,
    StepFailed,
    VerdictFailed,
)


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (FlagDayError, 1),
        (PlanInvalid, 2),
        (QuestionInvalid, 2),
        (PreconditionFailed, 3),
        (AnotherRun, 3),
        (StepFailed, 4),
        (VerdictFailed, 5),
        (BuilderDown, 6),
        (IndexDamaged, 8),
        (NotApproved, 9),
    ],
)
def test_an_error_comes_out_of_a_worker_as_it_went_in(kind, exit_code):
    came = pickle.loads(pickle.dumps(kind("it failed", next_step="Mend it.")))

    assert (type(came), str(came), came.what, came.next_step, came.exit_code) == (
        kind,
        "it failed",
        "it failed",
        "Mend it.",
        exit_code,
    )
