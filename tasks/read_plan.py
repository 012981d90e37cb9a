"""Read a plan from ``flagday.toml`` and from flags over it.

Unknown keys and bad values are refused with their place and the allowed values.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from tasks.errors import PlanInvalid
from tasks.name_roots import named_roots
from tasks.plan import PidFileBuilder, Plan, Root, RootsFrom
from tasks.plan_errors import explained
from tasks.roots.rules import is_pattern
from tasks.store.encryption import recipient
from tasks.store.header import require_file
from tasks.store.legacy_roots import legacy_roots
from tasks.store.refusals import a_folder
from tasks.working_folder import started_in

FILE_NAME: Final = "flagday.toml"


def read_plan(file: Path | None, flags: Mapping[str, Any]) -> Plan:
    """Read a plan; ``flags`` that are not None win over the file. ``review`` is yes or no.

    Without ``file``, ``flagday.toml`` in the working folder is read where it exists. Relative
    paths of a file are relative to it. Roots are those of the flags, else of the file, else of the
    legacy database where the file says in which column, else the working folder. Raises
    PlanInvalid; PreconditionFailed where the database is no file, or does not have what the plan
    says.
    """
    path = file or Path(FILE_NAME)
    stated = _read(path) if file or path.exists() else {}
    given = {
        key: _over(stated.get(key), value) for key, value in flags.items() if value is not None
    }
    if "review" in given:
        given["review"] = stated.get("review", {}) if given["review"] else None
    if _TOLD in stated:
        raise PlanInvalid(f"{path}: unknown key {_TOLD}", next_step=_CORRECT)
    try:
        plan = Plan.model_validate({**stated, **given, _TOLD: _roots_from(stated, given)})
    except ValidationError as error:
        said = explained(error, {**stated, **given})
        raise PlanInvalid(
            f"{path if stated else 'the flags'}: {said}", next_step=_CORRECT
        ) from error
    _require_patterns(plan)
    for text in plan.backup.recipients:
        recipient(text)  # refused now rather than after the rebuild
    resolved = _resolved(plan, stated, path.parent, given)
    require_file(resolved.db)
    if resolved.db.is_dir():
        raise a_folder(resolved.db)
    return named_roots(_with_legacy_roots(resolved))


def _require_patterns(plan: Plan) -> None:
    for pattern in (*plan.exclude, *(each for root in plan.roots for each in root.exclude)):
        if not is_pattern(pattern):
            raise PlanInvalid(
                f"exclude: {pattern!r} can match nothing",
                next_step="Write a pattern as in .gitignore. Nothing was changed.",
            )


_TOLD: Final = "roots_from"
_CORRECT: Final = (
    "Correct it; `flagday init --dry-run` prints a plan to compare with. Nothing was changed."
)


def _roots_from(stated: Mapping[str, Any], given: Mapping[str, Any]) -> RootsFrom:
    if "roots" in given:
        return RootsFrom.COMMAND_LINE
    return RootsFrom.PLAN if "roots" in stated else RootsFrom.NOBODY


def _over(stated: Any, given: Any) -> Any:
    """Let what flags say of a section win over what the file says of it, key by key."""
    is_section = isinstance(stated, Mapping) and isinstance(given, Mapping)
    return {**stated, **given} if is_section else given


def _with_legacy_roots(plan: Plan) -> Plan:
    """Take the roots from the database where nobody else names them and the plan says where."""
    if plan.roots_from is not RootsFrom.NOBODY or not plan.legacy.roots or not plan.db.exists():
        return plan
    found = legacy_roots(plan.db, plan.legacy.roots)
    roots = tuple(Root(path=path, name=name, rev=rev) for name, path, rev in found)
    return plan.model_copy(update={"roots": roots, _TOLD: RootsFrom.LEGACY})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise PlanInvalid(f"there is no plan at {path}", next_step="Name another.") from error
    except OSError as error:
        raise PlanInvalid(
            f"the plan {path} cannot be read: {error.strerror}",
            next_step="Name the file of a plan. Nothing was changed.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanInvalid(
            f"{path} is not TOML: {error}", next_step="Correct it. Nothing was changed."
        ) from error


def _resolved(plan: Plan, stated: dict[str, Any], base: Path, given: Mapping[str, Any]) -> Plan:
    """Make every path absolute: those of the file from its folder, others from where we started."""
    here = Path(started_in())

    def absolute(key: str, path: Path) -> Path:
        is_stated = key in stated and key not in given
        return Path(os.path.abspath(here / (base if is_stated else "") / path.expanduser()))  # noqa: PTH100 -- resolve() would follow links

    return plan.model_copy(
        update={
            "roots": tuple(
                root.model_copy(
                    update={
                        "path": absolute("roots", root.path),
                        "glob": root.glob and str(absolute("roots", Path(root.glob))),
                        "file": root.file and absolute("roots", root.file),
                    }
                )
                for root in plan.roots
            ),
            "db": absolute("db", plan.db),
            "artifacts": absolute("artifacts", plan.artifacts) if plan.artifacts else None,
            "sign_key": absolute("sign_key", plan.sign_key) if plan.sign_key else None,
            "code": tuple(absolute("code", path) for path in plan.code),
            "builders": tuple(
                builder.model_copy(update={"pid_file": absolute("builders", builder.pid_file)})
                if isinstance(builder, PidFileBuilder)
                else builder
                for builder in plan.builders
            ),
            "lake": plan.lake
            and plan.lake.model_copy(update={"folder": absolute("lake", plan.lake.folder)}),
            "backup": plan.backup.model_copy(
                update={
                    "folder": absolute("backup", plan.backup.folder) if plan.backup.folder else None
                }
            ),
        }
    )
