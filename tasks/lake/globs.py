"""SQLite's GLOB as a regular expression of RE2, for engines whose globs mean something else."""

from typing import Final

_NOTHING: Final = r"[^\x00-\x{10FFFF}]"  # matches no character


def regular_expression(glob: str) -> str:
    """Return what matches, as a whole, exactly the texts that SQLite's GLOB matches.

    ``*`` is any text, ``?`` one character, ``[a-c]`` one of a set, ``[^a-c]`` one that is in none.
    Source: patternCompare in SQLite's func.c.
    """
    parts, at = ["(?s)"], 0
    while at < len(glob):
        character = glob[at]
        if character == "[":
            part, at = _set(glob, at + 1)
        else:
            part, at = {"*": ".*", "?": "."}.get(character) or _literal(character), at + 1
        parts.append(part)
    return "".join(parts)


def _set(glob: str, at: int) -> tuple[str, int]:
    """Read a set from behind its bracket; return it, and the place behind it.

    One that is not closed matches nothing. A ``]`` that comes first is a member.
    """
    is_inverted = glob[at : at + 1] == "^"
    at += is_inverted
    members: list[str] = []
    before = ""  # which a range may begin with
    while at < len(glob) and (glob[at] != "]" or not members):
        character, after = glob[at], glob[at + 1 : at + 2]
        if character == "-" and before and after not in {"", "]"}:
            if before <= after:
                members.append(f"{_literal(before)}-{_literal(after)}")
            before, at = "", at + 2
        else:
            members.append(_literal(character))
            before, at = character, at + 1
    if at == len(glob):
        return _NOTHING, at
    return f"[{'^' if is_inverted else ''}{''.join(members)}]", at + 1


def _literal(character: str) -> str:
    return f"\\x{{{ord(character):X}}}"
