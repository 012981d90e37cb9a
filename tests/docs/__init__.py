"""The pages of docs/: some are made of the code, all are held against it."""

from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs"
