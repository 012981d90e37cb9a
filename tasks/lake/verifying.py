"""Whether a lake is what its catalogue says: every file is there, whole, and no other.

Readers choose files by what the catalogue says of them, so that is held against the files too.
Where a root lies on its host, no file of a lake tells.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.lake.catalogue import CATALOGUE, Catalogue, Partition, read_catalogue
from tasks.lake.filling import NAME_DIGITS, name_of
from tasks.lake.sweeping import strangers
from tasks.lake.tables import TABLES, TYPES, types_in
from tasks.whole_files import file_sha256

_NO_HASH: Final = bytes(32)  # where a file stands that was never read


_TELLING: Final = frozenset({"content_hash", "fingerprint", "root", *TYPES.values()})
_Names: TypeAlias = dict[tuple[str | None, str], str]


class _Rest(NamedTuple):
    """What the catalogue says beside the entry of a file."""

    roots: frozenset[str]  # of all indexes
    names: _Names  # of the files of ASTs, by language and prefix


def problems(folder: Path) -> list[str]:
    """Tell which files are missing, changed or too many, and which indexes are not whole.

    One sentence each; reads every byte. Raises what ``read_catalogue`` raises.
    """
    catalogue = read_catalogue(folder)
    rest = _Rest(
        frozenset(root for member in catalogue.indexes for root in member.roots),
        {each.place: each.name for each in catalogue.of_table("asts")},
    )
    more = strangers(folder, catalogue)
    return [
        *(problem for each in catalogue.partitions for problem in _problems(folder, each, rest)),
        *_other_paths(folder, catalogue),
        *_doubled(catalogue),
        *(f"{path.relative_to(folder)} is in no catalogue" for path in more),
        *(f"the index {name} lacks rows, lost with a file" for name in catalogue.lacking()),
    ]


def _problems(folder: Path, partition: Partition, rest: _Rest) -> Iterator[str]:
    file = folder / partition.path
    try:
        digest = file_sha256(file)
        if digest != partition.sha256:
            yield f"{partition.path} is not the file that was written"
            return
        rows = _rows(file, partition.table)
    except pa.ArrowException as error:
        yield f"{partition.path} is no file of {partition.table}: {error}"
    except OSError as error:
        yield f"{partition.path} cannot be read: {error.strerror or error}"
    else:
        size = file.stat().st_size
        yield from _differences(partition, _told(partition, rows, digest, size, rest.names))
        if partition.table == "files":
            for root in sorted(set(pc.unique(rows["root"]).to_pylist()) - rest.roots):
                yield f"{partition.path} has files of {root}, which is a root of no index"


def _rows(file: Path, table: str) -> pa.Table:
    """Read of a file what the catalogue is derived from. Raises ArrowException, OSError."""
    with pq.ParquetFile(file) as opened:
        if opened.schema_arrow != TABLES[table]:
            raise pa.ArrowInvalid("it has other columns")
        return opened.read([name for name in TABLES[table].names if name in _TELLING])


def _told(
    partition: Partition, rows: pa.Table, digest: str, size_bytes: int, names: _Names
) -> dict[str, object]:
    """Return what a file tells of itself, in the words of the catalogue."""
    of_asts = name_of(rows) if partition.table == "asts" else names.get(partition.place)
    return {
        "rows": rows.num_rows,
        "size_bytes": size_bytes,
        "types": types_in(partition.table, rows),
        "prefix": _prefix(rows["content_hash"], partition.prefix),
        "name": digest[:NAME_DIGITS] if partition.table == "files" else of_asts,
    }


def _prefix(hashes: pa.ChunkedArray, said: str) -> str:
    """Return the prefix of the first row that has another, or else the one that is said."""
    begin = {value.hex() for value in pc.unique(hashes.fill_null(_NO_HASH)).to_pylist()}
    prefixes = {f"x{digits[: len(said) - 1]}" for digits in begin}
    return min(prefixes - {said}, default=said)


def _differences(partition: Partition, told: dict[str, object]) -> Iterator[str]:
    for key, value in told.items():
        if getattr(partition, key) != value:
            said, is_ = (_shown(each) for each in (getattr(partition, key), value))
            yield f"{partition.path} has {key} {is_}, and the catalogue says {said}"


def _shown(value: object) -> str:
    return (", ".join(value) if isinstance(value, tuple) else str(value or "")) or "none"


def _other_paths(folder: Path, catalogue: Catalogue) -> Iterator[str]:
    """Compare the paths that others read; our own are derived."""
    said = json.loads((folder / CATALOGUE).read_bytes())["partitions"]
    for partition, entry in zip(catalogue.partitions, said, strict=True):
        if entry.get("path") != partition.path:
            yield f"{partition.path} has in the catalogue the path {entry.get('path')}"


def _doubled(catalogue: Catalogue) -> Iterator[str]:
    """Name what would be read twice."""
    places = Counter((each.table, *each.place) for each in catalogue.partitions)
    for each in catalogue.partitions:
        if places[(each.table, *each.place)] > 1:
            yield f"{each.path} is not the only file of its table, language and prefix"
