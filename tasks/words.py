"""Commands of a plan as the words of one program: no shell ever reads them."""

import shlex
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

_SHELL: Final = set("$`")  # a shell would put something in their place
_INSTEAD: Final = 'no shell reads it: write a list of words, for a shell ["sh", "-c", "…"]'


def words_of(command: object) -> object:
    """Split a text as a shell does, and leave a list of words as it is.

    Raises ValueError where the text could mean more to a shell than words.
    """
    if isinstance(command, str):
        command = _split(command)
    if isinstance(command, list | tuple):
        if not command or not command[0]:
            raise ValueError("names no program")
        if any(isinstance(word, str) and "\0" in word for word in command):
            raise ValueError("holds a NUL")
    return command


def _split(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.commenters, lexer.whitespace_split = "", True
    words, marks = list(lexer), set(lexer.punctuation_chars)
    told = [word for word in words if word and set(word) <= marks] + sorted(_SHELL & set(text))
    if words[:1] == ["!"]:
        told = words
    if told:
        raise ValueError(f"holds {told[0]}, and {_INSTEAD}")
    return words


Words = Annotated[tuple[str, ...], BeforeValidator(words_of), Field(min_length=1)]
