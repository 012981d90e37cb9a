"""The table of the checks: each with its promise."""

from verification.catalogue import checks


def page() -> str:
    """Return what is made of the page."""
    return "| Check | Severity | Protocol | Group | Promise |\n|---|---|---|---|---|\n" + "".join(
        f"| {check.id} | {check.severity} | {check.section} | {check.group} | {check.title} |\n"
        for check in checks()
    )
