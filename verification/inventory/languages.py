"""Which files can hold SQL, and what reads each: a grammar of the language pack, or a scanner."""

from enum import StrEnum
from pathlib import PurePath
from typing import Final

SQL: Final = "sql"
TEXT: Final = "text"  # no grammar of ours: read by its quotes
NOTEBOOK: Final = "notebook"


class Medium(StrEnum):
    """What kind of text a file is."""

    PROGRAM = "program"
    SQL = "sql"
    CONFIGURATION = "configuration"
    NOTEBOOK = "notebook"
    DOCUMENT = "document"


_PROGRAMS: Final = {
    "actionscript": "as",
    "ada": "adb ads",
    "apex": "cls trigger",
    "arduino": "ino",
    "bash": "sh bash zsh ksh bats",
    "bitbake": "bb bbclass",
    "c": "c h",
    "clojure": "clj cljs cljc edn bb",
    "cmake": "cmake",
    "commonlisp": "lisp lsp cl",
    "cpp": "cc cpp cxx hh hpp hxx ipp tpp inl c++ h++",
    "csharp": "cs csx",
    "cuda": "cu cuh",
    "d": "d di",
    "dart": "dart",
    "elisp": "el",
    "elixir": "ex exs",
    "elm": "elm",
    "erlang": "erl hrl escript",
    "fish": "fish",
    "fortran": "f f90 f95 f03 f08 for",
    "fsharp": "fs fsx fsi",
    "gdscript": "gd",
    "gleam": "gleam",
    "go": "go",
    "groovy": "groovy gradle gvy",
    "hack": "hack",
    "hare": "ha",
    "haskell": "hs",
    "haxe": "hx",
    "janet": "janet",
    "java": "java",
    "javascript": "js jsx mjs cjs es6",
    "julia": "jl",
    "kotlin": "kt kts",
    "lua": "lua",
    "luau": "luau",
    "nim": "nim nims nimble",
    "nix": "nix",
    "objc": "m mm",
    "ocaml": "ml",
    "odin": "odin",
    "pascal": "pas pp dpr lpr",
    "perl": "pl pm t cgi psgi",
    "php": "php php5 phtml inc",
    "pony": "pony",
    "powershell": "ps1 psm1 psd1",
    "prisma": "prisma",
    "purescript": "purs",
    "python": "py pyi pyw pyx wsgi gyp",
    "qmljs": "qml",
    "r": "r rmd",
    "racket": "rkt",
    "ruby": "rb rake gemspec ru builder",
    "rust": "rs",
    "scala": "scala sc sbt",
    "scheme": "scm ss sld",
    "solidity": "sol",
    "squirrel": "nut",
    "starlark": "bzl star bazel",
    "swift": "swift",
    "tcl": "tcl tk tm",
    "tsx": "tsx",
    "typescript": "ts mts cts",
    "v": "v vsh",
    "vim": "vim",
    "zig": "zig",
    TEXT: "vue svelte astro html htm erb ejs j2 jinja jinja2 hbs mustache tmpl tpl twig jsp asp"
    " aspx cshtml razor heex eex leex bat cmd awk cr vb bas cob cbl pli sas do ado lean dockerfile"
    " containerfile mk mak just service timer cron graphql proto cfm prg",
}
_CONFIGURATIONS: Final = {
    "hcl": "hcl",
    "json": "json jsonc json5 webmanifest",
    "terraform": "tf tfvars",
    "toml": "toml",
    "xml": "xml xsd wsdl plist config csproj resx",
    "yaml": "yaml yml",
    TEXT: "ini cfg conf cnf properties env",
}
_DOCUMENTS: Final = {"markdown": "md markdown mdx qmd", "rst": "rst", TEXT: "adoc asciidoc org"}
_SQL: Final = "sql ddl dml sqlite psql hql sq sqlx pgsql mysql"
_NAMES: Final = {
    "dockerfile": TEXT,
    "containerfile": TEXT,
    "makefile": TEXT,
    "gnumakefile": TEXT,
    "justfile": TEXT,
    "procfile": TEXT,
    "crontab": TEXT,
    "rakefile": "ruby",
    "gemfile": "ruby",
    "vagrantfile": "ruby",
    "sconstruct": "python",
    "sconscript": "python",
    "wscript": "python",
    "build": "starlark",
    "jenkinsfile": "groovy",
}
_WRAPPINGS: Final = frozenset({"in", "tmpl", "template", "j2", "jinja", "erb", "tpl", "dist"})
_INTERPRETERS: Final = {
    b"python": "python",
    b"bash": "bash",
    b"zsh": "bash",
    b"ksh": "bash",
    b"dash": "bash",
    b"fish": "fish",
    b"node": "javascript",
    b"deno": "typescript",
    b"ruby": "ruby",
    b"perl": "perl",
    b"php": "php",
    b"lua": "lua",
    b"tclsh": "tcl",
    b"wish": "tcl",
    b"Rscript": "r",
    b"julia": "julia",
    b"escript": "erlang",
    b"elixir": "elixir",
    b"groovy": "groovy",
    b"sh": "bash",
    b"sqlite3": SQL,
}


def _by_extension() -> dict[str, tuple[str, Medium]]:
    groups = (
        (_DOCUMENTS, Medium.DOCUMENT),
        (_CONFIGURATIONS, Medium.CONFIGURATION),
        (_PROGRAMS, Medium.PROGRAM),
        ({SQL: _SQL}, Medium.SQL),
        ({NOTEBOOK: "ipynb"}, Medium.NOTEBOOK),
    )
    return {
        extension: (language, medium)
        for table, medium in groups
        for language, extensions in table.items()
        for extension in extensions.split()
    }


_SCHEMAS: Final = frozenset({*_CONFIGURATIONS, "prisma"})
_FAMILIES: Final = {
    **dict.fromkeys(("javascript", "typescript", "tsx", "qmljs"), "javascript"),
    **dict.fromkeys(("java", "kotlin", "groovy", "scala", "clojure"), "java"),
    **dict.fromkeys(("c", "cpp", "objc", "arduino", "cuda", "swift"), "c"),
    **dict.fromkeys(("csharp", "fsharp"), "csharp"),
    **dict.fromkeys(("elixir", "erlang"), "erlang"),
}
_BY_EXTENSION: Final = _by_extension()
_ALIASES: Final = {
    "shell": "bash",
    "console": "bash",
    "shell-session": "bash",
    "zsh": "bash",
    "sqlite": SQL,
    "sqlite3": SQL,
    "c#": "csharp",
    "c++": "cpp",
    "golang": "go",
    "python3": "python",
    "pycon": "python",
    "node": "javascript",
    "ipython": "python",
    NOTEBOOK: TEXT,  # an excerpt of one
    "ipynb": TEXT,
}


def language_of(path: PurePath) -> str | None:
    """Return the language of a file by its name, or None: by its first line, if by anything."""
    return _known(path)[0]


def medium_of(path: PurePath) -> Medium:
    """Return what kind of text a file is, by its name."""
    return _known(path)[1]


def family_of(language: str) -> str:
    """Return what the languages that can import each other's constants have in common.

    Configuration and schemas are read by any of them: their family is empty.
    """
    if language in _SCHEMAS:
        return ""
    return _FAMILIES.get(language, language)


def language_named(word: str) -> str | None:
    """Return the language that a code block in a document says it is in."""
    word = word.strip().lower()
    if word in _ALIASES:
        return _ALIASES[word]
    known = {
        language for language, medium in _BY_EXTENSION.values() if medium is not Medium.DOCUMENT
    }
    return word if word in known else _BY_EXTENSION.get(word, (None, None))[0]


def language_of_shebang(data: bytes) -> str | None:
    """Return the language that a ``#!`` line names."""
    if not data.startswith(b"#!"):
        return None
    line = data.split(b"\n", 1)[0]
    return next((name for word, name in _INTERPRETERS.items() if word in line), None)


def _known(path: PurePath) -> tuple[str | None, Medium]:
    suffixes = path.name.lower().split(".")[1:]
    while len(suffixes) > 1 and suffixes[-1] in _WRAPPINGS:
        if suffixes[-2] not in _BY_EXTENSION:
            break
        suffixes.pop()
    if suffixes and suffixes[-1] in _BY_EXTENSION:
        return _BY_EXTENSION[suffixes[-1]]
    return _NAMES.get(path.stem.lower()), Medium.PROGRAM
