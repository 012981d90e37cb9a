"""Caret-annotated fixtures: the specification of what a language's query finds.

A comment line under a line of code marks spans of that line and names what must be found there:

    def draw(canvas):
    #   ^^^^ ^^^^^^ definition.function reference.identifier

Runs of carets and labels pair up in order. ``<-`` marks what starts where the comment itself
starts. A label may state the scope or context that must be found: ``definition.method:Shape``,
with ``:`` alone for the top level. Whatever is found and not marked is a failure.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from tasks.syntax.extract import Source, extract

_ANNOTATION = re.compile(
    r"^(?P<indent>\s*)(?://|#|--|;|%|!|/\*|\(\*)\s*(?P<marks>(?:\^|<-).*?)(?:\*[/)])?\s*$"
)


@dataclass(frozen=True)
class Mark:
    line: int  # from 1
    column: int  # bytes, from 0
    label: str
    text: str | None  # None where `<-` leaves the end open
    scope: str | None  # None where the annotation does not state it


def expected(source: str) -> list[Mark]:
    marks: list[Mark] = []
    code_line, code = 0, ""
    for number, line in enumerate(source.splitlines(), 1):
        match = _ANNOTATION.match(line)
        if match is None:
            code_line, code = number, line
            continue
        marks.extend(_marks(line, match, code_line, code))
    return sorted(marks, key=_place)


def _marks(line: str, match: re.Match[str], code_line: int, code: str) -> list[Mark]:
    runs = [run.span() for run in re.finditer(r"\^+", line)]
    if "<-" in match["marks"]:
        runs = [(len(match["indent"]), -1), *runs]
    labels = re.sub(r"\^+|<-", "", match["marks"]).split()
    if len(runs) != len(labels):
        raise ValueError(f"{len(runs)} marks but labels {labels}: {line!r}")
    found = []
    for (start, end), label in zip(runs, labels, strict=True):
        kind, colon, scope = label.partition(":")
        text = None if end < 0 else code[start:end]
        column = len(code[:start].encode())
        found.append(Mark(code_line, column, kind, text, scope if colon else None))
    return found


def found(language: str, source: str) -> list[Mark]:
    text = source.encode()
    (batch,) = extract([Source(1, b"\0" * 32, 1, language, len(text), text)], parse_timeout_s=10)
    marks = []
    columns = {
        "symbols": ("definition", "symbol_type", "name", "scope"),
        "refs": ("reference", "ref_type", "name", "context"),
        "imports": ("module", "import_kind", "module", None),
    }
    for table, (group, kind, name, scope) in columns.items():
        for row in batch[table].to_pylist():
            where = (row[scope] or "") if scope else ""
            label = f"{group}.{row[kind]}"
            marks.append(Mark(row["line_number"], row["column_number"], label, row[name], where))
    return sorted(marks, key=_place)


def differences(wanted: list[Mark], got: list[Mark]) -> list[str]:
    """Say what is missing and what was not asked for, in the order of the source."""
    missing = [mark for mark in wanted if not any(_agrees(mark, other) for other in got)]
    extra = [mark for mark in got if not any(_agrees(other, mark) for other in wanted)]
    said = [(mark, "missing") for mark in missing] + [(mark, "not marked") for mark in extra]
    said += [(mark, "found twice") for mark, other in pairwise(got) if mark == other]
    return [
        f"{mark.line}:{mark.column} {mark.label}:{mark.scope} {mark.text!r} {what}"
        for mark, what in sorted(said, key=lambda pair: (pair[0].line, pair[0].column))
    ]


def _place(mark: Mark) -> tuple[int, int, str]:
    return mark.line, mark.column, mark.label


def _agrees(wanted: Mark, got: Mark) -> bool:
    is_same = (wanted.line, wanted.column, wanted.label) == (got.line, got.column, got.label)
    is_text = wanted.text is None or wanted.label.startswith("module.") or wanted.text == got.text
    return is_same and is_text and wanted.scope in {None, got.scope}
