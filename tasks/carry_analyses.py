"""What a legacy index kept of analyses goes into the companion, just before the switch (§5).

Content-keyed, and carried once however often it is done: should the switch fail, nothing is amiss.
"""

from tasks.cache import carrying
from tasks.cache.importing import Imported
from tasks.contracts import IndexInService
from tasks.timing import log


def carries_analyses(service: IndexInService) -> bool:
    """Tell whether the index in service is of the schema that kept analyses itself."""
    return service.source is not None and service.version == carrying.VERSION


def reasons(service: IndexInService) -> dict[str, str]:
    """Return why the tables of analyses go, by name: what the inventory says of them."""
    if not carries_analyses(service):
        return {}
    return dict.fromkeys(
        carrying.TABLES, f"schema {service.form} had it; its rows go to the companion"
    )


def carry_analyses(service: IndexInService) -> Imported:
    """Carry the analyses of the index in service over, where it is one that kept some.

    Raises PreconditionFailed where the companion cannot be written to, StepFailed where an
    analysis does not read back as it was.
    """
    if not carries_analyses(service):
        return Imported()
    carried = carrying.carry_over(service.path)
    log.info(
        "analyses carried over=%d of=%d refused=%d",
        carried.fates.total(),
        carried.read,
        carried.refused.total(),
    )
    return carried
