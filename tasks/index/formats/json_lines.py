"""JSON lines: one answer a line, with the keys that ``--json`` has."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tasks.index.answers import Symbol, Use

# What JSON leaves as it is though a terminal obeys it.
_CONTROLS: Final = re.compile(r"[\x7f-\x9f]")
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


def json_lines(answers: Iterable[Symbol | Use]) -> Iterator[bytes]:
    """Yield a line an answer, without its newline, in the order of ``answers``."""
    for answer in answers:
        yield json_line(answer._asdict())


def json_line(content: Mapping[str, str | int | None]) -> bytes:
    """Return an object as one line of UTF-8 in which no control character is left."""
    line = _encode(content)
    if not line.isascii() or "\x7f" in line:
        line = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    return line.encode()
