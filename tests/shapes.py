"""Foreign shapes: databases of other makes as SQL text, one file a shape."""

from pathlib import Path

import apsw

_FOLDER = Path(__file__).parent / "fixtures" / "legacy"


def shape(name: str, path: Path) -> Path:
    """Make the database of ``shape_<name>.sql`` at a path; return the path."""
    connection = apsw.Connection(str(path))
    connection.execute((_FOLDER / f"shape_{name}.sql").read_text()).fetchall()
    connection.close()
    return path
