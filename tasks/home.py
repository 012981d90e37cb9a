"""Where an index lies, and what belongs to it, unless somebody says otherwise."""

from pathlib import Path
from typing import Final

HOME: Final = ".flagday"  # folder of runs, of Prefect's state and, by default, of the index
DB: Final = Path(HOME) / "index.db"  # the index in service, from the working folder
PLAN: Final = Path("flagday.toml")  # the plan, where nobody names another


def index_here(folder: str = "") -> Path:
    """Return the index that the plan of a folder names, else the usual one: from there.

    Nothing but ``db`` is read of the plan: a question must not wait for more. Raises PlanInvalid.
    """
    plan = Path(folder, PLAN)
    if not plan.exists():
        return DB
    import tomllib  # noqa: PLC0415 -- most folders have no plan

    try:
        stated = tomllib.loads(plan.read_text("utf-8-sig")).get("db", DB)
        if stated == "" or "\0" in str(stated):
            raise ValueError("db is no path")
        return Path(stated).expanduser()
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        from tasks.errors import PlanInvalid  # noqa: PLC0415 -- only for what is broken

        raise PlanInvalid(
            f"{PLAN} does not say where the index is: {error}",
            next_step="Correct it, or name the index with --db.",
        ) from error
