"""A verdict as JUnit XML: what a viewer of test results counts is what the verdict says."""

from xml.etree import ElementTree as ET

from verification.junit import write_junit
from verification.subject import Finding, Severity, Verdict


def finding(check_id, severity=Severity.FAIL, offences=(), why=None, group="schema"):
    return Finding(check_id, "A promise", severity, "§6", group, len(offences), offences, why)


def written(folder, *findings):
    return ET.parse(write_junit(Verdict(findings), folder)).getroot()


def test_each_check_is_a_case_of_its_group(tmp_path):
    suites = written(tmp_path, finding("V-001"), finding("V-002", group="ledger"))

    assert [(suite.get("name"), [case.get("name") for case in suite]) for suite in suites] == [
        ("ledger", ["V-002 A promise"]),
        ("schema", ["V-001 A promise"]),
    ]


def test_an_offence_is_a_failure_with_its_evidence(tmp_path):
    root = written(tmp_path, finding("V-001", offences=({"path": "a", "hash": b"\x01"},)))
    (failure,) = root.iter("failure")

    assert (root.get("failures"), failure.get("message")) == ("1", "1 offences")
    assert failure.text == '{"hash": "01", "path": "a"}'


def test_a_warning_is_no_failure(tmp_path):
    root = written(tmp_path, finding("V-001", Severity.WARN, ({"n": 1},)))
    (said,) = root.iter("system-out")

    assert (root.get("failures"), said.text) == ("0", '1 offences\n{"n": 1}')


def test_what_had_nothing_to_look_at_is_skipped_with_the_reason(tmp_path):
    root = written(tmp_path, finding("V-001", why="no exports"))
    (skipped,) = root.iter("skipped")

    assert (root.get("skipped"), skipped.get("message")) == ("1", "no exports")


def test_a_name_of_control_characters_is_still_xml(tmp_path):
    root = written(tmp_path, finding("V-001", offences=({"path": "a\x00\x1b<&\ud800"},)))

    assert [failure.text for failure in root.iter("failure")] == [
        '{"path": "a\\u0000\\u001b<&\\ud800"}'
    ]
