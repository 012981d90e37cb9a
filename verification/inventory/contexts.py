"""What code does with a string: runs it, says it to people, or only holds it."""

import re
from typing import Final

from tree_sitter import Node

_MESSAGE: Final = re.compile(
    r"(?:^|[.\s:>(!])(?:(?:[fev]|cons|pp)?print\w*|\w*write-?(?:line|host|output)\w*|p?log\w*|logger\w*|warn\w*|info\w*|debug\w*|errors?|err"
    r"|critical|exception|trace|fatal\w*|panic\w*|puts|echo|printf|fprintf|\w*Exception|\w*Error"
    r"|RuntimeWarning|raise|throw|skip|abort|die|croak|carp|confess|bail|anyhow|describe|it"
    r"|context|secho|exit|Errorf|Logf|Printf|Println|notify|toast|alert|add_argument|Option"
    r"|Argument|help)!?\s*[\[({]*[\w\s.,:=&%|\"'-]*$",
    re.IGNORECASE,
)
_EXECUTES: Final = re.compile(
    r"(?:execute|query|prepare|exec|sql|select|raw|fetch|statement|run|all|get|each|iterate|eval"
    r"|read_sql|text)\w*!?\s*(?:<[^>]*>)?\s*[\[({]*[^()]*$",
    re.IGNORECASE,
)
_RUNS: Final = re.compile(
    r"(?:^|[.>:\s!(])(?:execute\w*|exec|exec_?sql|(?:raw_?)?query\w*|prepare\w*|sqlite3_\w+|executescript"
    r"|exec_driver_sql|select_all|read_sql\w*|sqlite3\s[^|;\n]*)!?\s*(?:<[^>]*>)?\s*[({]?\s*(?:\w+\s*,\s*)?\w{0,2}$",
    re.IGNORECASE,
)
_CALL: Final = re.compile(r"call|invocation|macro|command|new|raise|throw|creation")
_SPEAKING: Final = re.compile(r"\b(?:sql|quer(?:y|ies)|stmt|qry|statements?|q|ddl|schema)\b", re.I)
_FORMATS: Final = re.compile(
    r"(?i)(?:sprintf|mprintf|format|formatted|text|dedent|strip|trim\w*|concat|join|sql|str|lines)"
    r"!?\s*\(\s*$|printf\s*\([^()\"]*\bsizeof[^()\"]*,\s*$|\b(?:asn?|vsn?|sn?)printf\s*\([^\"]*$"
)
_LEVELS: Final = 9


def is_message(literal: Node) -> bool:
    """Whether a string is an argument of what tells something to people."""
    head = _call_head(literal)
    return head is not None and bool(_MESSAGE.search(head)) and not _EXECUTES.search(head)


def is_executed(literal: Node) -> bool:
    """Whether a string is an argument of what runs SQL, or has a name that says so."""
    head = _call_head(literal)
    return head is not None and bool(_EXECUTES.search(head))


def is_run(literal: Node) -> bool:
    """Whether a string is the statement that a call runs, by the name of the call alone."""
    head = _call_head(literal)
    return head is not None and bool(_RUNS.search(head))


def is_spoken_of(name: str | None) -> bool:
    """Whether a name says that it holds SQL."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name or "")
    return bool(_SPEAKING.search(words))


def _call_head(literal: Node) -> str | None:
    """Return the code from the start of the innermost call around a literal up to it."""
    node = literal.parent
    for _ in range(_LEVELS):
        if node is None:
            return None
        if _CALL.search(node.type) and node.start_byte < literal.start_byte:
            head = (node.text or b"")[: literal.start_byte - node.start_byte]
            text = head.decode("utf-8", "replace")
            if _FORMATS.search(text):
                node = node.parent
                continue
            if node.type in {"command", "pipeline", "pipe"} and _is_piped(node):
                return "sqlite3 query"
            return text[-200:]
        node = node.parent
    return None


def _is_piped(command: Node) -> bool:
    """Whether a shell command's output goes to sqlite3."""
    above = command.parent
    return b"sqlite" in (command.text or b"") or (
        above is not None
        and above.type in {"pipeline", "pipe"}
        and b"sqlite" in (above.text or b"")
    )
