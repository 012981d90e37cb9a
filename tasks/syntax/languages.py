"""A language is two files: ``languages/<name>.toml`` and its query ``languages/<name>.scm``.

Its parser version is a computed fingerprint over the bytes of the grammar library, the query, the
language table, the table of origins, the detector of encodings and ``EXTRACTOR_VERSION``: the
version that a grammar says it has identifies nothing.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Final

import tree_sitter_language_pack
from tree_sitter import Language as Grammar
from tree_sitter import Parser, Query, QueryError

from tasks.errors import FlagDayError
from tasks.syntax.origins import origins_of
from tasks.syntax.vocabulary import CODES

EXTRACTOR_VERSION: Final = 8
# 1  first release
# 2  protocols; bodies that stand behind their definitions; packages that hold what follows
# 3  facts tell where the errors are, and where a tree was cut
# 4  names that go on behind their first word; macros that hide code from a grammar
# 5  what is imported has a name
# 6  what a constructor defines on its object is a member of the class; names without their quotes;
#    a module keeps the > of its own: List<int>; signatures have no comments, and nothing of what
#    is inside; shebangs and magic comments are no docstrings
# 7  each import of a group; aliases and classes give their members scope and type; docstrings that
#    are strings keep their marks; what a function writes to an outer variable is a use
# 8  a comment documents what follows it on its line; each loses its own marks; signatures keep
#    their backslashes, and end before the = or { of a body; what a query says is no name is no ref;
#    sigils are no part of names

PACK: Final = "tree_sitter_language_pack"
_DETECTOR: Final = version("chardet").encode()  # of the text's encoding
_FOLDER: Final = Path(__file__).parent / "languages"
_TOKEN: Final = re.compile(rb';[^\n]*|"(?:[^"\\]|\\.)*"|[()\[\]]')
_ROOT: Final = re.compile(rb"\((\w+)\) @_root\b")
_NO_NEWLINE: Final = re.compile(rb"[^\n]")


@dataclass(frozen=True)
class Language:
    """One supported language, as its two files describe it."""

    name: str
    grammar: str  # name within the language pack, or of the grammar in a wheel of its own
    wheel: str | None  # the package that brings the grammar, where the language pack does not
    extensions: tuple[str, ...]  # lower case, with the dot
    filenames: tuple[str, ...]
    patterns: tuple[str, ...]  # of file names, with `*`
    interpreters: tuple[str, ...]  # what a shebang line calls
    scope_separator: str
    scopes: frozenset[str]  # types of symbols that name a scope, besides those that do everywhere
    members: dict[str, str]  # what symbol types become in a class
    keywords: tuple[str, ...]  # what the grammar takes for names: never refs
    sigil: str  # marks a name, and is no part of it: `:` of `:name`; "": none
    directives: str  # a regular expression for comments that are no text of a docstring; "": none
    masks: tuple[re.Pattern[bytes], ...]  # whose first group hides code from the grammar
    blanks: tuple[re.Pattern[bytes], ...]  # the same for words of the language, which are no uses
    table: bytes  # the .toml as it stands
    query: bytes  # the .scm as it stands

    @cached_property
    def library(self) -> Path:
        """The shared library that holds the grammar."""
        module = f"{self.wheel}._binding" if self.wheel else f"{PACK}.bindings.{self.grammar}"
        try:
            spec = find_spec(module)
        except ModuleNotFoundError:  # the wheel
            spec = None
        if spec is None or spec.origin is None:
            raise FlagDayError(
                f"language {self.name}: {self.wheel or PACK} has no grammar {self.grammar!r}",
                next_step="Correct `grammar` or `wheel` in the language's .toml.",
            )
        return Path(spec.origin)

    @cached_property
    def fingerprint(self) -> bytes:
        """32 bytes: equal fingerprints make equal ASTs of equal content."""
        digest = hashlib.sha256(b"flagday parser version %d\0" % EXTRACTOR_VERSION)
        origins = origins_of(self.name).table
        for part in (self.library.read_bytes(), self.table, self.query, origins, _DETECTOR):
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.digest()

    @cached_property
    def grammar_version(self) -> str:
        """What the grammar says of itself, with the package that brought it: for people only."""
        own = self.load_grammar().semantic_version
        said = ".".join(map(str, own)) if own else "unversioned"
        package = self.wheel or PACK
        return f"{said} ({package} {version(package)})"

    @cached_property
    def grammar_keywords(self) -> tuple[str, ...]:
        """The words that the grammar itself is written in, sorted, in lower case."""
        grammar = self.load_grammar()
        kinds = {
            grammar.node_kind_for_id(kind) or ""
            for kind in range(grammar.node_kind_count)
            if grammar.node_kind_is_visible(kind) and not grammar.node_kind_is_named(kind)
        }
        return tuple(sorted(kind.lower() for kind in kinds if kind.isalpha()))

    def load_grammar(self) -> Grammar:
        """Load the grammar from its shared library."""
        if self.wheel:
            return Grammar(import_module(self.wheel).language())
        return tree_sitter_language_pack.get_language(self.grammar)  # type: ignore[arg-type]

    def load_queries(self) -> tuple[Query, Query]:
        """Compile the query in two: what is asked of roots alone, and what of every node.

        Roots are the tree's own and the nodes of a type that is captured as ``@_root``. Raises
        FlagDayError on a capture that the vocabulary does not have.
        """
        grammar = self.load_grammar()
        root = Parser(grammar).parse(b"").root_node
        types = [*_ROOT.findall(self.query), b"_" if root.is_error else root.type.encode()]
        is_root = re.compile(rb"\(+(?:" + b"|".join(types) + rb")\b")
        of_root = [
            (start, end)
            for start, end in _patterns(self.query)
            if is_root.match(self.query, start) and not _ROOT.match(self.query, start)
        ]
        edges = [0, *chain.from_iterable(of_root), len(self.query)]
        anywhere = zip(edges[::2], edges[1::2], strict=True)
        return (
            self._compiled(grammar, _blanked(self.query, anywhere)),
            self._compiled(grammar, _blanked(self.query, of_root)),
        )

    def _compiled(self, grammar: Grammar, source: bytes) -> Query:
        try:
            query = Query(grammar, source.decode())
        except QueryError as error:
            raise FlagDayError(
                f"languages/{self.name}.scm does not compile: {error}",
                next_step="Correct the query against what the grammar really parses.",
            ) from error
        names = {query.capture_name(index) for index in range(query.capture_count)}
        unknown = {name for name in names if not name.startswith("_")} - CODES.keys()
        if unknown:
            raise FlagDayError(
                f"languages/{self.name}.scm: unknown captures {sorted(unknown)}",
                next_step=f"Known captures: {', '.join(CODES)}.",
            )
        return query


def _patterns(query: bytes) -> list[tuple[int, int]]:
    """Return where each pattern of a query starts, and where the next one or the text ends."""
    starts, level = [], 0
    for token in _TOKEN.finditer(query):
        if token[0] in b"([":
            if level == 0:
                starts.append(token.start())
            level += 1
        elif token[0] in b")]":
            level -= 1
    return list(zip(starts, [*starts[1:], len(query)], strict=True))


def _blanked(query: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """Turn spans into blanks; lines stay lines, for the messages of the compiler."""
    for start, end in spans:
        query = query[:start] + _NO_NEWLINE.sub(b" ", query[start:end]) + query[end:]
    return query


@cache
def languages() -> dict[str, Language]:
    """Return every supported language by name, in name order."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Language:
    table = path.read_bytes()
    entry = tomllib.loads(table.decode())
    language = Language(
        name=path.stem,
        grammar=entry.pop("grammar"),
        wheel=entry.pop("wheel", None),
        extensions=tuple(entry.pop("extensions", ())),
        filenames=tuple(entry.pop("filenames", ())),
        patterns=tuple(entry.pop("patterns", ())),
        interpreters=tuple(entry.pop("interpreters", ())),
        scope_separator=entry.pop("scope_separator"),
        scopes=frozenset(entry.pop("scopes", ())),
        members=entry.pop("members", {}),
        keywords=tuple(entry.pop("keywords", ())),
        sigil=entry.pop("sigil", ""),
        directives=entry.pop("directives", ""),
        masks=_compiled(entry.pop("masks", ())),
        blanks=_compiled(entry.pop("blanks", ())),
        table=table,
        query=path.with_suffix(".scm").read_bytes(),
    )
    if entry:
        raise FlagDayError(
            f"{path.name}: unknown keys {sorted(entry)}",
            next_step="Known: grammar, wheel, extensions, filenames, patterns, interpreters, "
            "scope_separator, scopes, members, keywords, sigil, directives, masks, blanks.",
        )
    return language


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[bytes], ...]:
    return tuple(re.compile(pattern.encode()) for pattern in patterns)
