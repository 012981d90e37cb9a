"""What a run says of promises that it found broken."""

from pathlib import Path

import pytest

from tasks.contracts import RunKind, Workspace
from tasks.errors import VerdictFailed
from tasks.verify import refuse
from verification.subject import Finding, Severity, Verdict


@pytest.mark.parametrize(
    ("offence", "where"),
    [
        ({"path": "a.py", "problem": "gone", "root": "src"}, "2, the first: src/a.py"),
        ({"ast_id": 1}, "2"),
    ],
)
def test_a_broken_promise_is_told_with_the_file_of_its_first_offence(offence, where):
    finding = Finding("V-013", "Kept", Severity.FAIL, "§6.2", "identity", 2, (offence,), None)
    workspace = Workspace("1", "", Path("/runs/1"), Path("/scratch"), RunKind.FLAG_DAY, "index.db")
    with pytest.raises(VerdictFailed) as refused:
        refuse(Verdict((finding,)), workspace)

    assert refused.value.what == f"the verdict is failed: V-013 Kept ({where})"
