"""Every message that an operator can meet, as it stands in the code, by exit code."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from migrations.catalogue import MigrationError
from tasks import errors

CODE = ("flows", "tasks", "verification", "migrations")
REPOSITORY = Path(__file__).parents[2]
KINDS = {
    kind.__name__: kind.exit_code
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.FlagDayError)
} | {MigrationError.__name__: errors.PreconditionFailed.exit_code}
MEANINGS = {
    1: "something that has no code of its own",
    2: "a flag, a question or the plan is wrong; nothing was begun",
    3: "a precondition does not hold; nothing was changed",
    4: "a step failed; the index in service is unchanged",
    5: "the verdict, or a promise, does not hold; there was no cut-over",
    6: "the run is done; a builder did not start again",
    8: "the index is damaged",
    9: "a review rejected the run, or nobody answered; nothing was changed",
}


def messages() -> dict[int, dict[str, str]]:
    """Return what is told and what to do next, by exit code; `…` stands for what varies.

    A message that is made elsewhere, and has no word of its own here, is left out.
    """
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for folder in CODE:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            tree = ast.parse(path.read_text())
            constants = dict(_constants(tree))
            for kind, call in _calls(tree):
                steps = [each.value for each in call.keywords if each.arg == "next_step"]
                what, *next_step = (_words(part, constants) for part in [call.args[0], *steps])
                if what.strip(" …:;"):
                    found[KINDS[kind]][what] = "".join(next_step)
    return found


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, _words(node.value, {})


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            name = node.func.id
            if name in KINDS:
                yield name, node


def _words(node: ast.expr, constants: dict[str, str]) -> str:
    match node:
        case ast.JoinedStr(values):
            return "".join(_words(each, constants) for each in values)
        case ast.FormattedValue(ast.Name(name)) | ast.Name(name):
            return constants.get(name, "…")
        case ast.Constant(str(text)):
            return text
        case ast.BinOp(left, ast.Add(), right):
            return _words(left, constants) + _words(right, constants)
    return "…"


def page() -> str:
    """Return what is made of the page."""
    lines = []
    for code, told in sorted(messages().items()):
        lines += [f"## Exit code {code}: {MEANINGS[code]}", "", "| Message | What to do |"]
        lines += ["|---|---|"]
        lines += [f"| {_cell(what)} | {_cell(told[what])} |" for what in sorted(told, key=_order)]
        lines += [""]
    return "\n".join(lines)


def _order(what: str) -> str:
    return what.lstrip("… :").lower()


def _cell(text: str) -> str:
    plain = " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
    return "what the message names" if not plain.strip("… ") else plain
