"""Source files of a code root, in path order, without what no one writes by hand.

Names of code roots, and paths below them, are written as an index writes the names of files.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from verification.inventory.languages import language_of
from verification.regular_file import read_regular
from verification.spelling import written

MAX_FILE_BYTES: Final = 4 << 20
_NO_CODE: Final = frozenset(
    {".git", ".hg", ".svn", ".flagday", "node_modules", ".venv", ".tox", "__pycache__"}
)


def root_name(root: Path) -> str:
    """Return what reports call a code root: its folder's name."""
    path = root.resolve()
    return written(path.parent.name if path.is_file() else path.name)


def path_below(path: Path, root: Path) -> str:
    """Return how a path below a code root is written."""
    return written(path.relative_to(root).as_posix())


def source_files(root: Path) -> Iterator[tuple[str, bytes | str]]:
    """Yield each source file's path below the root, with its bytes or why it is not read.

    A file without an extension is one when its first line names an interpreter. A symbolic link
    is not followed. A root that is one file yields that file. One that is no readable folder
    yields itself as ``.``.
    """
    if root.is_file():
        yield written(root.name), _read(root.resolve())
        return
    failed: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=failed.append):
        folders[:] = sorted(name for name in folders if name not in _NO_CODE)
        for name in sorted(files):
            path = Path(folder, name)
            known = language_of(path)
            if (known is None and path.suffix) or path.is_symlink():
                continue
            data = _read(path)
            if known is None and not (isinstance(data, bytes) and data.startswith(b"#!")):
                continue
            yield path_below(path, root), data
    for error in failed:
        yield path_below(Path(error.filename), root), error.strerror or "not readable"


def _read(path: Path) -> bytes | str:
    try:
        data = read_regular(path, MAX_FILE_BYTES + 1)
    except OSError as error:
        return error.strerror or "not readable"
    if len(data) > MAX_FILE_BYTES:
        return f"larger than {MAX_FILE_BYTES >> 20} MiB"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    return "binary content" if b"\0" in data else data
