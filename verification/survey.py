"""What lies on disk, and what a clean process makes of a sample: looked at once a verification.

A sample is the first contents after the digest of all contents, in the order of their hashes: as
good as at random, equal for equal inputs, and another one as soon as anything changes.
"""

import base64
import hashlib
import json
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

import apsw

from verification.commits import forget_processes
from verification.places import Place, Root, root_of
from verification.subject import NotApplicable, Subject

_MAX_CONTENTS: Final = 200
_MAX_BYTES: Final = 2 << 20
_READERS: Final = 4  # hashing leaves the interpreter to others
_TIMEOUT_S: Final = 300.0


class ExtractionFailed(Exception):  # noqa: N818 -- says what happened
    """The process that extracts anew ended badly."""


NO_ROOT_HERE: Final = "none of the roots is on this host"


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file that the index knows with a content hash, as it lies on disk now."""

    root: str
    path: str
    place: Place
    language: str | None
    expected: bytes  # the content hash in the index
    found: bytes | None  # the content hash on disk
    problem: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """One sampled content, and the AST that the index has of it."""

    ast_id: int
    content_hash: bytes
    language: str
    grammar: str
    grammar_version: str
    size_bytes: int
    places: tuple[DiskFile, ...]  # the files on disk that hold it now, in order of root and path


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the clean process said."""

    parser_versions: dict[str, dict[str, Any]]  # by language
    contents: dict[tuple[bytes, str], dict[str, Any]]  # by content hash and language


@lru_cache(maxsize=1)
def roots(connection: apsw.Connection) -> dict[str, Root]:
    """Return the roots that were read by name. Raises NotApplicable where this host has none."""
    found = connection.execute(
        "SELECT name, location, exclude, commit_id FROM roots WHERE problem IS NULL ORDER BY name"
    )
    known = {
        str(name): root_of(str(location), json.loads(str(exclude)), commit and str(commit))
        for name, location, exclude, commit in found
    }
    if all(root.why_gone() for root in known.values()):
        raise NotApplicable(NO_ROOT_HERE)
    return known


@lru_cache(maxsize=1)
def disk(connection: apsw.Connection) -> tuple[DiskFile, ...]:
    """Hash every file that the index has a content hash of, in order of root and path."""
    look = partial(_look, roots(connection))
    rows = connection.execute(
        "SELECT roots.name, files.path, files.language, files.content_hash, files.size_bytes"
        " FROM files INNER JOIN roots USING (root_id) WHERE files.content_hash IS NOT NULL"
        " ORDER BY roots.name, files.path"
    ).fetchall()
    with ThreadPoolExecutor(_READERS) as readers:
        return tuple(readers.map(look, rows, chunksize=16))


def _look(known: dict[str, Root], row: tuple[Any, ...]) -> DiskFile:
    root, path, language, expected, size_bytes = row
    place = known[root].place(path)
    found, problem = None, None
    try:
        data = place.read_bytes()  # no larger than max_file_bytes, or it had no hash
    except OSError as error:
        problem = error.strerror
    else:
        found, size = hashlib.sha256(data).digest(), len(data)
        if size > size_bytes:
            found, problem = None, f"larger than {size_bytes} bytes"
        elif found != expected:
            problem = f"hash is {found.hex()}, not {expected.hex()}"
        elif size != size_bytes:
            problem = f"size is {size}, not {size_bytes}"
    return DiskFile(root, path, place, language, expected, found, problem)


@lru_cache(maxsize=1)
def sample(connection: apsw.Connection) -> tuple[Content, ...]:
    """Choose contents whose bytes are on disk now, within bounds of number and size."""
    asts: list[tuple[Any, ...]] = connection.execute(
        "SELECT ast_id, content_hash, language, grammar, grammar_version FROM asts"
        " INNER JOIN parser_versions USING (parser_version_id) ORDER BY content_hash, language"
    ).fetchall()
    places: dict[tuple[bytes | None, str | None], list[DiskFile]] = {}
    for file in disk(connection):
        places.setdefault((file.found, file.language), []).append(file)
    seed = hashlib.sha256(b"".join(row[1] for row in asts)).digest()
    chosen: list[Content] = []
    left = _MAX_BYTES
    for row in sorted(asts, key=lambda row: (row[1] < seed, row[1], row[2])):
        held = places.get((row[1], row[2]), [])
        size = held[0].place.size_bytes() if held else left + 1
        if size <= left:
            ast_id, digest, language, grammar, said = row
            chosen.append(Content(ast_id, digest, language, grammar, said, size, tuple(held)))
            left -= size
        if len(chosen) == _MAX_CONTENTS:
            break
    return tuple(chosen)


@lru_cache(maxsize=1)
def extraction(connection: apsw.Connection, subject: Subject) -> Extraction:
    """Have the sampled contents extracted anew, in a process of its own.

    Raises NotApplicable where no extractor is named, ExtractionFailed where it fails.
    """
    if not subject.extractor:
        raise NotApplicable("no extractor was named")
    chosen = sorted(sample(connection), key=lambda content: (content.language, content.ast_id))
    orders = [
        {
            "language": content.language,
            "base64": base64.b64encode(content.places[0].place.read_bytes()).decode(),
        }
        for content in chosen
    ]
    version, *entries = _run(subject.extractor, orders)
    return Extraction(
        version["parser_versions"],
        {(bytes.fromhex(entry["content_hash"]), entry["language"]): entry for entry in entries},
    )


def _run(command: Sequence[str], orders: list[dict[str, str]]) -> list[dict[str, Any]]:
    fed = "".join(json.dumps(order) + "\n" for order in orders).encode()
    try:
        said = subprocess.run(
            command, input=fed, capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ExtractionFailed(f"the extractor took longer than {_TIMEOUT_S:g} s") from error
    if said.returncode:
        last = said.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ExtractionFailed(f"the extractor ended with {said.returncode}: {' '.join(last)}")
    try:
        return [json.loads(line) for line in said.stdout.splitlines()]
    except ValueError as error:
        raise ExtractionFailed(f"the extractor said what is no JSON: {error}") from error


def forget() -> None:
    """Let go of what one verification has looked at."""
    for look in (roots, disk, sample, extraction):
        look.cache_clear()
    forget_processes()
