"""Questions of programs that key by file: many files a question, answers in the order asked.

An answer stands for each file asked for, as often as it was; where there is none, a ``Miss`` says
why. The ids are those of one index: the next flag day gives others. What is no path, no id or
no text for a kind raises QuestionInvalid: it would miss without a word.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from tasks.errors import QuestionInvalid
from tasks.index.answers import FileSymbols, Miss, Removed, Symbol
from tasks.index.filters import path_text, require_text
from tasks.index.opening import statement
from tasks.index.reader import Reader

_Row = tuple[Any, ...]


class ByFile(Reader):
    """An index, open to be asked by file. Safe from threads; see ``Reader``."""

    def file_ids(self, paths: Sequence[str | os.PathLike[str]]) -> list[int | Miss]:
        """Return the id of each file; a path is absolute, ``root/path``, or within its root."""
        asked = _paths(paths)
        with self._opened.timed("file_ids"):
            found: dict[int, int | Miss] = {
                place: file_id if files == 1 else Miss.SEVERAL_FILES
                for place, file_id, files in self._opened.ask("file_ids", paths=json.dumps(asked))
            }
        return [found.get(place, Miss.NO_FILE) for place in range(len(asked))]

    def get(self, file_id: int) -> FileSymbols | Miss:
        """Return what a file defines."""
        return self.get_many([file_id])[0]

    def get_many(self, file_ids: Sequence[int]) -> list[FileSymbols | Miss]:
        """Return what each file defines."""
        with self._opened.timed("get_many"):
            return self._get_many(file_ids, None)

    def get_many_with_kind(self, file_ids: Sequence[int], kind: str) -> list[FileSymbols | Miss]:
        """Return what each file defines of one type of symbols, and never an empty answer.

        NO_SUCH_KIND is known from ``symbol_kinds``, without a look at symbols.
        """
        require_text("type", kind)
        with self._opened.timed("get_many_with_kind"):
            return self._get_many(file_ids, kind)

    def cleanup_stale(self) -> Removed:
        """Take out of the index what is gone from its roots; see ``cleanup``.

        Raises PreconditionFailed beside a run, or where a root is not there.
        """
        from tasks.index.cleanup import cleanup_stale  # noqa: PLC0415 -- readers load no audit log

        return cleanup_stale(self._opened.path)

    def _get_many(self, file_ids: Sequence[int], kind: str | None) -> list[FileSymbols | Miss]:
        asked = {"file_ids": json.dumps(_ids(file_ids)), "kind": kind}
        with self._opened.connection() as connection, connection:  # one state for both questions
            files = list(connection.execute(statement("file_asts"), asked))
            asts = sorted({ast_id for *_, ast_id, has_kind in files if ast_id and has_kind})
            asked = {"asts": json.dumps(asts), "kind": kind}
            symbols = _by_file(connection.execute(statement("symbols_of_asts"), asked), files)
        found: dict[int, FileSymbols | Miss] = {}
        for file_id, root, path, language, digest, ast_id, has_kind in files:
            if ast_id and has_kind:
                defined = symbols.get(file_id, ())
                found[file_id] = FileSymbols(file_id, root, path, language, digest, defined)
            else:
                found[file_id] = Miss.NO_SUCH_KIND if ast_id else Miss.NOT_EXTRACTED
        return [found.get(file_id, Miss.NO_FILE) for file_id in file_ids]


def _paths(paths: Sequence[str | os.PathLike[str]]) -> list[str]:
    if isinstance(paths, str | bytes):
        raise QuestionInvalid(
            f"{paths!r} is one path, and no list of paths", next_step="Ask for [path]."
        )
    return [path_text(path) for path in paths]


def _ids(file_ids: Iterable[int]) -> list[int]:
    asked = list(file_ids)
    for file_id in asked:
        if not isinstance(file_id, int):
            raise QuestionInvalid(
                f"{file_id!r} is no id of a file",
                next_step="Ask with what file_ids returns, without its misses.",
            )
    return asked


def _by_file(rows: Iterable[_Row], files: Iterable[_Row]) -> dict[int, tuple[Symbol, ...]]:
    """Return the symbols of each file, from the rows of the ASTs, which stand together."""
    holders = defaultdict[int, list[_Row]](list)
    for file in files:
        holders[file[-2]].append(file)
    symbols = {}
    for ast_id, found in groupby(rows, key=itemgetter(0)):
        defined = sorted(found)
        for file_id, root, path, language, *_ in holders[ast_id]:
            of_file = (
                (root, path, line, column, end_line, name, kind, scope, language, signature)
                for _, line, column, kind, name, end_line, scope, signature in defined
            )
            symbols[file_id] = tuple(map(Symbol._make, of_file))
    return symbols
