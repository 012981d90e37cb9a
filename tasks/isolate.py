"""Make a part although contents of it crash the parser, hang, or take too much memory.

Who is guilty is known: a worker tells what it begins with. The guilty content is tried once more
alone, in a new process; what it does there is its reason in the ledger, and the part is made again
without it. A worker that was lost through no content's fault costs the part another attempt.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from tasks.contracts import Begin, Part, Slice
from tasks.errors import StepFailed
from tasks.make_part import PartOrder, make_part
from tasks.store.permissions import create_private_folder
from tasks.worker import ContentFailed
from tasks.workers import Workers

Make: TypeAlias = Callable[[PartOrder, Slice, Begin], Part]

_MAX_UNEXPLAINED: Final = 2  # losses that no content repeats alone
_NEXT: Final = (
    "Raise limits.max_worker_memory_bytes, or see what ends processes. The index is unchanged."
)


def isolate(
    workers: Workers,
    order: PartOrder,
    part: Slice,
    max_failed: int,
    make: Make = make_part,
) -> Part:
    """Make one part; contents that no worker survives are failures in it, with their reasons.

    Raises StepFailed where more than ``max_failed`` contents are such, or where workers are lost
    again and again through no content's fault.
    """
    unexplained = 0
    while True:
        try:
            return workers.call(make, order, part)
        except ContentFailed as failed:
            reason = _alone(workers, order, failed.ast_id, make)
            if reason:
                part = replace(part, failed=(*part.failed, (failed.ast_id, reason)))
            elif unexplained < _MAX_UNEXPLAINED:
                part = replace(part, is_careful=True)
                unexplained += 1
            else:
                raise StepFailed(
                    f"part {part.number}: workers are lost again and again, last: {failed.reason}",
                    next_step=_NEXT,
                ) from failed
        if len(part.failed) > max_failed:
            raise StepFailed(
                f"{len(part.failed)} contents of part {part.number} could not be extracted; the "
                f"plan allows {max_failed}; the last: {part.failed[-1][1]}",
                next_step="Raise limits.max_failed_files, or leave the files out. "
                "The index in service is unchanged.",
            )


def _alone(workers: Workers, order: PartOrder, ast_id: int, make: Make) -> str | None:
    """Return what one content does to a worker that does nothing else; None: nothing."""
    if not ast_id:
        return None
    elsewhere = replace(order, folder=create_private_folder(order.folder / "alone"))
    row = ast_id - 1  # contents are numbered from 1, in their order
    try:
        workers.call_alone(make, elsewhere, Slice(ast_id, row, row + 1, is_careful=True))
    except ContentFailed as failed:
        return failed.reason
    return None
