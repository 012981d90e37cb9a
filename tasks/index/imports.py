"""Who imports a module, and where it comes from: for each root, what its files tell.

An AST knows the origin that the spelling tells. Whether a module is local to a root depends on the
files that the root holds, so equal contents of two roots can differ: it is asked here, and not
stored. A root's own copy of what others made (``vendor``, ``node_modules``, …) is third party.
"""

import json
import re
from collections.abc import Callable
from typing import Final

from tasks.index.answers import Import
from tasks.index.documents import quoted_words
from tasks.index.filters import Filters
from tasks.index.opening import OpenIndex

ORIGINS: Final = ("local", "relative", "standard library", "third party")
_MARKS: Final = re.compile(r"::|[.\\/]")
_WILD: Final = re.compile(r"[*?\[]")


def find_imports(
    index: OpenIndex,
    module: str,
    filters: Filters,
    *,
    origin: str | None = None,
    limit: int | None = None,
) -> list[Import]:
    """Return who imports a module or what lies inside of it, by root, path, line and column.

    What is not local has no origin in a language whose standard library is not known here.
    """
    found = index.ask("imports", module=module, **filters._asdict())
    known: dict[tuple[int, str, str], str | None] = {}
    answers: list[Import] = []
    for *row, root_id in found:
        if len(answers) == limit:
            break
        answer = Import(*row)
        if answer.origin is None:
            key = (root_id, answer.language, answer.module)
            if key not in known:
                known[key] = _origin(index, *key)
            answer = answer._replace(origin=known[key])
        if origin in {None, answer.origin}:
            answers.append(answer)
    return answers


def _origin(index: OpenIndex, root_id: int, language: str, module: str) -> str | None:
    if _is_local(index, root_id, language, module):
        return "local"
    return "third party" if language in _PLACES else None


def _is_local(index: OpenIndex, root_id: int, language: str, module: str) -> bool:
    """Tell whether a root holds a file that a module of its own would lie in."""
    for folder, globs in _PLACES.get(language, _anywhere)(_WILD.sub(r"[\g<0>]", module)):
        words = quoted_words(folder)
        wanted = json.dumps([folder + glob for glob in globs])
        if words and index.ask("held", root_id=root_id, words=words, globs=wanted)[0][0]:
            return True
    return False


_Places = list[tuple[str, tuple[str, ...]]]  # the start of a path, and how it may go on


def _anywhere(module: str) -> _Places:
    return [(_MARKS.sub("/", module).strip("/"), (".*", "/*"))]


def _python(module: str) -> _Places:
    return [(module.replace(".", "/"), (".py", ".pyi", "/*.py"))]


def _included(module: str) -> _Places:
    return [(module, ("",))]


def _go(module: str) -> _Places:
    """Leave out host, owner and repository, which no path of a root holds."""
    first, *rest = module.split("/")
    inside = rest[2:] if "." in first else rest
    return [("/".join(inside), ("/*.go",))] if inside else []


def _java(module: str) -> _Places:
    """Ask for a package, a class, or the class of a static member; Kotlin and Scala may, too."""
    path = module.replace(".", "/")
    outer = path.rpartition("/")[0]
    ends = (".java", ".kt", ".scala")
    inside = tuple(f"/*{end}" for end in ends)
    return [(path, (*inside, *ends)), *([(outer, ends)] if outer else [])]


def _ocaml(module: str) -> _Places:
    name = module.partition(".")[0]
    return [(name[:1].lower() + name[1:], (".ml", ".mli")), (name, (".ml", ".mli"))]


def _dart(module: str) -> _Places:
    """Ask for a package of the same workspace, by its path behind ``lib``."""
    package, _, path = module.removeprefix("package:").partition("/")
    return [(f"{package}/lib/{path}", ("",))]


def _rust(module: str) -> _Places:
    crate = module.removeprefix("::").partition("::")[0]
    dashed = crate.replace("_", "-")
    files = (".rs", "/mod.rs", "/src/lib.rs")
    return [(name, files) for name in dict.fromkeys((crate, dashed))]


def _script(module: str) -> _Places:
    """Ask for a path behind an alias of the root, or for a package of the same workspace."""
    path = re.sub(r"^[@~]/", "", module)
    package = path.split("/")[1] if path.startswith("@") and "/" in path else path.split("/")[0]
    files = (".[jt]s*", ".[cm][jt]s", "/index.[jt]s*", "/index.[cm][jt]s")
    return [(path, files), (package, ("/package.json",))]


_PLACES: Final[dict[str, Callable[[str], _Places]]] = {
    "c": _included,
    "cpp": _included,
    "csharp": _anywhere,
    "dart": _dart,
    "erlang": _anywhere,
    "fortran": _anywhere,
    "go": _go,
    "haskell": _anywhere,
    "java": _java,
    "javascript": _script,
    "kotlin": _java,
    "objc": _included,
    "ocaml": _ocaml,
    "perl": _anywhere,
    "protobuf": _included,
    "python": _python,
    "ruby": _anywhere,
    "rust": _rust,
    "scala": _java,
    "tsx": _script,
    "typescript": _script,
}
