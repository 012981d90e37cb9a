"""Values in statements are not ours to copy: what may be secret leaves a mark, names stay.

Whoever reads a report sees which table and column a statement touches, and where it stands; what
its literals hold, the code itself tells those who may read it.
"""

import re
from dataclasses import replace
from typing import Final

from verification.inventory.model import CodePath, SetAside

MARK: Final = "…"
_MAX_LITERAL: Final = 40  # characters; a longer one is no name and no word
_LEAST_ECHO: Final = 4  # characters; what is shorter is found in any text
_TEXT: Final = r"'(?:[^']|'')*(?:'|\Z)"
_QUOTED: Final = r'"(?:[^"]|"")*(?:"|\Z)'
_LITERAL: Final = re.compile(rf"(?P<text>{_TEXT})|(?P<given>(?<=[=:(,])\s*{_QUOTED})|{_QUOTED}")
_TALKS_OF_SECRETS: Final = re.compile(
    r"pass(?:word|wd|phrase)|pwd(?![a-z])|(?<![a-z])pass(?![a-z])|secret|credential"
    r"|token(?!chars|i[sz])|(?:api|access|private|encryption|signing)[_-]?key"
    r"|(?<![a-z])(?:auth|pin|salt|bearer|otp)(?![a-z])",
    re.IGNORECASE,
)
_UNMISTAKABLE: Final = r"""-----BEGIN
    | \b(?:sk|pk|rk)-[\w-]{8,} | \b(?:gh[opsur]|github_pat|glpat|xox[a-z])[_-][\w-]{16,}
    | \b(?:AKIA|ASIA)[A-Z\d]{12,} | \bAIza[\w-]{20,} | \beyJ[\w-]{16,}
    | ://[^/\s:@]*:[^/\s@]+@"""
_BARE: Final = re.compile(_UNMISTAKABLE, re.VERBOSE)
_CREDENTIAL: Final = re.compile(  # in quotes, where no name of a table stands
    _UNMISTAKABLE
    + r"""| \b(?:sk|pk|rk|hf|npm)_\w{8,}
    | \b(?:Bearer|Basic)\s+\S{8,}
    | (?<![\w+/])(?=(?:[\w+/-]*\d){3})(?=[\w+/-]*[a-zA-Z])[\w+/-]{16,}={0,2}(?![\w+/])""",
    re.VERBOSE,
)


def masked(path: CodePath) -> CodePath:
    """Return a code path whose statement, and what is said of it, hold no possible secret."""
    hidden = secrets_in(path.statement)
    return replace(
        path,
        statement=without(hidden, path.statement),
        error=without(hidden, path.error) if path.error else path.error,
        reason=without(hidden, path.reason),
        rewrite=without(hidden, path.rewrite) if path.rewrite else path.rewrite,
    )


def masked_aside(aside: SetAside) -> SetAside:
    """Return a statement set aside in the same way."""
    hidden = secrets_in(aside.statement)
    return replace(
        aside, statement=without(hidden, aside.statement), why=without(hidden, aside.why)
    )


def secrets_in(statement: str) -> list[str]:
    """Return what of a statement may be secret, the longest first.

    That is: a long literal; one that looks like a credential; any literal of a statement that
    names a credential; and what looks like one wherever it stands. Quoted names stay.
    """
    told = _LITERAL.sub(lambda found: _names_in(found[0]), statement)
    talks = _TALKS_OF_SECRETS.search(told) is not None
    found = {
        literal[0].strip()[1:].removesuffix(literal[0][-1])
        for literal in _LITERAL.finditer(statement)
        if _may_be_secret(literal, talks=talks)
    }
    found |= {bare[0] for bare in _BARE.finditer(_LITERAL.sub(" ", statement))}
    return sorted(filter(None, found), key=lambda value: (-len(value), value))


def without(hidden: list[str], text: str) -> str:
    """Put the mark where one of these values stands in a text."""
    for value in hidden:
        for quote in "'\"":
            text = text.replace(f"{quote}{value}{quote}", f"{quote}{MARK}{quote}")
        if len(value) >= _LEAST_ECHO:
            text = text.replace(value, MARK)
    return text


def _may_be_secret(literal: re.Match[str], *, talks: bool) -> bool:
    value = literal[0].strip()[1:-1]
    is_value = literal["text"] is not None or literal["given"] is not None
    return (
        len(value) > _MAX_LITERAL
        or _CREDENTIAL.search(value) is not None
        or (talks and is_value and not _is_column_list(literal))
    )


def _is_column_list(literal: re.Match[str]) -> bool:
    """Tell whether a name in double quotes stands where an INSERT names its columns."""
    before = literal.string[: literal.start()].upper()
    is_listed = not re.search(r"[=:]\s*\Z", before)
    return literal["text"] is None and is_listed and "VALUES" not in before


def _names_in(literal: str) -> str:
    """Keep what may be a name in quotes, so that the words of a statement can be looked at."""
    return literal if literal.strip().startswith('"') else " "
