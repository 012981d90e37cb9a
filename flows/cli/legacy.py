"""What ``flagday status`` says of an index that a flag day has not rebuilt."""

from pathlib import Path

from migrations.runner import LATEST
from tasks.naming import naming
from tasks.store.backup_files import schema_name
from tasks.upkeep.legacy import Legacy


def rows_of(legacy: Legacy, db: Path) -> list[tuple[str, str]]:
    """Return names and what there is to say of them."""
    behind = f" → {legacy.generation}" if db.is_symlink() else ""
    rows = [
        ("index", f"{db}{behind}, {legacy.size_bytes / 1e6:,.1f} MB"),
        ("schema", f"{schema_name(legacy.schema)}: still legacy, v{LATEST} comes by a flag day"),
    ]
    if back := legacy.came_back:
        of = f" from run {back.replaced}" if back.replaced else ""
        rows.append(("came back", f"by {back.by.replace(' ', '-')}{of} at {back.at[:19]}"))
    rows += [(table, f"{rows:,}") for table, rows in legacy.counts.items()]
    roots = " ROOT…" if naming("", db) else ""  # else the plan of the working folder names them
    rehearse, run = (naming(f"flagday {word}{roots}", db) for word in ("rehearse", "run"))
    return [*rows, ("next", f"`{rehearse}` tries the flag day, `{run}` does it")]
