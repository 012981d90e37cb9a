"""The plan: everything a run can be told, with the bounds of every value."""

import os
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from tasks.contracts import RunnerKind
from tasks.home import DB
from tasks.words import Words

DEFAULT_NAME: Final = "index"  # what a lake calls an index that nobody named


class RootsFrom(StrEnum):
    """Who named the roots, the first that did."""

    COMMAND_LINE = "the command line"
    PLAN = "the plan"
    LEGACY = "the legacy database"
    INDEX = "the index in service"
    NOBODY = "nobody, so the working folder"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _place(stated: object) -> object:
    """Refuse what no path can be, and what would silently be the working folder."""
    if stated == "":
        raise PydanticCustomError("empty", "is empty")
    if isinstance(stated, str | Path):
        if "\0" in str(stated):
            raise PydanticCustomError("holds_nul", "holds a NUL")
        try:
            Path(stated).expanduser()
        except RuntimeError:
            raise PydanticCustomError("no_home", "names no home") from None
    return stated


Location = Annotated[Path, BeforeValidator(_place)]
Text = Annotated[str, Field(min_length=1)]
MOST_S: Final = 366 * 24 * 3600.0
Seconds = Annotated[PositiveFloat, Field(le=MOST_S)]

_PLACES: Final = frozenset({"path", "glob", "file"})

# A glob as in .gitignore, on one line.
Pattern = Annotated[str, Field(pattern=r"^[^\n\r\x00]+$")]


class Root(_Section):
    """One root to index."""

    path: Location = Path()
    glob: Annotated[str, BeforeValidator(_place)] = ""  # instead: every folder that matches
    file: Location | None = None  # instead: every root of a file, one a line, comments with #
    name: str = Field(default="", description="what reports call it; default: its folder's name")
    rev: str = Field(default="", pattern="^([^-].*)?$", description="read at this commit")
    required: bool = True  # false: the run goes on without it where it cannot be read
    exclude: tuple[Pattern, ...] = ()  # after those of the plan; the last that matches decides

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        if len(self.model_fields_set & _PLACES) != 1:
            raise ValueError(f"name one of {', '.join(sorted(_PLACES))}")
        if self.name and "path" not in self.model_fields_set:
            raise ValueError("a name is for one path")
        return self


class Limits(_Section):
    """What a run puts up with."""

    max_file_bytes: PositiveInt = 16 << 20
    parse_timeout_s: Seconds = 20.0  # a content; twice as long, and its process is killed
    max_worker_memory_bytes: PositiveInt = 2 << 30  # a parser process that takes more is killed
    minified: Literal["skip", "index"] = "skip"  # code that a tool wrote for machines alone
    max_failed_files: int = Field(default=100, ge=0)  # more than this stops the run
    max_failed_roots: int = Field(default=10, ge=0)  # of those not required; more stop the run
    max_symbol_loss: float = Field(default=0.01, ge=0, le=1)  # a language, of files still there


class Legacy(_Section):
    """What is legacy in the database that is there."""

    tables: tuple[Text, ...] = ("symbols", "refs")
    queues: tuple[Text, ...] = ()  # besides those that the inventory finds
    not_queues: tuple[Text, ...] = ()  # tables that look like queues, and keep their rows
    roots: str | None = Field(default=None, pattern=r"(?s)^.+\..+$")  # table.column of paths


class Accepted(_Section):
    """A code path that may remain although nobody can tell what it reaches, or it breaks."""

    file: Text  # glob below the code roots
    line: Text  # text that the line must still hold
    reason: Text


class InventoryRules(_Section):
    """What consumer code is for, by its path, and what may remain; globs as in .gitignore."""

    tests: tuple[str, ...] | None = None  # None: the usual names of tests
    archive: tuple[str, ...] | None = None  # None: archive/, attic/, legacy/ and the like
    documentation: tuple[str, ...] | None = None  # None: docs/ and documents
    accept: tuple[Accepted, ...] = ()


class _Builder(_Section):
    name: Text  # what messages call it
    stop_timeout_s: Seconds = 30.0  # one that still runs then stops the run
    settle_s: float = Field(default=2.0, ge=0, le=MOST_S)  # it must stay stopped for as long


class CommandBuilder(_Builder):
    """A builder that programs stop and start. No shell reads their words."""

    kind: Literal["command"]
    stop: Words
    is_stopped: Words | None = None  # exits 0 where it has stopped
    is_running: Words | None = None  # exits 0 while it runs; neither of both: the word of `stop`
    start: Words

    @model_validator(mode="after")
    def _has_one_question(self) -> Self:
        if self.is_stopped and self.is_running:
            raise ValueError("has is_stopped and is_running; name one")
        return self


class SystemdBuilder(_Builder):
    """A builder that systemd runs. A timer that wakes it is a builder of its own."""

    kind: Literal["systemd"]
    unit: Text
    scope: Literal["system", "user"] = "system"


class PidFileBuilder(_Builder):
    """A builder that writes its process id into a file, and ends on a signal."""

    kind: Literal["pid_file"]
    pid_file: Location
    signal: Literal["SIGINT", "SIGTERM"] = "SIGTERM"
    command: str | None = None  # what its command line holds; another process is not signalled
    start: Words | None = None  # default: something else starts it again


class DeploymentBuilder(_Builder):
    """A builder that Prefect runs."""

    kind: Literal["deployment"]
    deployment: str = Field(pattern="^[^/]+/[^/]+$")  # flow/deployment


Builder = CommandBuilder | SystemdBuilder | PidFileBuilder | DeploymentBuilder


class Review(_Section):
    """A person looks at the reports before the cut-over."""

    timeout_s: Seconds = 3600.0  # without an answer for as long, nothing is changed


class Backups(_Section):
    """What is kept of the indexes of before."""

    # Newest that stay after a flag day, and the last of each older schema; 0: none made or deleted.
    keep: int = Field(default=3, ge=0)
    folder: Location | None = None  # default: <db>.backups beside the index; of one index alone
    recipients: tuple[str, ...] = ()  # age or ssh keys; none: not encrypted


class Reports(_Section):
    """What is kept of the runs of before."""

    # Newest runs whose folders stay after a flag day, and that of the index in service; 0: all.
    keep: int = Field(default=0, ge=0)


_SCHEMES: Final = {RunnerKind.DASK: ("tcp", "tls"), RunnerKind.RAY: ("ray",)}


class Runner(_Section):
    """What makes parts: this host, or a cluster that exists."""

    kind: RunnerKind = RunnerKind.LOCAL
    address: str = ""  # of the cluster: tcp://HOST:PORT or tls://… (Dask), ray://… (Ray)
    storage: str = ""  # folder or URI (s3://bucket/prefix) that this host and all workers see

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind not in _SCHEMES:
            return self
        schemes = _SCHEMES[self.kind]
        if urlsplit(self.address).scheme not in schemes or not _has_port(self.address):
            forms = " or ".join(f"{scheme}://HOST:PORT" for scheme in schemes)
            raise ValueError(f"runner {self.kind} needs an address: {forms}")
        if not (self.storage.startswith("/") or urlsplit(self.storage).scheme):
            raise ValueError(
                f"runner {self.kind} needs a storage that this host and all workers see under one "
                "name: an absolute path or a URI"
            )
        if urlsplit(self.storage).password:
            raise ValueError("credentials of a storage belong into the environment")
        return self


def _has_port(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname and urlsplit(address).port)
    except ValueError:  # no number
        return False


class Lake(_Section):
    """Where the index goes to as partitioned Parquet, after the cut-over."""

    folder: Location
    name: Text = DEFAULT_NAME  # what the lake calls this index


Price = Annotated[Decimal, Field(ge=0, le=10**6)]


class TokenPrice(_Section):
    """What a million tokens cost, in a currency of one's own."""

    input: Price
    output: Price
    cached: Price = Decimal(0)  # read from the provider's own cache


class Plan(_Section):
    """One run, as it is asked for."""

    roots: Annotated[tuple[Root, ...], Field(min_length=1)] = (Root(path=Path()),)
    roots_from: SkipJsonSchema[RootsFrom] = RootsFrom.NOBODY  # told by read_plan, by no file
    exclude: tuple[Pattern, ...] = ()  # what is left out of every root, before it is read
    db: Location = DB
    artifacts: Location | None = None  # default: runs/<run> beside the database
    workers: PositiveInt = Field(default_factory=lambda: len(os.sched_getaffinity(0)))
    runner: Runner = Runner()
    reuse: bool = True  # take ASTs over from the index in service
    if_changed: bool = False  # no flag day where it would make the index in service again
    commit: bool = False  # commit reports to the git repository that holds `artifacts`
    sign_key: Location | None = None  # Ed25519 private key that signs the manifest
    code: tuple[Location, ...] = ()  # consumer code to take the inventory of
    inventory: InventoryRules = InventoryRules()
    oracle: Literal["sample", "all", "off"] = "sample"  # which files Universal Ctags is asked about
    limits: Limits = Limits()
    legacy: Legacy = Legacy()
    builders: tuple[Annotated[Builder, Field(discriminator="kind")], ...] = ()
    backup: Backups = Backups()
    reports: Reports = Reports()
    review: Review | None = None  # None: the verdict alone decides
    lake: Lake | None = None  # None: the index goes to no lake
    prices: dict[Annotated[str, Field(pattern="^[^/]+/.+$")], TokenPrice] = {}  # provider/model

    def excluded(self, root: Root) -> tuple[str, ...]:
        """Return the patterns that leave entries out of a root, in the order they are asked in."""
        return (*self.exclude, *root.exclude)
