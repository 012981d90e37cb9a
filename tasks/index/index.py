"""The index as a Python object: the same questions, in the same words, as the command.

What answers a kind of question is loaded when one is asked: a command asks one, and ends.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from tasks.index.answers import Clones, Document, File, Found, Import, Symbol, Use, UsingFile
from tasks.index.filters import (
    ANYTHING,
    Filters,
    bound,
    path_text,
    require,
    require_filters,
    require_question,
    texts,
)
from tasks.index.mode import DEFAULT_LIMIT, Mode, mode_of
from tasks.index.reader import Reader
from tasks.index.uses import find_uses, find_using_files

if TYPE_CHECKING:
    from tasks.index.statistics import Run, Status

# As `where` prints it, with or without the column. What ends in a number otherwise is a name.
_PLACE: Final = r"(?P<file>.*[./].*?):(?P<line>\d+)(:\d+)?"


class Index(Reader):
    """An index, open to be asked by name. Safe from threads; see ``Reader``."""

    def where(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- the word of the command and of the answers
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        scope: str | None = None,
        limit: int | None = None,
    ) -> list[Symbol]:
        """Tell where a name is defined, in the order of root, path, line and column.

        ``C.f`` and ``C::f``, where that is no name itself, mean the ``f`` in ``C``: see ``scoped``.
        ``path`` is a glob over paths in their root, in which ``*`` meets ``/`` too. Raises
        QuestionInvalid where the index has no such type, language or root, the name is empty, the
        limit is negative, or a word is no text in UTF-8; so do the others. No limit, or 0: all.
        """
        filters = Filters(type, language, root, path, scope)
        limit = require_question("name", name, filters, limit)
        with self._opened.timed("where"):
            found = self._defined(name, filters, limit)
            if not found and ("." in name or "::" in name):
                from tasks.index.scoped import defined_within  # noqa: PLC0415 -- see above

                found = defined_within(name, lambda last: self._defined(last, filters), limit)
        self._require_known(found, type=type, language=language, root=root)
        return found

    def search(  # noqa: PLR0913 -- one parameter a filter
        self,
        pattern: str,
        *,
        mode: Mode | str = Mode.SUBSTRING,
        ignore_case: bool = False,
        types: str | Iterable[str] = (),
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        scope: str | None = None,
        limit: int | None = DEFAULT_LIMIT,
    ) -> Found:
        """Tell which symbols have a name like ``pattern``, the closest first; no types: any.

        ``mode`` is a ``Mode`` or its word, such as ``"regex"``. Raises QuestionInvalid where there
        is no such mode, the pattern is empty or broken, or the index has no such type, language or
        root.
        """
        from tasks.index.search import Question, search  # noqa: PLC0415 -- see above

        filters = Filters(None, language, root, path, scope)
        limit = require_question("pattern", pattern, filters, limit)
        asked = tuple(sorted(set(texts("type", types))))
        question = Question(pattern, mode_of(mode), ignore_case, asked, filters, limit)
        with self._opened.timed("search"):
            return search(self._opened, question)

    def uses(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- as above
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        scope: str | None = None,
        limit: int | None = None,
    ) -> list[Use]:
        """Tell where a name is used, in the order of root, path, line and column."""
        filters = Filters(type, language, root, path, scope)
        limit = require_question("name", name, filters, limit)
        with self._opened.timed("uses"):
            found = find_uses(self._opened, name, filters, limit)
        self._require_known(found, type=type, language=language, root=root)
        return found

    def files_using(  # noqa: PLR0913 -- one parameter a filter
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002 -- as above
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        limit: int | None = None,
    ) -> list[UsingFile]:
        """Tell which files use a name, and how often, in the order of root and path."""
        filters = Filters(type, language, root, path)
        limit = require_question("name", name, filters, limit)
        with self._opened.timed("files_using"):
            found = find_using_files(self._opened, name, filters, limit)
        self._require_known(found, type=type, language=language, root=root)
        return found

    def symbols(
        self,
        file: str | os.PathLike[str],
        *,
        type: str | None = None,  # noqa: A002 -- as above
        root: str | None = None,
        limit: int | None = None,
    ) -> list[Symbol]:
        """Tell what a file defines, in the order of its lines.

        ``file`` is a path in its root, ``root/path``, or absolute; it may mean several files.
        """
        file = path_text(file)
        limit = require_question("path", file, Filters(type=type, root=root), limit)
        found = self._ask("symbols", file=file, type=type, root=root, limit=bound(limit))
        self._require_known(found, type=type, root=root)
        return list(map(Symbol._make, found))

    def files(self, file: str | os.PathLike[str]) -> list[File]:
        """Tell which files a path means, as in ``symbols``, and what became of each."""
        file = path_text(file)
        require_question("path", file, ANYTHING, None)
        return [File(*row) for row in self._opened.ask("files", file=file)]

    def imports(  # noqa: PLR0913 -- one parameter a filter
        self,
        module: str,
        *,
        origin: str | None = None,
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        limit: int | None = None,
    ) -> list[Import]:
        """Tell who imports a module or what lies inside of it, and where the module comes from."""
        from tasks.index.imports import ORIGINS, find_imports  # noqa: PLC0415 -- see above

        filters = Filters(None, language, root, path)
        limit = require_question("module", module, filters, limit)
        with self._opened.timed("imports"):
            found = find_imports(self._opened, module, filters, origin=origin, limit=limit)
        if origin is not None:
            require("origin", origin, ORIGINS)
        self._require_known(found, language=language, root=root)
        return found

    def docs(
        self,
        words: str | Iterable[str],
        *,
        language: str | None = None,
        root: str | None = None,
        path: str | None = None,
        limit: int | None = None,
    ) -> list[Document]:
        """Tell which files hold every word in their path or content, the best first.

        ``words`` is one text or several. Raises QuestionInvalid where there is no word in them.
        """
        from tasks.index.documents import find_documents  # noqa: PLC0415 -- see above

        filters = Filters(None, language, root, path)
        limit = require_filters(filters, limit)
        asked = texts("word", words)
        with self._opened.timed("docs"):
            found = find_documents(self._opened, asked, filters, limit)
        self._require_known(found, language=language, root=root)
        return found

    def clones(self, what: str) -> list[Clones]:
        """Tell which definitions occur identically: those of a name, or around a FILE:LINE.

        What occurs most often comes first; a definition that occurs once is there too.
        """
        require_question("name", what, ANYTHING, None)
        with self._opened.timed("clones"):
            if place := place_of(what):
                file, line = place
                return _gathered(self._opened.ask("clones_at_place", file=file, line=line))
            return _gathered(self._opened.ask("clones_of_name", name=what))

    def roots(self) -> dict[str, str]:
        """Tell where each root lies, by its name."""
        return dict(self._opened.ask("roots"))

    def languages(self) -> list[str]:
        """Tell which languages the index was built with, whether or not it has files in them."""
        return [language for (language,) in self._opened.ask("languages")]

    def words(self) -> dict[str, list[str]]:
        """Tell with which types, languages and roots filters find something here, by the filter."""
        words: dict[str, list[str]] = {"type": [], "language": [], "root": []}
        for kind, word in self._opened.ask("words"):
            words[kind].append(word)
        return words

    def names_like(self, name: str, limit: int = 3) -> list[str]:
        """Name what is defined here and was perhaps meant by ``name``, the closest first."""
        from tasks.index.likeness import closest_names  # noqa: PLC0415 -- see above

        return closest_names(name, self._opened, limit)

    def modules_like(self, module: str, limit: int = 3) -> list[str]:
        """Name what is imported here and was perhaps meant by ``module``, the closest first."""
        from tasks.index.likeness import closest_modules  # noqa: PLC0415 -- see above

        return closest_modules(module, self._opened, limit)

    def files_like(self, file: str, limit: int = 3) -> list[tuple[str, str]]:
        """Name the root and the path of files whose paths end like ``file``, or whose name is its.

        Those that end with all of it come first, and the shorter ones.
        """
        name = file.rpartition("/")[2]
        return self._opened.ask("files_like", file=file, name=name, limit=limit) if name else []

    def status(self) -> Status:
        """Tell what the index is, and which run made it."""
        from tasks.index.statistics import status_of  # noqa: PLC0415 -- see above

        return status_of(self._opened)

    def last_run(self) -> Run | None:
        """Tell which run made the index."""
        from tasks.index.statistics import last_run  # noqa: PLC0415 -- see above

        return last_run(self._opened)

    def _require_known(self, found: Sequence[object], **filters: str | None) -> None:
        """Refuse a filter that names what is not in the index, where nothing was found."""
        if found or all(asked is None for asked in filters.values()):
            return
        words = self.words()
        for what, asked in filters.items():
            if asked is not None:
                silent = self.languages() if what == "language" else ()
                require(what, asked, words[what], silent=silent)

    def _defined(self, name: str, filters: Filters, limit: int | None = None) -> list[Symbol]:
        found = self._opened.ask("where", name=name, limit=bound(limit), **filters._asdict())
        return list(map(Symbol._make, found))

    def _ask(self, question: str, /, **params: object) -> list[tuple[Any, ...]]:
        """Ask, and count how long it took."""
        with self._opened.timed(question):
            return self._opened.ask(question, **params)


def place_of(what: str) -> tuple[str, str] | None:
    """Return the file and the line of a FILE:LINE; None: it is a name."""
    found = re.fullmatch(_PLACE, what)
    return (found["file"], found["line"]) if found else None


def _gathered(rows: list[tuple[Any, ...]]) -> list[Clones]:
    """Gather the places of each definition; what occurs most often comes first."""
    groups = []
    for definition, found in groupby(rows, key=lambda row: str(row[0])):
        places = tuple(map(Symbol._make, (row[1:] for row in found)))
        roots = tuple(sorted({place.root for place in places}))
        groups.append(Clones(definition, roots, places))
    return sorted(groups, key=lambda group: (-len(group.places), group.definition))
