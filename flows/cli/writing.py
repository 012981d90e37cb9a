"""Files that a command writes where it is told to."""

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import IO

from tasks.errors import StepFailed
from tasks.faults import why
from tasks.whole_files import written_whole


def write(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a file that appears when it is whole; return the number of pieces.

    What is there and is no file, such as a pipe, is written to and stays what it is. Raises
    StepFailed.
    """
    is_file = path.is_file() or not path.exists()
    try:
        with (
            written_whole(path) if is_file else nullcontext(path) as place,
            place.open("wb") as file,
        ):
            return _counted(file, pieces)
    except OSError as error:
        raise StepFailed(
            f"{path} cannot be written: {why(error, path)}",
            next_step="Make room or choose another place. The index is unchanged.",
        ) from error


def _counted(file: IO[bytes], pieces: Iterable[bytes]) -> int:
    written = 0
    for piece in pieces:
        file.write(piece)
        written += 1
    return written
