"""The golden-join form of a statement on v4's tables, where getting there is mechanical."""

from typing import Final

import apsw
from sqlglot import exp

from verification.inventory.compiling import compile_on
from verification.inventory.reading import PLACEHOLDER, tree_of
from verification.inventory.schema import folded
from verification.inventory.statements import HOLE

PATH: Final = "root || '/' || "  # how a path of v5 says its root

_GOLDEN: Final = {"symbols": "golden_symbols", "refs": "golden_refs"}
_JOINED: Final = frozenset({"files", "asts", "content_versions", "roots"})  # by the golden join
_KEYS: Final = frozenset({"file_id", "content_version_id", "ast_id", "content_hash", "id"})


_FILE_PATHS: Final = frozenset({"path", "file_path"})


def golden_join(statement: str, v5: apsw.Connection) -> str | None:
    """Suggest the same SELECT over the golden-join view; None where it takes a person.

    The tables that the golden join brings in are taken out, with the conditions that joined
    them, and a path says its root, as it did. What is suggested compiles on v5, and that is all
    that is promised of it.
    """
    tree = tree_of(statement)
    if not isinstance(tree, exp.Select) or tree.find(exp.CTE, exp.Subquery, exp.Union):
        return None
    tables = list(tree.find_all(exp.Table))
    bound = [table for table in tables if folded(table.name) in _GOLDEN]
    others = [table for table in tables if folded(table.name) not in _GOLDEN]
    if len(bound) != 1 or any(folded(table.name) not in _JOINED for table in others):
        return None
    if any(table.alias == PLACEHOLDER for table in tables):
        return None
    view = _GOLDEN[folded(bound[0].name)]
    alias = bound[0].alias
    names = {folded(table.alias_or_name) for table in tables}
    if not _drop_joins(tree, names):
        return None
    for column in list(tree.find_all(exp.Column)):
        if folded(column.table) in names:
            column.set("table", exp.to_identifier(alias or view))
        if folded(column.name) in _FILE_PATHS:
            column.replace(_with_root(column))
    golden = exp.to_table(view)
    if alias:
        golden.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    source = tree.args.get("from_") or tree.args.get("from")
    if source is None:
        return None
    source.set("this", golden)
    suggested = tree.sql(dialect="sqlite").replace(PLACEHOLDER, HOLE)
    compiled = compile_on(v5, suggested)
    return suggested.replace(HOLE, "{}") if compiled.touches is not None else None


def _with_root(column: exp.Column) -> exp.Expr:
    """Write a path of v5 so that it names its root, under the name that it had in a result."""
    table = column.args.get("table")
    root, path = (exp.column(name, table=table and table.copy()) for name in ("root", "path"))
    slash = exp.DPipe(this=root, expression=exp.Literal.string("/"))
    whole = exp.DPipe(this=slash, expression=path)
    is_shown = isinstance(column.parent, exp.Select) and column.arg_key == "expressions"
    return exp.alias_(whole, column.name) if is_shown else whole


def _drop_joins(tree: exp.Select, names: set[str]) -> bool:
    """Take the joins out; tell whether each one joined by nothing but keys."""
    joins = tree.args.get("joins") or []
    for join in joins:
        condition = join.args.get("on")
        using = join.args.get("using") or []
        columns = list(condition.find_all(exp.Column)) if condition is not None else list(using)
        is_keyed = columns and all(folded(column.name) in _KEYS for column in columns)
        if not is_keyed or (condition is not None and not isinstance(condition, exp.EQ)):
            return False
    tree.set("joins", [])
    return bool(names)
