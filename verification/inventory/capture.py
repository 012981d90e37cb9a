"""SQL that a Python program runs through sqlite3, recorded while it runs: observed code paths."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import connect
from verification.inventory.changes import advice_on
from verification.inventory.judging import Judgement, judge, schemas_of
from verification.inventory.masking import masked
from verification.inventory.model import (
    Area,
    CodePath,
    Confidence,
    Inventory,
    Kind,
    Site,
)
from verification.inventory.statements import Statement, statements
from verification.inventory.walking import path_below, root_name
from verification.spelling import written

_HOOK: Final = Path(__file__).with_name("hook")  # holds the sitecustomize of the recorded program
_LOG: Final = "FLAGDAY_SQL_LOG"
_TABLES: Final = frozenset({Kind.TABLE, Kind.FTS_TABLE, Kind.VIEW})


def observed(
    inventory: Inventory, command: str, database: Path | None, code: tuple[Path, ...]
) -> tuple[Inventory, int]:
    """Run a command and add the statements on our tables that its Python programs run.

    Its exit code comes with them: 128 and the number of the signal that ended it, as shells have
    it. The command's own output goes to stderr. Statements that the search found already on those
    lines are marked with a higher confidence only by standing beside them. Raises OSError where
    the command cannot be started.
    """
    names = {item.name for item in inventory.closure if item.kind in _TABLES}
    names.update(name for path in inventory.code_paths for name in path.tables)
    connection = None
    if database is not None:
        connection = connect(database, flags=apsw.SQLITE_OPEN_READONLY)
    schemas = schemas_of(frozenset(names or {"symbols", "refs"}), connection)
    found = []
    records, exit_code = _recorded(command)
    for record in records:
        for statement in statements(record["sql"]):
            if statement.operation is None:
                continue
            outcome = judge(Statement(0, statement.text), "", schemas)
            if isinstance(outcome, Judgement):
                found.append(_path(record, statement, outcome, code))
    if connection is not None:
        connection.close()
    unique = dict.fromkeys(map(masked, found))
    paths = sorted(
        (*inventory.code_paths, *unique), key=lambda p: (p.root, p.file, p.line, p.statement)
    )
    search = replace(inventory.search, code_paths=tuple(paths))
    return replace(inventory, search=search), exit_code


def _recorded(command: str) -> tuple[list[dict[str, str]], int]:
    with tempfile.TemporaryDirectory(prefix="flagday-") as folder:
        log = Path(folder, "statements.jsonl")
        log.touch()
        path = os.pathsep.join(filter(None, (str(_HOOK), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": path, _LOG: str(log)}
        ended = subprocess.run(
            shlex.split(command), env=environment, stdout=sys.stderr, check=False
        ).returncode
        records = [json.loads(line) for line in sorted(set(log.read_text("utf-8").splitlines()))]
        return records, ended if ended >= 0 else 128 - ended


def _path(
    record: dict[str, str], statement: Statement, outcome: Judgement, code: tuple[Path, ...]
) -> CodePath:
    root, file = _place(Path(record["file"]), code)
    effect = outcome.effect
    return CodePath(
        root=root,
        file=file,
        line=max(1, int(record["line"])),
        end_line=max(1, int(record["line"])),
        statement=" ".join(statement.text.split()),
        language="sql",
        tables=effect.tables,
        via=effect.via,
        operation=effect.operation,
        columns=effect.columns,
        forbidden_columns=effect.forbidden_columns,
        compiles_on_legacy=outcome.compiles_on_legacy,
        compiles_on_v5=outcome.compiles_on_v5,
        error=outcome.error,
        site=Site.OBSERVED,
        confidence=Confidence.HIGH,
        reason="it ran",
        rewrite=outcome.rewrite,
        area=Area.CODE,
        accepted=None,
        advice=None if outcome.rewrite else advice_on(effect.operation, effect.tables),
        changes=outcome.changes,
    )


def _place(file: Path, code: tuple[Path, ...]) -> tuple[str, str]:
    for root in code:
        if file.is_relative_to(root.resolve()):
            return root_name(root), path_below(file, root.resolve())
    return "elsewhere", written(file.name)
