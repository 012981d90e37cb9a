"""What stands in the consumer project of the fixtures, site by site, and how a search compares.

A site is a code path that must be found, or a false friend that must not. The truth table was
written beside the project, by hand; whether a statement compiles is SQLite's word.
"""

import csv
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

CONSUMER: Final = Path(__file__).parents[2] / "fixtures" / "consumer"
PROJECT: Final = CONSUMER / "wayfinder"
ANY: Final = "*"  # a table or an operation that nobody can tell from the code


class SiteKind(StrEnum):
    """What a search owes to a site."""

    STATIC = "static"  # a statement that can be read; its tables are known
    DYNAMIC = "dynamic"  # the table or the statement is known at run time, or to a library alone
    DOCUMENTATION = "documentation"  # a statement in configuration or in a text for people
    FALSE_FRIEND = "false_friend"  # the words, and no access


@dataclass(frozen=True, slots=True)
class Site:
    """One row of the truth table."""

    file: str  # relative to the project
    first_line: int  # from 1
    last_line: int  # inclusive
    also_lines: frozenset[int]  # where a report is right as well: the other half of a pair
    kind: SiteKind
    form: str
    tables: frozenset[str]
    operation: str  # SELECT, INSERT, UPDATE, DELETE, DDL or ANY
    via: str  # the view, trigger or FTS table on the way; '' for none
    compiles_on_legacy: bool | None  # None: there is no statement to compile
    breaks_on_v5: bool | None
    statement: str  # on one line, its holes filled
    note: str

    @property
    def lines(self) -> range:
        """The lines that the site takes."""
        return range(self.first_line, self.last_line + 1)


@dataclass(frozen=True, slots=True)
class Report:
    """What a search says of one place."""

    file: str
    line: int  # from 1
    tables: frozenset[str]  # empty: it cannot tell
    compiles_on_legacy: bool | None = None  # None: there is no statement to compile
    compiles_on_v5: bool | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How a search compares with the truth table."""

    found: tuple[Site, ...]
    missed: tuple[Site, ...]
    false: tuple[Report, ...]  # reports where there is no site of that table
    agreeing: int  # reports of static sites that compile, and do not, where SQLite says so
    disagreeing: tuple[Report, ...]

    def recall(self, kind: SiteKind) -> float:
        """Return which share of the sites of a kind was found."""
        found = sum(site.kind is kind for site in self.found)
        missed = sum(site.kind is kind for site in self.missed)
        return found / (found + missed)

    def precision(self) -> float:
        """Return found static sites over those and the false reports."""
        found = sum(site.kind is SiteKind.STATIC for site in self.found)
        return found / (found + len(self.false)) if found else 0.0

    def agreement(self) -> float:
        """Return the share of statements that are said to compile as SQLite says."""
        return self.agreeing / (self.agreeing + len(self.disagreeing)) if self.agreeing else 0.0


def sites() -> tuple[Site, ...]:
    """Read the truth table."""
    with (CONSUMER / "truth.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(_site(row) for row in rows)


def compare(truth: Iterable[Site], reports: Collection[Report]) -> Figures:
    """Match reports with sites: same file, a line of the site, and its tables."""
    owed = [site for site in truth if site.kind is not SiteKind.FALSE_FRIEND]
    hits = {report: [site for site in owed if _is_match(site, report)] for report in reports}
    found = {site for matched in hits.values() for site in matched}
    told = [
        (report, site)
        for report, matched in hits.items()
        for site in matched
        if site.kind is SiteKind.STATIC and report.compiles_on_v5 is not None
    ]
    disagreeing = [report for report, site in told if not _agrees(report, site)]
    return Figures(
        found=tuple(site for site in owed if site in found),
        missed=tuple(site for site in owed if site not in found),
        false=tuple(report for report, matched in hits.items() if not matched),
        agreeing=len(told) - len(disagreeing),
        disagreeing=tuple(disagreeing),
    )


def table(figures: Figures) -> str:
    """Render the figures: each form, what was missed, what was false."""
    found = Counter((site.kind, site.form) for site in figures.found)
    missed = Counter((site.kind, site.form) for site in figures.missed)
    lines = [f"{'kind':14}{'form':24}{'sites':>6}{'found':>6}{'recall':>8}"]
    for kind, form in sorted(found | missed):
        count, hits = found[kind, form] + missed[kind, form], found[kind, form]
        lines.append(f"{kind:14}{form:24}{count:6}{hits:6}{hits / count:8.1%}")
    lines += [f"{kind} recall {figures.recall(kind):.1%}" for kind in list(SiteKind)[:3]]
    lines.append(f"static precision {figures.precision():.1%}")
    lines.append(f"agreement on what compiles {figures.agreement():.1%}")
    lines += [
        f"missed {site.file}:{site.first_line} {site.kind} {site.form}" for site in figures.missed
    ]
    lines += [
        f"false  {report.file}:{report.line} {','.join(sorted(report.tables))}"
        for report in figures.false
    ]
    lines += [f"doubt  {report.file}:{report.line}" for report in figures.disagreeing]
    return "\n".join(lines)


def _is_match(site: Site, report: Report) -> bool:
    if site.file != report.file:
        return False
    if report.line not in site.lines and report.line not in site.also_lines:
        return False
    if site.kind is SiteKind.DYNAMIC:
        return not report.tables or ANY in site.tables or bool(site.tables & report.tables)
    return site.tables <= report.tables


def _agrees(report: Report, site: Site) -> bool:
    return (report.compiles_on_legacy, report.compiles_on_v5) == (
        site.compiles_on_legacy,
        not site.breaks_on_v5,
    )


def _site(row: dict[str, str]) -> Site:
    return Site(
        file=row["file"],
        first_line=int(row["first_line"]),
        last_line=int(row["last_line"]),
        also_lines=frozenset(int(line) for line in row["also_lines"].split(",") if line),
        kind=SiteKind(row["kind"]),
        form=row["form"],
        tables=frozenset(name for name in row["tables"].split(",") if name),
        operation=row["operation"],
        via=row["via"],
        compiles_on_legacy=_answer(row["compiles_on_legacy"]),
        breaks_on_v5=_answer(row["breaks_on_v5"]),
        statement=row["statement"],
        note=row["note"],
    )


def _answer(word: str) -> bool | None:
    return {"yes": True, "no": False, "": None}[word]
