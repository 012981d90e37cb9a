"""Statements that code holds: each with its place, its pieces, and what its holes can be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Final

from tree_sitter import Node

from verification.inventory.bindings import (
    appended_to,
    bare,
    bound,
    is_boundary,
    is_in_pair,
    scope_of,
    target_of,
)
from verification.inventory.contexts import is_executed, is_message, is_spoken_of
from verification.inventory.continuing import breaks_off, continuation, resumes
from verification.inventory.formats import marked
from verification.inventory.literals import Literal
from verification.inventory.model import Site
from verification.inventory.project import Filled, Project, Unit
from verification.inventory.resolving import fillings, plain
from verification.inventory.statements import HOLE, Statement, statements

_HEAD: Final = re.compile(
    rf"[\s{HOLE}(]*(?:--[^\n]*\n\s*)*(?:EXPLAIN\s+)?(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH"
    r"|CREATE|DROP|ALTER|PRAGMA)\b",
    re.IGNORECASE,
)
_MAX_VARIANTS: Final = 16
_MAX_FILLINGS: Final = 8
_MAX_CHARACTERS: Final = 2000  # of a filling


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement in code, before anything is said of it."""

    statement: Statement
    variants: tuple[str, ...]  # its texts with the holes filled that can be; at least one
    line: int  # of the passage, from 1
    end_line: int
    site: Site
    why: str  # how holes were filled; empty: they were not
    is_message: bool
    is_executed: bool
    node: Node | None


def claims(unit: Unit, project: Project) -> Iterator[Claim]:
    """Yield what begins like a statement, in the literals of a unit and put together of them."""
    groups, taken = _groups(unit)
    for literal in unit.literals:
        if literal.node.id in taken:
            continue
        pieces = groups.get(literal.node.id, [literal])
        yield from _of_pieces(pieces, unit, project)


def _groups(unit: Unit) -> tuple[dict[int, list[Literal]], set[int]]:
    """Map the first piece of a text that is built step by step to its pieces."""
    groups: dict[int, list[Literal]] = {}
    open_groups: dict[tuple[int, str], list[Literal]] = {}
    taken: set[int] = set()
    heads = {literal.node.id for literal in unit.literals if _HEAD.match(literal.text)}
    for literal in unit.literals if heads else ():
        if not open_groups and literal.node.id not in heads:
            continue
        target = target_of(literal)
        if target is None:
            continue
        key = (scope_of(literal.node), target)
        if literal.node.id in heads:
            open_groups[key] = groups[literal.node.id] = [literal]
        elif key in open_groups and _continues(literal, target):
            open_groups[key].append(literal)
            taken.add(literal.node.id)
    return groups, taken


def _continues(literal: Literal, target: str) -> bool:
    starts_with_itself = literal.text.startswith(HOLE) and target in literal.holes[0]
    binding = bound(literal.node)
    is_next_item = (
        binding is not None
        and binding.is_item
        and binding.name == target
        and not is_in_pair(literal.node)
    )
    return starts_with_itself or is_next_item or appended_to(literal.node) == target


def _of_pieces(pieces: list[Literal], unit: Unit, project: Project) -> Iterator[Claim]:
    first = pieces[0]
    text, holes = _joined(pieces, unit)
    site = Site.ASSEMBLED if len(pieces) > 1 else Site.STATEMENT
    found = False
    for statement in statements(text, holes):
        if statement.operation is not None:
            found = True
            if not (statement.table_holes or project.is_named_in(statement.text)):
                continue
            yield _claim(statement, text, pieces, site, unit, project)
    if not found and _has_table(text, project):
        yield from _assembled(first, unit, project)
    elif not found and holes and _HEAD.match(text):
        text, holes = _with_fragments(text, holes, first.node, unit, project)
        for statement in statements(text, holes):
            if statement.operation is not None and project.is_named_in(statement.text):
                yield _claim(statement, text, pieces, site, unit, project)


def _joined(pieces: list[Literal], unit: Unit) -> tuple[str, tuple[str, ...]]:
    """Put pieces together, with a hole where the code puts a table's name between or behind."""
    text, holes = marked(pieces[0].text, pieces[0].holes, pieces[0].node)
    target = target_of(pieces[0])
    for former, piece in pairwise(pieces):
        more, filled = marked(piece.text, piece.holes, piece.node)
        if breaks_off(text) and resumes(more):
            text, holes = f"{text} {HOLE}", (*holes, continuation(former, unit) or "")
        elif more.startswith(HOLE) and filled and bare(filled[0]) == target:
            more, filled = more[1:], filled[1:]
        gap = "" if text[-1:].isspace() or more[:1].isspace() else " "
        text, holes = text + gap + plain(more), holes + filled
    name = continuation(pieces[-1], unit) if _HEAD.match(text) and breaks_off(text) else None
    return (text, holes) if name is None else (f"{text} {HOLE}", (*holes, name))


def _with_fragments(
    text: str, holes: tuple[str, ...], node: Node, unit: Unit, project: Project
) -> tuple[str, tuple[str, ...]]:
    """Fill in what the code keeps in constants, where a statement is none without it."""
    left: list[str] = []
    said = iter(holes)

    def fill(_: re.Match[str]) -> str:
        expression = next(said, "")
        found = [item for item in fillings(expression, node, unit, project) if _is_short(item)]
        if len(found) != 1:
            left.append(expression)
            return HOLE
        left.extend(found[0].holes)
        return plain(found[0].text)

    return re.sub(HOLE, fill, text), tuple(left)


def _has_table(text: str, project: Project) -> bool:
    names = "|".join(re.escape(name) for name in sorted(project.wanted))
    form = rf"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+[\"'`\[]?(?:\w+\.)?(?:{names})\b"
    return re.search(form, text, re.IGNORECASE) is not None


def _assembled(literal: Literal, unit: Unit, project: Project) -> Iterator[Claim]:
    """Put a fragment together with its neighbours in the expression or call around it."""
    node = literal.node.parent
    for _ in range(6):
        if node is None or is_boundary(node):
            return
        inside = [
            other
            for other in unit.literals
            if node.start_byte <= other.node.start_byte and other.node.end_byte <= node.end_byte
        ]
        if len(inside) > 1 and inside[0].node.id != literal.node.id:
            text, holes = _woven(inside, unit)
            for statement in statements(text, holes):
                if statement.operation is not None and _HEAD.match(statement.text):
                    yield _claim(statement, text, inside, Site.ASSEMBLED, unit, project)
                    return
        node = node.parent


def _woven(inside: list[Literal], unit: Unit) -> tuple[str, tuple[str, ...]]:
    text = ""
    holes: tuple[str, ...] = ()
    end = inside[0].node.start_byte
    for other in inside:
        between = unit.source.data[end : other.node.start_byte].decode("utf-8", "replace")
        code = re.sub(r"\b(?:append|concat|push|add|join|str)\w*\b", "", between)
        if text and re.search(r"\w", code):
            text, holes = f"{text} {HOLE}", (*holes, code.strip(" ,+.()\n\t"))
        more, filled = marked(other.text, other.holes, other.node)
        text, holes = f"{text} {plain(more)}" if text else plain(more), holes + filled
        end = other.node.end_byte
    return text, holes


def _claim(  # noqa: PLR0913, PLR0917 -- where it is, and what it is of
    statement: Statement,
    text: str,
    pieces: list[Literal],
    site: Site,
    unit: Unit,
    project: Project,
) -> Claim:
    first = pieces[0]
    line = first.line + text.count("\n", 0, statement.offset)
    variants, filled_site, why = _variants(statement, first.node, unit, project)
    binding = bound(first.node)
    if filled_site is not None:
        site = filled_site
    elif site is Site.STATEMENT and binding is not None and binding.is_item:
        site = Site.REGISTRY
    return Claim(
        statement=statement,
        variants=variants,
        line=line,
        end_line=max(line, pieces[-1].node.end_point.row + 1),
        site=site,
        why=why,
        is_message=all(is_message(piece.node) for piece in pieces),
        is_executed=is_executed(first.node)
        or is_spoken_of(target_of(first) or (binding.name if binding else None)),
        node=first.node,
    )


def _variants(
    statement: Statement, node: Node, unit: Unit, project: Project
) -> tuple[tuple[str, ...], Site | None, str]:
    """Fill the holes in every way that is known, within reason."""
    if not statement.holes:
        return (statement.text,), None, ""
    table_holes = set(statement.table_holes)
    is_ours = project.is_named_in(statement.text)
    choices: list[list[str]] = []
    reasons: list[str] = []
    site = None
    for place, expression in enumerate(statement.holes):
        if place not in table_holes and not is_ours:
            choices.append([HOLE])
            continue
        found = fillings(expression, node, unit, project)
        if place in table_holes:
            site = Site.TABLE_LIST if any(item.is_item for item in found) else Site.TABLE_VARIABLE
            reasons += [item.why for item in found[:1]]
            choices.append(_tables(found, project) or [HOLE])
        else:
            texts = [plain(item.text) for item in found if _is_short(item)]
            choices.append(
                texts[:_MAX_FILLINGS] if len(texts) <= _MAX_FILLINGS and texts else [HOLE]
            )
    combined = (
        product(*choices)
        if _size(choices) <= _MAX_VARIANTS
        else [tuple(choice[0] for choice in choices)]
    )
    texts = []
    for filling in combined:
        fills = iter(filling)
        texts.append(re.sub(HOLE, lambda _: next(fills, HOLE), statement.text))  # noqa: B023
    return tuple(dict.fromkeys(texts)), site, "; ".join(dict.fromkeys(reasons))


def _tables(found: tuple[Filled, ...], project: Project) -> list[str]:
    """Return the tables of ours that a hole can be; where it is others alone, the first of them."""
    ours = [item.text for item in found if item.text.lower().split(" ")[0] in project.wanted]
    return list(dict.fromkeys(ours)) or [item.text for item in found[:1]]


def _is_short(filled: Filled) -> bool:
    return len(filled.text) < _MAX_CHARACTERS


def _size(choices: list[list[str]]) -> int:
    size = 1
    for choice in choices:
        size *= len(choice)
    return size
