"""Which folders the roots of a plan are, and what reports call them."""

import glob
import os
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tasks.errors import FlagDayError, IndexDamaged, PlanInvalid, PreconditionFailed
from tasks.plan import Plan, Root, RootsFrom
from tasks.roots.listing import is_utf8
from tasks.spelling import spelled
from tasks.store.legacy_roots import own_roots

_LIST: Final = "@"  # before the name of a file of roots, on the command line
_AT: Final = "@"  # between a repository and a revision
_COMMENT: Final = "#"
_HEAD: Final = "HEAD"  # what a bare repository is read at, where nobody says otherwise


def stated(text: str, base: Path = Path()) -> dict[str, Any]:
    """Read a root as the command line has it: a folder, ``repository@revision`` or ``@file``.

    A folder whose name has an @ in it is that folder. ``base`` is where relative paths count from.
    """
    if not text:
        return {"path": text}  # which the plan refuses: it would mean the working folder
    if text.startswith(_LIST) and len(text) > 1:
        return {"file": Path(text[1:])}
    if not os.path.exists(_at(base, text)):  # noqa: PTH110 -- a Path raises where it may not look
        for at in (place for place, sign in enumerate(text) if sign == _AT):
            folder, rev = text[:at], text[at + 1 :]
            is_named = rev and folder and not folder.endswith("/")
            if is_named and os.path.isdir(_at(base, folder)):  # noqa: PTH112 -- as above
                return {"path": Path(folder), "rev": rev}
    return {"path": Path(text)}


def _at(base: Path, text: str) -> Path:
    """Return where a path leads from a folder; nobody's home is a folder of that name."""
    return base / os.path.expanduser(text)  # noqa: PTH111 -- a Path raises where there is no such user


def revision_of(root: Root) -> str | None:
    """Return what a repository is read at; None where its files on disk are read."""
    from tasks.roots.mirrors import is_bare  # noqa: PLC0415 -- of no use to most commands

    return root.rev or (_HEAD if is_bare(root.path) else None)


def named_roots(plan: Plan) -> Plan:
    """Put the folders in the place of globs and files of roots, and give each root its name.

    A folder that was named before is not taken again. Raises PlanInvalid where a file is not
    there, where nothing is found, and where two roots cannot be told apart.
    """
    said = {(root.path, root.rev) for root in plan.roots if not (root.glob or root.file)}
    roots: list[Root] = []
    for root in plan.roots:
        if not root.glob and not root.file:
            roots.append(root)
            continue
        found = list(_of_file(root) if root.file else _of_glob(root))
        if not found and root.required:
            raise PlanInvalid(
                f"{root.glob or root.file} names no folder",
                next_step="Correct it, or say `required = false`. Nothing was changed.",
            )
        for one in found:
            if (one.path, one.rev) not in said:
                said.add((one.path, one.rev))
                roots.append(one)
    if not roots:
        raise PlanInvalid("the plan names no root", next_step="Name one. Nothing was changed.")
    return plan.model_copy(update={"roots": tuple(_named([_spelled(root) for root in roots]))})


def _spelled(root: Root) -> Root:
    """Return a root with its path as text; one that is not UTF-8 is then the path of nothing."""
    raw = os.fsencode(root.path)
    return root if is_utf8(raw) else root.model_copy(update={"path": Path(spelled(raw))})


def with_roots_in_service(plan: Plan) -> Plan:
    """Take the roots of the index in service again, where nobody else names any.

    Raises PreconditionFailed where they cannot be read: to index something else over them is
    nobody's wish.
    """
    if plan.roots_from is not RootsFrom.NOBODY or not plan.db.is_file():
        return plan
    try:
        found = own_roots(plan.db)
    except IndexDamaged as error:
        raise PreconditionFailed(
            f"nobody names the roots, and those of the index in service cannot be read: {error}",
            next_step="Name them: `flagday run ROOT…`. The index in service is unchanged.",
        ) from error
    stated = len(plan.exclude)
    roots = tuple(
        Root(
            path=root.path,
            name=root.name,
            rev=root.rev,
            required=root.was_read,
            exclude=root.exclude[stated:]
            if root.exclude[:stated] == plan.exclude
            else root.exclude,
        )
        for root in found
    )
    told = {"roots": roots, "roots_from": RootsFrom.INDEX}
    return plan.model_copy(update=told) if roots else plan


def changed_roots(plan: Plan) -> tuple[list[str], list[str]]:
    """Name the roots that the index in service does not have, and those that only it has."""
    if not plan.db.is_file():
        return [], []
    try:
        before = [(str(root.path), root.rev) for root in own_roots(plan.db)]
    except FlagDayError:  # step 1 tells
        return [], []
    now = [(str(root.path), revision_of(root) or "") for root in plan.roots] if before else []
    return (
        [_said(*root) for root in now if root not in before],
        [_said(*root) for root in before if root not in now],
    )


def _said(path: str, rev: str) -> str:
    return f"{path}{_AT}{rev}" if rev else path


def _of_glob(root: Root) -> Iterator[Root]:
    """Yield the folders that match, in order of their paths."""
    for match in sorted(glob.glob(root.glob, recursive=True)):  # noqa: PTH207 -- as absolute as it is
        path = Path(os.path.abspath(match))  # noqa: PTH100 -- resolve() would follow links
        if os.path.isdir(path):  # noqa: PTH112 -- a Path raises where it may not look
            yield root.model_copy(update={"path": path, "glob": ""})


def _of_file(root: Root) -> Iterator[Root]:
    """Yield the roots of a file, one a line; those of another file are not read from it."""
    assert root.file is not None  # noqa: S101 -- for the type checker
    try:
        lines = root.file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise PlanInvalid(
            f"the roots in {root.file} cannot be read: {why}",
            next_step="Name another file. Nothing was changed.",
        ) from error
    base = root.file.parent
    for line in _entries(lines):
        said = {"rev": root.rev, **stated(f"./{line}" if line.startswith(_LIST) else line, base)}
        path = Path(os.path.abspath(_at(base, str(said["path"]))))  # noqa: PTH100 -- as above
        yield root.model_copy(update={"path": path, "rev": said["rev"], "file": None})


def _entries(lines: Iterable[str]) -> Iterator[str]:
    stripped = (line.strip() for line in lines)
    return (line for line in stripped if line and not line.startswith(_COMMENT))


def _named(roots: list[Root]) -> Iterator[Root]:
    """Name each root after its folder; equal names get as many words more as tell them apart."""
    from tasks.roots.mirrors import words_of  # noqa: PLC0415 -- asks git, where there are mirrors

    words = [(root.name,) if root.name else words_of(root.path) for root in roots]
    depths = [1] * len(roots)
    while True:
        names = [_name(*of_root) for of_root in zip(roots, words, depths, strict=True)]
        twice = {name for name, count in Counter(names).items() if count > 1}
        if not twice:
            break
        longer = [
            min(depth + (name in twice), len(parts))
            for name, depth, parts in zip(names, depths, words, strict=True)
        ]
        if longer == depths:
            raise PlanInvalid(
                f"roots named twice: {', '.join(sorted(twice))}",
                next_step="List each folder once, or give each a name of its own.",
            )
        depths = longer
    for root, name in zip(roots, names, strict=True):
        yield root.model_copy(update={"name": name})


def _name(root: Root, words: tuple[str, ...], depth: int) -> str:
    at = f"{_AT}{root.rev}" if root.rev and not root.name else ""
    return posixpath.join(*words[-depth:]) + at
