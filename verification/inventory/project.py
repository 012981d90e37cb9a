"""What the files of a search know of each other: their texts, and what they bind."""

from dataclasses import dataclass, field

from verification.inventory.bindings import Bindings, Value, bindings_of
from verification.inventory.languages import family_of
from verification.inventory.literals import Literal, Source


@dataclass(frozen=True, slots=True)
class Unit:
    """A passage with what was found in it."""

    place: str  # code root/file
    source: Source
    literals: tuple[Literal, ...]
    bindings: Bindings
    text: str


@dataclass(frozen=True, slots=True)
class Project:
    """What the files of a search know of each other."""

    wanted: frozenset[str]  # folded names of tables
    named: frozenset[str] = frozenset()  # and of those whose triggers reach them
    units: list[Unit] = field(default_factory=list)
    constants: dict[tuple[str, str], list[Value]] = field(default_factory=dict)  # by family, name
    known: dict[tuple[str, int, int], tuple["Filled", ...]] = field(default_factory=dict)
    calls: dict[str, list["Call"]] = field(default_factory=dict)  # by the name that is called
    spoken: dict[str, list[Unit]] = field(default_factory=dict)  # by a word in their text

    def units_with(self, word: str) -> list[Unit]:
        """Return the units whose text holds a word."""
        if word not in self.spoken:
            self.spoken[word] = [unit for unit in self.units if word.encode() in unit.source.data]
        return self.spoken[word]

    def learn(self, unit: Unit) -> None:
        """Take up a unit, and what it binds outside of functions."""
        self.units.append(unit)
        family = family_of(unit.source.language)
        for name, values in unit.bindings.items():
            common = [value for value in values if value.is_global]
            if common:
                self.constants.setdefault((family, name), []).extend(common)

    def constants_for(self, name: str, unit: Unit) -> list[Value]:
        """Return what a name stands for in the files whose constants a unit can have."""
        family = family_of(unit.source.language)
        shared = self.constants.get(("", name), []) if family else []
        return self.constants.get((family, name), []) + shared

    def is_named_in(self, text: str) -> bool:
        """Whether a text may name a table, at a glance."""
        low = text.lower()
        return any(name in low for name in self.named or self.wanted)


@dataclass(frozen=True, slots=True)
class Call:
    """A call in code, by its text."""

    unit: Unit
    first: int  # byte of the name
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """One way to fill a hole, and where that is said."""

    text: str
    holes: tuple[str, ...]
    why: str
    is_item: bool


def unit_of(place: str, source: Source, literals: tuple[Literal, ...]) -> Unit:
    """Collect what a passage binds."""
    text = source.data.decode("utf-8", "replace")
    return Unit(place, source, literals, bindings_of(literals), text)
