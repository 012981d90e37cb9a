"""What an examination of an index comes to: topics with facts and findings, and one word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

Fact = str | int | float | None


class Health(StrEnum):
    """How well something is, the best first. The worst of all findings is that of the whole."""

    HEALTHY = "healthy"  # nothing needs to be done; a finding of this health is a note
    DEGRADED = "degraded"  # answers are right; something costs time, room or safety
    STALE = "stale"  # answers are right for files or parsers that have changed since
    DAMAGED = "damaged"  # bytes are not what they must be: answers may be wrong


_ORDER: Final = tuple(Health)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found."""

    health: Health
    what: str
    why: str  # why it matters
    next_step: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What was looked at under one name. Facts have their units in their names."""

    name: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    not_examined: str | None = None  # why

    @property
    def health(self) -> Health:
        """Return the worst of its findings."""
        return worst(finding.health for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Examination:
    """All topics, in their order."""

    index: str  # the path that readers open
    depth: str  # quick or full
    topics: tuple[Topic, ...]

    @property
    def health(self) -> Health:
        """Say it in one word: the worst of all topics."""
        return worst(topic.health for topic in self.topics)


def worst(found: Iterable[Health]) -> Health:
    """Return the worst of some; healthy where there is none."""
    return max(found, key=_ORDER.index, default=Health.HEALTHY)
