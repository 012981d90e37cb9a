"""The catalogue of a lake: which indexes are in it, and which files are its tables now.

Readers read it first, and no file that it does not name. It is replaced at once.
"""

import json
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, computed_field

from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.whole_files import write_whole

FORMAT: Final = 1  # of the catalogue, and of the files that it names
CATALOGUE: Final = "catalogue.json"
Table: TypeAlias = Literal["files", "asts", "symbols", "refs"]
NO_LANGUAGE: Final = "__HIVE_DEFAULT_PARTITION__"  # as Hive spells a null


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Member(_Entry):
    """An index that is in a lake."""

    name: str
    run: str | None  # that made it; None: nobody recorded one
    roots: dict[str, str]  # where each lies on its host, by its name
    languages: tuple[str, ...]  # that it was built with, whether or not it has files in them
    is_whole: bool = True  # False: rows of it were lost with a damaged file


class Partition(_Entry):
    """One Parquet file: the rows of a table whose contents share a language and a prefix."""

    model_config = ConfigDict(extra="ignore")  # the path is there for others; ours is derived

    table: Table
    language: str | None  # None: files in no language of ours
    prefix: str = Field(pattern=r"^x[0-9a-f]{0,3}$")  # x, and how the content hash begins
    name: str = Field(pattern=r"^[0-9a-f]{32}$")  # of the file, by what its rows are made of
    rows: int = Field(ge=1)
    size_bytes: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")  # of the file
    types: tuple[str, ...] = ()  # of the symbols or refs in it

    @property
    def place(self) -> tuple[str | None, str]:
        """Return what the contents have in common, in whichever table."""
        return self.language, self.prefix

    @computed_field  # type: ignore[prop-decorator]  # mypy knows none over a property
    @property
    def path(self) -> str:
        """Return where the file lies in the lake."""
        return path_of(self.table, self.language, self.prefix, self.name)


class Catalogue(_Entry):
    """What a lake is at one time. Members stand by name, partitions by path."""

    format: Literal[1] = FORMAT
    indexes: tuple[Member, ...]
    partitions: tuple[Partition, ...]

    def lacking(self) -> tuple[str, ...]:
        """Name the indexes that must be exported again to be whole in the lake."""
        return tuple(member.name for member in self.indexes if not member.is_whole)

    def without(self, name: str) -> "Catalogue":
        """Return a catalogue that does not name this index, and has its rows still."""
        others = tuple(member for member in self.indexes if member.name != name)
        return self.model_copy(update={"indexes": others})

    def of_table(self, table: str) -> list[Partition]:
        """Return the partitions of a table."""
        return [partition for partition in self.partitions if partition.table == table]


def path_of(table: str, language: str | None, prefix: str, name: str) -> str:
    """Return where the file of a partition lies in its lake, as Hive names folders."""
    folder = NO_LANGUAGE if language is None else quote(language, safe="")
    return f"{table}/language={folder}/prefix={prefix}/{name}.parquet"


def read_catalogue(folder: Path) -> Catalogue:
    """Read the catalogue of a lake.

    Raises PreconditionFailed where there is none or it is newer than this tool, IndexDamaged
    where it is not whole.
    """
    try:
        read = json.loads((folder / CATALOGUE).read_bytes())
        if isinstance(read, dict) and _is_newer(read.get("format")):
            raise PreconditionFailed(
                f"the lake {folder} has format {read['format']}, newer than this flagday, which "
                f"knows {FORMAT}",
                next_step="Use the flagday that wrote it, or a newer one. Nothing was changed.",
            )
        return Catalogue.model_validate_json(json.dumps(read))
    except (ValidationError, ValueError, RecursionError) as error:
        raise IndexDamaged(
            f"{folder / CATALOGUE} is no catalogue: {_first_line(error)}",
            next_step="Move the folder away, and export every index that was in it once more.",
        ) from error
    except OSError as error:
        raise PreconditionFailed(
            f"there is no lake at {folder}: {error.strerror or error}",
            next_step=f"Write one with `flagday export --layout lake --to {folder}`.",
        ) from error


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Replace the catalogue at once; it survives a loss of power from then on."""
    write_whole(folder / CATALOGUE, _text(catalogue), is_durable=True)


def _text(catalogue: Catalogue) -> str:
    """Write a catalogue as JSON, an index or a partition a line."""
    listed = {
        "indexes": [_plain(member) for member in catalogue.indexes],
        "partitions": [_plain(each) for each in catalogue.partitions],
    }
    parts = (
        f'"{key}": [\n' + ",\n".join(json.dumps(each, sort_keys=True) for each in entries) + "\n]"
        for key, entries in listed.items()
    )
    return f'{{"format": {catalogue.format},\n' + ",\n".join(parts) + "}\n"


def _plain(entry: _Entry) -> dict[str, Any]:
    return entry.model_dump(mode="json")


def _is_newer(version: object) -> bool:
    return isinstance(version, int) and version > FORMAT


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'all of it'}: {first['msg']}"
    return str(error).split("\n")[0]
