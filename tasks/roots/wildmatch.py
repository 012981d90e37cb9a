"""What a pattern of .gitignore matches, as a regular expression of the bytes of a path.

Source: git's dir.c and wildmatch.c. The path of a folder ends with a NUL, which no wildcard means.
"""

import re
import string
from collections.abc import Iterable, Iterator
from typing import Final

_WILD: Final = re.compile(rb"[*?\[\\]")
_STARS: Final = re.compile(rb"\*+")
_ONE: Final = rb"[^/\0]"  # of ?
_NAME: Final = rb"[^/\0]*?"  # of *
_FOLDERS: Final = rb"(?:[^\0]*?/)??"  # of **/
_ALL: Final = rb"[^\0]*?"  # of ** at the end
_LEVELS: Final = (frozenset({_FOLDERS, _ALL}), frozenset({_NAME}))  # of stars, the widest first
_ITEM: Final = re.compile(rb"\\(?P<quoted>.)|\[:(?P<name>[^]]*):]|(?P<plain>.)", re.DOTALL)
_RANGE: Final = re.compile(rb"-(?:\\(?P<quoted>.)|(?P<plain>[^]\\]))", re.DOTALL)
_MEANT: Final = frozenset(range(1, 256)) - {ord("/")}  # by a set
_VISIBLE: Final = string.ascii_letters + string.digits + string.punctuation
_NAMED: Final = {
    b"alnum": string.ascii_letters + string.digits,
    b"alpha": string.ascii_letters,
    b"blank": " \t",
    b"cntrl": "".join(map(chr, [*range(1, 32), 127])),
    b"digit": string.digits,
    b"graph": _VISIBLE,
    b"lower": string.ascii_lowercase,
    b"print": _VISIBLE + " ",
    b"punct": string.punctuation,
    b"space": " \t\n\r",
    b"upper": string.ascii_uppercase,
    b"xdigit": string.hexdigits,
}


class MatchesNothingError(Exception):
    """A pattern can match no path: a set is empty or never ends, or a backslash stands last."""


def expression(glob: bytes) -> bytes:
    """Return what matches the paths that ``glob`` names. Raises MatchesNothingError.

    Git compares what stands before the first wildcard apart, so stars right behind it count as
    those behind a slash.
    """
    wild = _WILD.search(glob)
    fixed = wild.start() if wild else len(glob)
    return re.escape(glob[:fixed]) + _joined(_pieces(glob[fixed:]), *_LEVELS)


def _joined(pieces: Iterable[bytes], *levels: frozenset[bytes]) -> bytes:
    """Join pieces so that no star is tried again once what follows it, up to the next, fits.

    The first place where it fits is as good as any: all but stars is one byte wide.
    """
    if not levels:
        return b"".join(pieces)
    stars, *finer = levels
    parts = [[b""]]
    for piece in pieces:
        if piece in stars:
            parts.append([piece])
        else:
            parts[-1].append(piece)
    *firm, last = (star + _joined(rest, *finer) for star, *rest in parts)
    return b"".join(b"(?>%s)" % part for part in firm) + last


def _pieces(glob: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(glob):
        if stars := _STARS.match(glob, at):
            piece, at = _star(glob, *stars.span())
        elif glob.startswith(b"[", at):
            piece, at = _set(glob, at + 1)
        elif glob.startswith(b"?", at):
            piece, at = _ONE, at + 1
        else:
            at += glob.startswith(b"\\", at)
            if at == len(glob):
                raise MatchesNothingError
            piece, at = re.escape(glob[at : at + 1]), at + 1
        yield piece


def _star(glob: bytes, start: int, end: int) -> tuple[bytes, int]:
    """Return what stars match, and where to go on: two are more than one between slashes."""
    is_first = start == 0 or glob.startswith(b"/", start - 1)
    if end - start == 1 or not is_first:
        return _NAME, end
    if glob.startswith(b"/", end):
        return _FOLDERS, end + 1
    return (_ALL if end == len(glob) or glob.startswith(rb"\/", end) else _NAME), end


def _set(glob: bytes, at: int) -> tuple[bytes, int]:
    """Return what matches the set that opens before ``at``, and where to go on."""
    is_negated = glob.startswith((b"!", b"^"), at)
    start = at = at + is_negated
    meant: set[int] = set()
    lowest = b""  # that a range can begin with
    while at == start or not glob.startswith(b"]", at):
        found = (_RANGE.match(glob, at) if lowest else None) or _ITEM.match(glob, at)
        if found is None:
            raise MatchesNothingError
        at = found.end()
        byte = found["quoted"] or found["plain"]
        if found.re is _RANGE:
            meant.update(range(lowest[0], byte[0] + 1))
        elif byte:
            meant.add(byte[0])
        elif found["name"] in _NAMED:
            meant.update(_NAMED[found["name"]].encode())
        else:
            raise MatchesNothingError
        lowest = byte if byte and found.re is _ITEM else b""
    matched = sorted(_MEANT - meant if is_negated else _MEANT & meant)
    if not matched:
        raise MatchesNothingError
    return b"[%s]" % b"".join(b"\\x%02x" % byte for byte in matched), at + 1
