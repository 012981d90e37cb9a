"""What is wrong with a plan, in the words of the plan: its sections, its keys, its values."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeAlias, get_args

from pydantic import ValidationError

from tasks.plan import Builder, Plan

Place: TypeAlias = tuple[int | str, ...]

_KINDS: Final = ", ".join(get_args(kind.__annotations__["kind"])[0] for kind in get_args(Builder))
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")
_SECTIONS: Final = {"roots", "inventory.accept"}  # lists of them, besides the builders
_FORMS: Final = {
    "deployment": "FLOW/DEPLOYMENT",
    "legacy.roots": "TABLE.COLUMN",
    "rev": "a revision, which starts with no dash",
}
_SAID: Final = {
    "too_short": " is empty: name one, or leave it out",
    "string_too_short": " is empty: name one, or leave it out",
    "empty": " is empty: name one, or leave it out",
    "holds_nul": " holds a NUL, which no path can",
    "no_home": " begins with the home of a user that there is not",
}
_SHOULD: Final = "Input should "


def explained(error: ValidationError, given: Mapping[str, Any]) -> str:
    """Say everything that is wrong with what was ``given``, each with its place."""
    return "; ".join(dict.fromkeys(_said(entry, given) for entry in _told(error)))


def _told(error: ValidationError) -> Iterator[Any]:
    """Yield what is wrong, not what follows: a list is short without its bad entries."""
    entries = error.errors()
    broken = {entry["loc"][0] for entry in entries if len(entry["loc"]) > 1}
    for entry in entries:
        if entry["type"] != "too_short" or entry["loc"][0] not in broken:
            yield entry


def _said(entry: Any, given: Mapping[str, Any]) -> str:
    section, keys = _place(entry["loc"], given)
    key, value = ".".join(map(str, keys)), entry["input"]
    match entry["type"]:
        case "missing":
            return f"{section or 'the plan'} needs {key}"
        case "union_tag_not_found":
            return f"{section} needs kind: one of {_KINDS}"
        case "union_tag_invalid":
            return f"{section}: kind is {_quoted(value['kind'])}; it is one of {_KINDS}"
        case "extra_forbidden":
            key = f"unknown key {key}"
    subject = ": ".join(part for part in (section, key) if part)
    return f"{subject}{_why(entry, key, value)}"


def _why(entry: Any, key: str, value: Any) -> str:
    """Say what is wrong with a value; the words follow its key."""
    message = entry["msg"]
    match entry["type"]:
        case "extra_forbidden":
            message = _meant(entry["loc"])
        case "tuple_type":
            such = f", such as {key} = [{_quoted(value)}]" if isinstance(value, str) else ""
            message = f" must be a list{such}"
        case "path_type":
            message = f" must be a path, not {_quoted(value)}"
        case kind if kind in _SAID:
            message = _SAID[kind]
        case "value_error":  # of a whole section, which may hold a secret
            message = f": {entry['ctx']['error']}"
        case "string_pattern_mismatch" if key in _FORMS:
            message = f" must be {_FORMS[key]}, not {_quoted(value)}"
        case _ if message.startswith(_SHOULD):
            must, *_ = message.removeprefix(_SHOULD).split(", unable to")
            message = f" must {must}, not {_quoted(value)}"
        case _:
            message = f": {message}, not {_quoted(value)}"
    return message


def _place(loc: Place, given: Mapping[str, Any]) -> tuple[str, Place]:
    """Return the section of a list that a place is in, in words, and the keys within it."""
    depth = next((depth for depth, key in enumerate(loc) if isinstance(key, int)), None)
    if depth is None:
        return "", loc
    number = int(loc[depth])
    if loc[0] == "builders":  # Pydantic puts the kind after its number
        return _builder(number, given["builders"][number]), loc[depth + 2 :]
    name = ".".join(map(str, loc[:depth]))
    section = f"[[{name}]]" if name in _SECTIONS else f"of {name}"
    return f"the {_ordinal(number)} {section}", loc[depth + 1 :]


def _builder(number: int, section: Any) -> str:
    stated = section if isinstance(section, Mapping) else {}
    if "name" not in stated:
        return f"the {_ordinal(number)} [[builders]]"
    kind = stated.get("kind")
    return f"builder {_quoted(stated['name'])}{f' ({kind})' if kind in _KINDS.split(', ') else ''}"


def _ordinal(number: int) -> str:
    return _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}th"


def _quoted(value: Any) -> str:
    """Write a value as TOML does, as far as it is a word or a number."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | int) else repr(value)


def _meant(loc: Place) -> str:
    known = _keys_of(loc[:-1])
    close = get_close_matches(str(loc[-1]), known, n=1)
    return f"{f'; did you mean {close[0]}?' if close else ''} (known: {', '.join(known)})"


def _keys_of(place: Place) -> list[str]:
    """List the keys of the section at a place, as the plan's JSON Schema has them."""
    schema = Plan.model_json_schema()
    section = schema
    for part in place:
        kinds = section.get("discriminator", {}).get("mapping", {})
        if isinstance(part, int):
            section = section["items"]
        elif "patternProperties" in section:
            (section,) = section["patternProperties"].values()
        else:
            section = {"$ref": kinds[part]} if part in kinds else section["properties"][part]
        if "$ref" in section:
            section = schema["$defs"][section["$ref"].rsplit("/", 1)[1]]
    return list(section["properties"])
