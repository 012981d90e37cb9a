"""Turn what was found at a place into a code path, or set it aside with the reason."""

import re
from collections.abc import Iterable
from typing import Final

from verification.inventory.candidates import Part
from verification.inventory.changes import advice_on
from verification.inventory.claims import Claim
from verification.inventory.contexts import is_run
from verification.inventory.idioms import Idiom
from verification.inventory.judging import Judgement, NotOurs, Schemas, judge, spoken
from verification.inventory.languages import TEXT, Medium
from verification.inventory.model import (
    Area,
    CodePath,
    Confidence,
    Operation,
    SetAside,
    Site,
)
from verification.inventory.statements import HOLE, Statement

_HANDS_ON: Final = frozenset({Site.REGISTRY, Site.PASS_THROUGH})
_FILLED: Final = frozenset({Site.TABLE_LIST, Site.TABLE_VARIABLE})
_ASKS_FIRST: Final = re.compile(  # whether the table is there
    r"if_?exists|\.exists\s*\(|\bdrop\w*\s*\([^)]*\bignore\s*=\s*True|\bdrop-table\b.*--ignore\b",
    re.IGNORECASE,
)
_CASED: Final = re.compile(r"\b(?:select|from|delete|into|update|set)\b", re.IGNORECASE)


def recorded(
    part: Part, claim: Claim, words: re.Pattern[bytes], schemas: Schemas
) -> CodePath | SetAside | None:
    """Judge a claim; None: it has nothing to do with the tables that ``words`` finds."""
    relevant = [text for text in claim.variants if words.search(spoken(text).encode())]
    open_holes = Statement(0, claim.variants[0]).table_holes
    if not relevant:
        is_open = bool(open_holes) and claim.statement.looks_written_for_a_database
        is_page = part.unit is None and part.passage.language == TEXT
        if not is_open or claim.is_message or is_page or part.passage.medium is Medium.DOCUMENT:
            return None
        relevant = list(claim.variants)
    outcomes = [
        judge(
            Statement(0, text, claim.statement.holes),
            part.file.root,
            schemas,
            is_run=_is_run(claim),
        )
        for text in relevant
    ]
    ours = [outcome for outcome in outcomes if isinstance(outcome, Judgement)]
    if not any(one.compiles_on_legacy or one.compiles_on_v5 for one in ours):
        ours = _unfilled(part, claim, words, schemas) or ours
    if not ours:
        others = [outcome for outcome in outcomes if isinstance(outcome, NotOurs)]
        return _aside(part, claim, others[0].why) if others else None
    why = _why_not(part, claim, ours)
    if why:
        return _aside(part, claim, why) if ours[0].effect.tables else None
    return _path(part, claim, ours)


def _is_run(claim: Claim) -> bool:
    """Whether a call runs it, and its first word is no capitalised word of a sentence."""
    head = claim.statement.text[:6]
    return claim.node is not None and not head.istitle() and is_run(claim.node)


def _unfilled(
    part: Part, claim: Claim, words: re.Pattern[bytes], schemas: Schemas
) -> list[Judgement]:
    """Judge the statement as it stands, where nothing that fills its holes makes it compile."""
    if claim.statement.text in claim.variants or not words.search(claim.statement.text.encode()):
        return []
    outcome = judge(claim.statement, part.file.root, schemas)
    return [outcome] if isinstance(outcome, Judgement) and outcome.compiles_on_legacy else []


def _why_not(part: Part, claim: Claim, ours: list[Judgement]) -> str | None:
    """Say why a statement that reaches our tables by its words is none of ours."""
    if claim.is_message:
        return "it is said to people, not to a database"
    if part.file.is_foreign and not ours[0].effect.forbidden_columns:
        return "its file speaks to another kind of database, and to no SQLite"
    is_executed = claim.is_executed or _is_run(claim)
    if not claim.statement.looks_written_for_a_database and not is_executed:
        head = claim.statement.text[:6]
        is_uniform = head.isupper() or not any(
            word[0].isupper() for word in _CASED.findall(claim.statement.text)
        )
        if not is_uniform or ours[0].confidence is not Confidence.HIGH:
            return "it is prose by its case"
    return None


def _aside(part: Part, claim: Claim, why: str) -> SetAside:
    text = claim.statement.text.replace(HOLE, "{}")
    return SetAside(part.file.place, part.passage.line(claim.line), text, why)


def _path(part: Part, claim: Claim, ours: list[Judgement]) -> CodePath:
    best = max(
        ours,
        key=lambda one: (
            bool(one.effect.tables),
            bool(one.effect.forbidden_columns),
            not one.compiles_on_v5,
        ),
    )
    known = [one for one in ours if one.effect.tables] or ours
    if claim.site not in _FILLED:  # a filling that makes no statement of it fills it with no sense
        known = [one for one in known if one.compiles_on_legacy] or known
    filled = f"; filled in from {claim.why}" if claim.why else ""
    is_filled = claim.site in _FILLED
    is_certain = best.confidence is not Confidence.HIGH or not (
        is_filled or claim.site is Site.ASSEMBLED
    )
    shown = claim.statement.text if is_filled else claim.variants[0]
    is_document = part.passage.medium is Medium.DOCUMENT
    legacy = [one.compiles_on_legacy for one in known]
    tables = _union(one.effect.tables for one in known)
    operation = max((one.effect.operation for one in known), key=tuple(Operation).index)
    return CodePath(
        root=part.file.root,
        file=part.file.path,
        line=part.passage.line(claim.line),
        end_line=part.passage.line(claim.end_line),
        statement=" ".join(shown.replace(HOLE, "{}").split()),
        language=part.passage.language,
        tables=tables,
        via=_union(one.effect.via for one in known),
        operation=operation,
        columns=_union(one.effect.columns for one in known),
        forbidden_columns=_union(one.effect.forbidden_columns for one in known),
        compiles_on_legacy=None if None in legacy else all(legacy),
        compiles_on_v5=all(one.compiles_on_v5 for one in known),
        error=next((one.error for one in known if one.error), None),
        site=claim.site,
        confidence=best.confidence if is_certain else Confidence.MEDIUM,
        reason=best.reason + filled,
        rewrite=best.rewrite,
        area=Area.DOCUMENTATION if is_document else Area.CODE,
        accepted=None,
        advice=None if best.rewrite else advice_on(operation, tables),
        changes=tuple(dict.fromkeys(change for one in known for change in one.changes)),
    )


def _union(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({item for value in values for item in value}))


def recorded_idiom(part: Part, idiom: Idiom, schemas: Schemas) -> CodePath:
    """Record a place without a statement: there is nothing to compile.

    What names a table itself fails where v5 has none of that name, but for what asks first whether
    it is there. What hands statements on does not: they are judged where they stand.
    """
    is_harmless = idiom.site in _HANDS_ON or _ASKS_FIRST.search(idiom.code)
    gone = None if is_harmless else schemas.gone(idiom.tables)
    return CodePath(
        root=part.file.root,
        file=part.file.path,
        line=part.passage.line(idiom.line),
        end_line=part.passage.line(idiom.end_line),
        statement=idiom.code,
        language=part.passage.language,
        tables=idiom.tables,
        via=(),
        operation=idiom.operation,
        columns=idiom.columns,
        forbidden_columns=idiom.forbidden_columns,
        compiles_on_legacy=None,
        compiles_on_v5=None,
        error=f"no such table: {gone}" if gone else None,
        site=idiom.site,
        confidence=idiom.confidence,
        reason=idiom.reason,
        rewrite=None,
        advice=advice_on(idiom.operation, idiom.tables),
        area=Area.DOCUMENTATION if part.passage.medium is Medium.DOCUMENT else Area.CODE,
        accepted=None,
    )
