"""Every message that an operator can meet, as it stands in the code, by exit code."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from migrations.catalogue import MigrationError
from tasks import errors, preconditions

CODE = ("flows", "tasks", "verification", "migrations")
REPOSITORY = Path(__file__).parents[2]
KINDS = {
    kind.__name__: kind.exit_code
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.FlagDayError)
} | {MigrationError.__name__: errors.PreconditionFailed.exit_code}
_REFUSED = errors.PreconditionFailed.exit_code
PARTS = {  # what becomes the message of an error elsewhere: exit code, places of what and what next
    "Wrong": (_REFUSED, 0, 1),
    "RootBroken": (_REFUSED, 1, None),
    "_Refusal": (_REFUSED, 0, 1),
}
SAID_ELSEWHERE = {  # the next step of parts that name none
    "Wrong": "Mend this and run again.",
    "RootBroken": f"{preconditions._ROOTS} The index in service is unchanged.",
}
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
    steps: dict[tuple[int, str], dict[str, None]] = defaultdict(dict)
    for folder in CODE:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            tree = ast.parse(path.read_text())
            constants = dict(_constants(tree))
            for code, what, next_step in [*_errors(tree, constants), *_parts(tree, constants)]:
                if what.strip(" …:;"):
                    steps[code, what][next_step] = None
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for (code, what), said in steps.items():
        found[code][what] = " Or: ".join(filter(None, said))
    return found


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, _words(node.value, {})


def _errors(tree: ast.Module, constants: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """Yield exit code, message and next step of each error that is made; also where the message
    is a name that was given its words before, in the same function.
    """
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.FunctionDef):
            continue
        for name, call in _calls(scope):
            if name in KINDS:
                steps = (each.value for each in call.keywords if each.arg == "next_step")
                next_step = "".join(_words(step, constants) for step in steps)
                for what in _assigned(scope, call.args[0]):
                    yield KINDS[name], _words(what, constants), next_step


def _parts(tree: ast.Module, constants: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    for name, call in _calls(tree):
        if name in PARTS:
            code, what, then = PARTS[name]
            has_next = then is not None and len(call.args) > then
            said = _words(call.args[what], constants).replace("{said}", "…")
            next_step = _words(call.args[then], constants) if has_next else SAID_ELSEWHERE[name]
            yield code, f"… {said}" if name == "_Refusal" else said, next_step


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            yield node.func.id, node


def _assigned(scope: ast.FunctionDef, what: ast.expr) -> list[ast.expr]:
    """Return what a name was given in a function; any other expression as it is."""
    given = [
        node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign)
        and isinstance(what, ast.Name)
        and [ast.unparse(target) for target in node.targets] == [what.id]
    ]
    return given or [what]


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
