"""Write the schema that Prefect's migrations come to.

python -m tests.prefect_history
"""

import os
import subprocess
import sys
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from flows.prefect_history import SCHEMA
from migrations.opening import connect

_HEAD = """\
-- What the migrations of Prefect {} (Apache License 2.0) make of an empty database.
-- Made by `python -m tests.prefect_history`."""
_MIGRATE = """
import asyncio
from prefect.server.database import provide_database_interface
asyncio.run(provide_database_interface().create_db())
"""


def migrated(home: Path) -> Path:
    """Have Prefect make, of nothing, the database of a home."""
    environment = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
    environment["PREFECT_HOME"] = str(home)
    subprocess.run([sys.executable, "-c", _MIGRATE], env=environment, check=True, cwd=home)
    return home / "prefect.db"


def dumped(database: Path) -> list[str]:
    """Return the statements that make a database: its schema, and the revision that it has.

    The order of some indexes, and of constraints within a table, is by chance.
    """
    with closing(connect(database)) as connection:
        made = connection.execute(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
        ).fetchall()
        revision = connection.execute("SELECT version_num FROM alembic_version").get
    statements = [*(sql for (sql,) in made), f"INSERT INTO alembic_version VALUES ('{revision}')"]
    return ["\n".join(map(str.rstrip, f"{statement};".splitlines())) for statement in statements]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = dumped(migrated(Path(folder)))
    SCHEMA.write_text("\n".join([_HEAD.format(version("prefect")), *made, ""]))
