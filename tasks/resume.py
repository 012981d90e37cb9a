"""Take over the parts that a killed run finished (§5.7).

Beside each part lies a note, proven by its own digest: the digest of the part's bytes, and of
everything that they were made of. A part with failures is none to take over: what hung or crashed
once may not do so again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tasks.contracts import Part
from tasks.syntax.languages import languages
from tasks.whole_files import file_sha256, read_proven, write_proven


def made_of(contents: Iterable[Mapping[str, Any]]) -> str:
    """Return the digest of what a part of these contents is made of, hexadecimal.

    Each content is a row of CONTENTS (tasks/content/ledger.py): its number, its identity, and the
    code that extracts it.
    """
    digest = hashlib.sha256(version("flagday").encode())
    for content in contents:
        fingerprint = languages()[content["language"]].fingerprint
        identity = (content["ast_id"], content["parser_version_id"], fingerprint)
        digest.update(f"{identity}\0".encode() + content["content_hash"])
    return digest.hexdigest()


def note(part: Part, source: str) -> None:
    """Write beside a finished part what it is, for the run after this one to find."""
    if part.rows["failures"]:
        return
    said = {"made_of": source, "sha256": part.sha256, "rows": part.rows, "reused": part.reused}
    write_proven(part.path.with_suffix(".note"), json.dumps(said, sort_keys=True))


def take_over(path: Path, source: str, left: Iterable[Path]) -> Part | None:
    """Move a part of the same name that was made of ``source`` to ``path``; None: there is none.

    ``left`` are the parts folders of killed runs. A part whose bytes are not as noted stays.
    """
    for folder in left:
        part = _noted(folder / path.name, source)
        if part:
            taken = replace(part, path=part.path.rename(path))
            note(taken, source)
            return taken
    return None


def _noted(path: Path, source: str) -> Part | None:
    try:
        said = json.loads(read_proven(path.with_suffix(".note")))
        digest = file_sha256(path)
        if (said["made_of"], said["sha256"]) != (source, digest):
            return None
        return Part(path, digest, said["rows"], reused=said["reused"], is_resumed=True)
    except (OSError, ValueError):
        return None
