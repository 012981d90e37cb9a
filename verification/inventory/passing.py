"""Raw SQL that code takes from outside and hands to the database; and uses of query registries."""

import re
from collections.abc import Iterator
from typing import Final

from tree_sitter import Node

from verification.inventory.bindings import bare
from verification.inventory.callers import Argument, arguments_for, is_parameter
from verification.inventory.idioms import Idiom
from verification.inventory.literals import is_in_comment, is_string
from verification.inventory.model import Confidence, Operation, Site
from verification.inventory.project import Project, Unit
from verification.inventory.resolving import fillings
from verification.inventory.statements import statements

_RUNS: Final = re.compile(
    r"(?:\.|->|::|\b)(?P<word>execute|executemany|executescript|execute_batch|exec|Exec|ExecContext"
    r"|Query|QueryRow|QueryContext|QueryRowContext|query|queryRaw|\$queryRawUnsafe"
    r"|\$executeRawUnsafe|raw|rawQuery|execSQL|execSql|prepare|Prepare|prepare_v2|prepareStatement"
    r"|executeQuery|executeUpdate|read_sql|read_sql_query|sqlite3_exec|sqlite3_prepare_v2"
    r"|exec_driver_sql|fetch_all|fetchAll|select_all|exec_query|do|selectall_arrayref|text"
    r"|query_row|query_map|execute_batch|sql_query|Raw|(?<=\.)(?:all|get|run|each|iterate|first))"
    r"(?:<[^>(]*>)?\(\s*(?:(?i:\w*(?:db|conn\w*|database|handle|ctx|context|tx|sqlite\w*)|pool"
    r"|self|\w+\(\))\s*,\s*)?(?P<argument>[&*$@]?[A-Za-z_][\w.>:-]*(?:\[[^\]\n]+\]"
    r"|\.get\([^)\n]+\))?)\s*(?P<end>[,)])"
)
_DEFINES: Final = re.compile(r"\b(?:def|func|fn|function|fun|sub)\s+(?:\([^)]*\)\s*)?$")
_LITERAL: Final = re.compile(r"""\s*[@$]?\w{0,2}["'`]|\s*<<""")
_SPEAKING: Final = re.compile(r"(?i)(?:sql|query|stmt|statement|script|command|cmd)|^q$")
_DATABASE: Final = re.compile(
    r"(?i)sqlite|sqlalchemy|cursor|database|aiosqlite|knex|typeorm|prisma|gorm|rusqlite|sqlx|PDO|\bDBI\b|apsw"
)


def passed_through(unit: Unit, project: Project) -> Iterator[Idiom]:
    """Yield where a parameter is run as SQL, and where a statement is chosen from a registry."""
    speaks = _DATABASE.search(unit.text) is not None
    for match in _RUNS.finditer(unit.text):
        if _DEFINES.search(unit.text, max(0, match.start() - 20), match.start()):
            continue
        place = len(unit.text[: match.start("argument")].encode())
        node = unit.source.tree.root_node.descendant_for_byte_range(place, place + 1)
        if node is None or is_in_comment(node) or _is_inside_text(node, place):
            continue
        chosen = _chosen(match["argument"], unit, project)
        if chosen:
            yield _idiom(
                unit,
                match,
                chosen,
                Site.REGISTRY,
                f"it runs a statement of {bare(match['argument'].split('[')[0])}",
            )
        elif speaks and _is_given(match["argument"], node):
            yield from _wrapper(unit, match, node, project)


def _wrapper(unit: Unit, match: re.Match[str], node: Node, project: Project) -> Iterator[Idiom]:
    """Yield what runs a parameter: by the statements of its callers, where all of them are known.

    Else nobody can tell its tables, nor those of the callers that pass on what they are given.
    """
    passed = arguments_for(bare(match["argument"]), node, project)
    said = [_said(argument, project) for argument in passed]
    if said and all(said):
        known = {table for texts in said for text in texts for table in _tables(text, project)}
        why = f"each of its {len(said)} callers passes a statement that is known"
        if known:
            yield _idiom(unit, match, tuple(sorted(known)), Site.PASS_THROUGH, why)
        return
    yield _idiom(
        unit,
        match,
        (),
        Site.PASS_THROUGH,
        "whatever SQL a caller passes is run: it may name any table",
    )


def _said(argument: Argument, project: Project) -> tuple[str, ...]:
    """Return the statements that an argument can be; none where that cannot be told."""
    if _LITERAL.match(argument.text):
        return (argument.text,)
    found = fillings(argument.text, argument.node, argument.unit, project)
    return tuple(filled.text for filled in found)


def _tables(text: str, project: Project) -> set[str]:
    words = re.sub(r"""^\W*\w{0,2}["'`]+""", "", text)
    named = {name.lower() for statement in statements(words) for name in statement.tables}
    return named & project.wanted


def _chosen(argument: str, unit: Unit, project: Project) -> tuple[str, ...]:
    """Return the tables that the statements of an indexed registry name."""
    chosen = re.match(r"([&*$@]?[\w.>:-]+?)(?:\[|\.get\()", argument)
    if chosen is None:
        return ()
    values = unit.bindings.get(bare(chosen[1])) or project.constants_for(bare(chosen[1]), unit)
    words = {
        word.lower()
        for value in values
        if value.is_item
        and re.match(r"\s*(?i:select|insert|update|delete|with|drop|create)\b", value.text)
        for word in re.findall(r"\w+", value.text)
    }
    return tuple(sorted(words & project.wanted))


def _is_given(argument: str, node: Node) -> bool:
    """Whether an argument is a parameter of the function around it whose name speaks of SQL."""
    if not re.fullmatch(r"[&*$@]?\w+", argument) or not _SPEAKING.search(argument):
        return False
    return is_parameter(bare(argument), node)


def _is_inside_text(node: Node, place: int) -> bool:
    above: Node | None = node
    while above is not None:
        if is_string(above) and above.start_byte < place:
            return True
        above = above.parent
    return False


def _idiom(
    unit: Unit, match: re.Match[str], tables: tuple[str, ...], site: Site, reason: str
) -> Idiom:
    line = unit.text.count("\n", 0, match.start()) + 1
    start = unit.text.rfind("\n", 0, match.start()) + 1
    end = unit.text.find("\n", match.end())
    code = unit.text[start : end if end >= 0 else len(unit.text)]
    return Idiom(
        line,
        line + match[0].count("\n"),
        " ".join(code.split()),
        tables,
        Operation.ANY,
        (),
        (),
        site,
        Confidence.MEDIUM if tables else Confidence.LOW,
        reason,
    )
