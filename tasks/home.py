"""Where an index lies, and what belongs to it, unless somebody says otherwise."""

from pathlib import Path
from typing import Final

HOME: Final = ".flagday"  # folder of runs, of Prefect's state and, by default, of the index
DB: Final = Path(HOME) / "index.db"  # the index in service, from the working folder
