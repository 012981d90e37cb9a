"""How much of what Universal Ctags finds the extractor finds too, by name and line.

    python -m tests.bench.agreement [--language NAME] [--show N] [--seed WORD] ROOT…

Samples up to 15 MB a language, whole files in the order of their hashes, none that are minified. A
tag counts as found where a symbol of that name stands on that line; as of the same kind where both
call it that. What is left out of the comparison is counted with the reason.
"""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from tasks.content.text import decode, is_binary
from tasks.plan import Limits
from tasks.roots.listing import list_files
from tasks.syntax.detection import detect
from tasks.syntax.extract import Source, extract
from verification.oracle import ctags
from verification.oracle.kinds import vocabulary
from verification.oracle.left_out import bodies_of, reason

SAMPLE_BYTES = 15_000_000
TIMEOUT_S = 60.0
MINIFIED_LINE_BYTES = 200  # a mean line as long as that was not written by hand


@dataclass(frozen=True, slots=True)
class Sampled:
    """One file of the sample."""

    path: Path
    digest: bytes
    data: bytes


def main() -> None:
    """Compare what the command line names, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", nargs="*", type=Path, default=[Path()])
    parser.add_argument("--language", help="only this language")
    parser.add_argument("--show", type=int, default=0, help="print so many tags not found a kind")
    parser.add_argument("--seed", default="", help="another sample")
    words = parser.parse_args()
    print(f"{ctags.version()}; of its tags, by name and line\n")
    print(f"{'language':<12}{'kind':<20}{'tags':>9}{'found':>9}{'of kind':>9}{'only ours':>11}")
    for language, files in sorted(_by_language(words.roots, words.seed).items()):
        if words.language in {None, language}:
            _compare(language, files, words.show)


def _by_language(roots: list[Path], seed: str) -> dict[str, list[Sampled]]:
    """Return distinct contents of the languages that are compared, in the order of the sample."""
    compared = vocabulary()["languages"]
    found: dict[str, dict[bytes, Sampled]] = {}
    for root in roots:
        for path in _files(root.resolve()):
            data = path.read_bytes()
            language = detect(str(path), data)
            if language in compared and not is_binary(data) and not _is_minified(path, data):
                digest = hashlib.sha256(seed.encode() + data).digest()
                found.setdefault(language, {}).setdefault(digest, Sampled(path, digest, data))
    return {
        language: list(_sample(sorted(files.values(), key=lambda file: file.digest)))
        for language, files in found.items()
    }


def _is_minified(path: Path, data: bytes) -> bool:
    return ".min." in path.name or len(data) > MINIFIED_LINE_BYTES * (data.count(b"\n") + 1)


def _files(root: Path) -> Iterator[Path]:
    for file in list_files(root, frozenset(), Limits().max_file_bytes):
        path = root / file.path.decode(errors="surrogateescape")
        if not file.skip and "\n" not in str(path):
            yield path


def _sample(files: list[Sampled]) -> Iterator[Sampled]:
    left = SAMPLE_BYTES
    for file in files:
        left -= len(file.data)
        if left >= 0:
            yield file


def _compare(language: str, files: list[Sampled], show: int) -> None:
    kinds = vocabulary()["languages"][language]
    rows = _ours(language, files)
    ours = {(*place, kind) for *place, _, kind in rows}
    places = {place[:3] for place in ours}
    functions = ((row[0], row[1], row[3]) for row in rows if row[4] == "function")
    bodies = bodies_of(functions)
    found = ctags.tags_of(kinds["ctags"], _paths(files), Path(gettempdir()))
    known = [tag for tag in found if tag.kind in kinds]
    lacking = [tag for tag in known if (tag.path, tag.line, tag.name) not in places]
    reasons = {tag: reason(language, tag, bodies) for tag in lacking}
    missing = [tag for tag in lacking if reasons[tag] is None]
    tags = [tag for tag in known if reasons.get(tag) is None]
    total, lost = Counter(tag.kind for tag in tags), Counter(tag.kind for tag in missing)
    same = Counter(
        tag.kind for tag in tags if (tag.path, tag.line, tag.name, kinds[tag.kind]) in ours
    )
    theirs = {(tag.path, tag.line, tag.name) for tag in tags}
    only_ours = Counter(
        kind for *place, kind in ours if kind in set(kinds.values()) and tuple(place) not in theirs
    )
    for kind in sorted(total):
        ours_alone = only_ours.get(kinds[kind], 0)
        _print(language, kind, (total[kind], total[kind] - lost[kind], same[kind]), ours_alone)
    counts = (len(tags), len(tags) - len(missing), sum(same.values()))
    _print(language, "all", counts, sum(only_ours.values()))
    _print_left_out(language, Counter(why for why in reasons.values() if why))
    for kind in sorted(lost):
        for tag in sorted(each for each in missing if each.kind == kind)[:show]:
            print(f"  not found: {tag.kind} {tag.name}  {tag.path}:{tag.line}")


def _ours(language: str, files: list[Sampled]) -> set[tuple[Any, ...]]:
    """Return (path, line, name, end line, kind) of every symbol; kind None where ctags has none."""
    known = vocabulary()["ours"]
    sources = (_source(number, language, file) for number, file in enumerate(files))
    found = set()
    for batch in extract(sources, parse_timeout_s=TIMEOUT_S):
        for row in batch["symbols"].to_pylist() if "symbols" in batch else ():
            path = str(files[row["ast_id"]].path)
            kind = known.get(row["symbol_type"])
            found.add((path, row["line_number"], row["name"], row["end_line"], kind))
    return found


def _source(number: int, language: str, file: Sampled) -> Source:
    text = decode(file.data)
    return Source(
        number, file.digest, 1, language, len(file.data), text.utf8, own_offsets=text.own_offsets
    )


def _paths(files: list[Sampled]) -> list[str]:
    return [str(file.path) for file in files]


def _print_left_out(language: str, counts: Counter[str]) -> None:
    for why, count in counts.most_common():
        print(f"{language:<12}{'left out':<20}{count:>9}  {why}")


def _print(language: str, kind: str, counts: tuple[int, int, int], only_ours: int) -> None:
    tags, *parts = counts
    shares = "".join(f"{part / tags if tags else 1.0:>9.3f}" for part in parts)
    print(f"{language:<12}{kind:<20}{tags:>9}{shares}{only_ours:>11}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
