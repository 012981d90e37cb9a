import pytest

from verification.catalogue import MalformedCheck, checks, read_check
from verification.subject import Check, Severity

HEADER = """\
-- id:       V-900
-- title:    A promise
-- severity: warn
-- protocol: §6.1
-- group:    schema
SELECT 1 AS offence;
"""


@pytest.fixture
def written(tmp_path):
    """A function that writes a check to a file named after V-900."""

    def write(text):
        path = tmp_path / "V-900_promise.sql"
        path.write_text(text, "utf-8")
        return path

    return write


def test_checks_are_ordered_by_id_and_no_id_is_used_twice():
    ids = [check.id for check in checks()]

    assert ids == sorted(set(ids))


def test_a_check_is_read_from_its_header(written):
    check = read_check(written(HEADER))

    assert check == Check("V-900", "A promise", Severity.WARN, "§6.1", "schema", check.find)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("-- title:    A promise\n", "", "V-900_promise.sql starts with id, severity, protocol,"),
        ("-- group:    schema", "-- groups:   schema", "starts with id, title, severity, protocol"),
        ("A promise", "", "starts with id, severity, protocol, group, not id, title"),
        ("-- id:", "id:", "starts with title"),
        ("warn", "info", "V-900_promise.sql has the severity info"),
        ("V-900", "V-901", "V-900_promise.sql has the id V-901"),
    ],
)
def test_a_malformed_header_is_an_error(written, right, wrong, message):
    with pytest.raises(MalformedCheck, match=message):
        read_check(written(HEADER.replace(right, wrong)))
