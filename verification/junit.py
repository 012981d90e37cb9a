"""The verdict as JUnit XML, for whatever shows test results: a check is a test case.

An offence of severity fail is a failure; what had nothing to look at is skipped; warnings stand
in system-out. No clock and no host, so equal verdicts give equal bytes.
"""

import json
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET  # only writes

from verification.run_results import plain
from verification.subject import Finding, Verdict

NAME: Final = "junit.xml"


def write_junit(verdict: Verdict, folder: Path) -> Path:
    """Write junit.xml, a test suite a group of checks."""
    suites = ET.Element("testsuites", {"name": "flagday", **_counts(verdict.findings)})
    for group in sorted({finding.group for finding in verdict.findings}):
        members = tuple(finding for finding in verdict.findings if finding.group == group)
        suite = ET.SubElement(suites, "testsuite", {"name": group, **_counts(members)})
        for finding in members:
            _append(suite, finding)
    ET.indent(suites)
    path = folder / NAME
    ET.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _counts(findings: tuple[Finding, ...]) -> dict[str, str]:
    return {
        "tests": str(len(findings)),
        "failures": str(sum(finding.is_fatal for finding in findings)),
        "skipped": str(sum(not finding.is_applicable for finding in findings)),
        "errors": "0",
    }


def _append(suite: ET.Element, finding: Finding) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=finding.group, name=f"{finding.check_id} {finding.title}"
    )
    evidence = "\n".join(_evidence(offence) for offence in finding.evidence)
    if finding.not_applicable is not None:
        ET.SubElement(case, "skipped", message=finding.not_applicable)
    elif finding.is_fatal:
        ET.SubElement(case, "failure", message=f"{finding.offences} offences").text = evidence
    elif finding.offences:
        ET.SubElement(case, "system-out").text = f"{finding.offences} offences\n{evidence}"


def _evidence(offence: dict[str, object]) -> str:
    """Write an offence on one line that XML can hold, whatever a name in it is made of."""
    return json.dumps(offence, sort_keys=True, default=plain)
