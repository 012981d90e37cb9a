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
from pathlib import PurePosixPath
from typing import Any, Final

import apsw

from verification.commits import forget_processes
from verification.no_code import NoCode, why_no_code
from verification.places import Place, Root, root_of
from verification.spelling import named
from verification.subject import NO_ROOT_HERE, NotApplicable, Subject

_MAX_CONTENTS: Final = 200
_MAX_BYTES: Final = 2 << 20
_READERS: Final = 4  # hashing leaves the interpreter to others
_TIMEOUT_S: Final = 300.0
_MAX_KINDS: Final = 300
_MAX_KIND_BYTES: Final = 64 << 10
NO_LANGUAGE: Final = "no language for this kind of file"
NO_PARSER: Final = "no parser for "  # then the language's name


class ExtractionFailed(Exception):  # noqa: N818 -- says what happened
    """The process that extracts anew ended badly."""


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
    size_bytes: int  # on disk; 0 where it cannot be read
    no_code: NoCode | None  # why the bytes are nothing to index, whatever the language


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
    files: dict[tuple[bytes, str], dict[str, Any]]  # by content hash and path


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
    found, problem, size, no_code = None, None, 0, None
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
        no_code = why_no_code(path, data, language)
    return DiskFile(root, path, place, language, expected, found, problem, size, no_code)


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
        size = held[0].size_bytes if held else left + 1
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
    orders += [
        {
            "path": named(file.path),
            "base64": base64.b64encode(file.place.read_bytes()).decode(),
        }
        for file in kinds(connection)
    ]
    version, *entries = _run(subject.extractor, orders)
    by_key: dict[str, dict[tuple[bytes, str], dict[str, Any]]] = {"language": {}, "path": {}}
    for entry in entries:
        key = "path" if "path" in entry else "language"
        by_key[key][bytes.fromhex(entry["content_hash"]), entry[key]] = entry
    return Extraction(version["parser_versions"], by_key["language"], by_key["path"])


@lru_cache(maxsize=1)
def kinds(connection: apsw.Connection) -> tuple[DiskFile, ...]:
    """Choose a file of each extension, language and reason that there are, within bounds."""
    told = connection.execute(
        "SELECT roots.name, files.path, files.reason FROM files INNER JOIN roots USING (root_id)"
        " WHERE files.content_hash IS NOT NULL"
    )
    reasons = {(root, path): reason for root, path, reason in told if is_of_language(reason)}
    chosen: dict[tuple[str, str | None, str | None], DiskFile] = {}
    for file in sorted(disk(connection), key=lambda file: (file.expected, file.root, file.path)):
        if not file.problem and file.size_bytes <= _MAX_KIND_BYTES:
            extension = PurePosixPath(file.path).suffix.lower()
            key = (extension, file.language, reasons.get((file.root, file.path)))
            chosen.setdefault(key, file)
    found, left = list[DiskFile](), _MAX_BYTES
    for file in chosen.values():
        if file.size_bytes <= left and len(found) < _MAX_KINDS:
            found.append(file)
            left -= file.size_bytes
    return tuple(found)


def is_of_language(reason: str | None) -> bool:
    """Tell whether a file is left out for the language that it is in, or for having none."""
    return reason is not None and reason.startswith((NO_PARSER, NO_LANGUAGE))


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
    for look in (roots, disk, sample, kinds, extraction):
        look.cache_clear()
    forget_processes()
