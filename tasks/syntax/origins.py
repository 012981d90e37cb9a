"""What the spelling of an import tells of where its module comes from: ``origins/<language>.toml``.

``relative``, ``local`` and ``standard`` are patterns (RE2) on an import as written, quotes and
brackets included; the ``element`` of it is looked up in ``standard_library``. ``like`` names the
language whose table holds as well. Whatever is left depends on which files a root holds, and rows
of an AST depend on its content alone: it has no origin here.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import FlagDayError

_FOLDER: Final = Path(__file__).parent / "origins"
_NEVER: Final = r"[^\s\S]"
_KNOWN: Final = ("relative", "local", "standard", "element", "standard_library")


@dataclass(frozen=True, slots=True)
class Origins:
    """What one language's imports tell. A language without a table tells nothing."""

    relative: str = _NEVER
    local: str = _NEVER
    standard: str = _NEVER
    element: str = f"(?P<element>{_NEVER})"
    standard_library: tuple[str, ...] = ()
    table: bytes = field(default=b"", repr=False)  # the .toml as it stands

    def of(self, spelled: pa.StringArray) -> pa.Array:
        """Return the origin of each import, or null where its spelling does not tell."""
        elements = pc.struct_field(pc.extract_regex(spelled, self.element), "element")
        names = pa.array(self.standard_library, pa.string())
        is_standard = pc.or_(
            pc.match_substring_regex(spelled, self.standard), pc.is_in(elements, value_set=names)
        )
        told = pa.StructArray.from_arrays(
            [
                pc.match_substring_regex(spelled, self.relative),
                pc.match_substring_regex(spelled, self.local),
                is_standard,
            ],
            ["relative", "local", "standard library"],
        )
        return pc.case_when(told, *(pa.scalar(kind.name) for kind in told.type))


@cache
def origins_of(language: str) -> Origins:
    """Read a language's table. Raises FlagDayError on a key that is not known."""
    path = _FOLDER / f"{language}.toml"
    if not path.exists():
        return Origins()
    table = path.read_bytes()
    entry: dict[str, Any] = tomllib.loads(table.decode())
    like = entry.pop("like", None)
    if unknown := entry.keys() - set(_KNOWN):
        raise FlagDayError(
            f"origins/{path.name}: unknown keys {sorted(unknown)}",
            next_step=f"Known: like, {', '.join(_KNOWN)}.",
        )
    if like:
        shared = (_FOLDER / f"{like}.toml").read_bytes()
        entry, table = tomllib.loads(shared.decode()) | entry, shared + table
    entry["standard_library"] = tuple(entry.get("standard_library", ()))
    return Origins(**entry, table=table)
