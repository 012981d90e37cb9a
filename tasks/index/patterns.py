"""What a question asks of a name. A pattern is data: nothing in it is ever query syntax.

Without case distinction, ASCII letters equal each other across their two cases, and other letters
equal what they become in lower case. A regular expression is RE2's, which takes time in proportion
to the length of a name; its case folding is Unicode's.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from tasks.errors import QuestionInvalid
from tasks.index.literals import Literals, required_literals
from tasks.index.mode import Mode

_ALONE: Final = frozenset("kKsS")  # regular expressions fold others than ASCII onto these
_SHAPES: Final = {"Lu": "A", "Ll": "a"}
_OF_TEXT: Final = re.compile(r"\\[AzQ]|\(\?[a-zA-Z]*-")  # what lines are no texts for
# As tasks/columnar/names.py parts names. A: upper case, a: lower case, o: neither, 0: digit.
_BORDER: Final = re.compile(
    r"(?<=A)(?=Aa)|(?<=[ao])(?=A)|(?<=[Aao])(?=0)|(?<=0)(?=[Aao])|(?= )|(?<= )"
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, read: what a name must be, and what every such name holds."""

    text: str
    mode: Mode
    ignore_case: bool
    matches: Callable[[str], bool]  # decides; what follows narrows, by index
    literals: tuple[Literals, ...]  # one of them is met; folded without case distinction
    words: tuple[str, ...] = ()
    rules_out: Callable[[str], bool] | None = None  # all of many names, a line each


def read_pattern(text: str, mode: Mode, *, ignore_case: bool) -> Pattern:
    """Read a pattern. Raises QuestionInvalid where it is empty or a broken regular expression."""
    if not text:
        raise QuestionInvalid("the pattern is empty", next_step="Name at least one character.")
    if not _is_text(text):
        raise QuestionInvalid(
            "the pattern is no text", next_step="Names hold UTF-8 without NUL; search for that."
        )
    if mode is Mode.REGEX:
        return _read_regex(text, ignore_case=ignore_case)
    if mode is Mode.WORDS:
        return _read_words(text, ignore_case=ignore_case)
    fold = folded if ignore_case else str
    wanted = fold(text)
    is_certain = str.isascii if ignore_case else _is_any
    literals = (Literals(_certain_prefix(wanted, is_certain), _certain(wanted, is_certain)),)
    if mode is Mode.EXACT:
        return Pattern(text, mode, ignore_case, lambda name: fold(name) == wanted, literals)
    if mode is Mode.PREFIX:
        return Pattern(
            text, mode, ignore_case, lambda name: fold(name).startswith(wanted), literals
        )
    inside = (Literals("", _certain(wanted, is_certain)),)
    return Pattern(text, mode, ignore_case, lambda name: wanted in fold(name), inside)


def folded(text: str) -> str:
    """Return a text without case distinction; its length stays."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(character) for character in text)


def words_of(text: str) -> tuple[str, ...]:
    """Return the distinct words inside of a text, as the index has those of names."""
    shape = "".join(map(_shape, text))
    borders = [0, *(match.start() for match in _BORDER.finditer(shape)), len(text)]
    parts = (text[start:end] for start, end in pairwise(borders))
    lowered = ("".join(character.lower()[0] for character in part) for part in parts)
    words = (part for part in lowered if part and _shape(part[0]) != " ")
    return tuple(dict.fromkeys(words))


def _read_words(text: str, *, ignore_case: bool) -> Pattern:
    words = words_of(text)
    if not words:
        raise QuestionInvalid(
            f"there is no word in {text}",
            next_step="Name letters or digits, or search with another mode.",
        )
    return Pattern(text, Mode.WORDS, ignore_case, lambda _: True, (Literals(),), words)


def _read_regex(text: str, *, ignore_case: bool) -> Pattern:
    regex = _compiled(text, ignore_case=ignore_case)
    literals = required_literals(text)
    if ignore_case:
        literals = tuple(_folded_literals(required) for required in literals)
    return Pattern(
        text,
        Mode.REGEX,
        ignore_case,
        lambda name: regex.search(name.encode()) is not None,  # bytes: half the time of a str
        literals,
        rules_out=None if _OF_TEXT.search(text) else _ruling_out(text, ignore_case=ignore_case),
    )


def _ruling_out(text: str, *, ignore_case: bool) -> Callable[[str], bool]:
    """Return what tells of names, a line each, that none matches: in one search instead of many.

    Whatever matches a name matches its line, since ``^`` and ``$`` stand for lines here.
    """
    lines = _compiled(f"(?m){text}", ignore_case=ignore_case)
    return lambda names: lines.search(names.encode()) is None


def _folded_literals(required: Literals) -> Literals:
    parts = (part for run in required.inside for part in _certain(folded(run), _is_alone))
    return Literals(_certain_prefix(folded(required.prefix), _is_alone), tuple(parts))


def _is_text(text: str) -> bool:
    """Tell whether a name could hold this; a shell's argument can be other bytes."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _compiled(text: str, *, ignore_case: bool) -> Any:
    import re2  # noqa: PLC0415 -- no other mode needs it, and commands start fast

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(text, options)
    except re2.error as error:
        problem = error.args[0]
        said = problem.decode() if isinstance(problem, bytes) else str(problem)
        raise _broken(text, said) from error


def _broken(text: str, problem: str) -> QuestionInvalid:
    """Say what is wrong with a regular expression, with a mark below the place."""
    said, _, fragment = problem.partition(": ")
    at = text.rfind(fragment) if fragment else len(text) - 1
    if said.endswith((" (", " )")) and fragment == text:
        at = text.rfind("(" if said.startswith("missing") else ")")
    return QuestionInvalid(
        f"the regular expression is broken, {said}:\n  {text}\n  {' ' * max(at, 0)}^",
        next_step="Correct it, or search with another mode. The syntax is RE2's: without "
        "look-around and backreferences. A backslash makes what follows it plain.",
    )


def _certain(text: str, is_certain: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the stretches of a text that every index folds as it stands here."""
    plain = "".join(character if is_certain(character) else "\0" for character in text)
    return tuple(part for part in plain.split("\0") if part)


def _certain_prefix(text: str, is_certain: Callable[[str], bool]) -> str:
    ends = (at for at, character in enumerate(text) if not is_certain(character))
    return text[: next(ends, len(text))]


def _is_any(_: str) -> bool:
    return True


def _is_alone(character: str) -> bool:
    return character.isascii() and character not in _ALONE


def _folded(character: str) -> str:
    lower = character.lower()
    if len(lower) > 1 or (lower.isascii() and not character.isascii()):
        return character
    return lower


def _shape(character: str) -> str:
    if character.isascii() and not character.isalpha():
        return "0" if character.isdigit() else " "
    return _SHAPES.get(unicodedata.category(character), "o")
