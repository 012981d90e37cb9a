"""Who imports a module; whether it is local depends on the root that asks."""

from contextlib import closing

import apsw
import pytest

from tasks.index.filters import Filters
from tasks.index.imports import find_imports
from tasks.index.opening import OpenIndex, statement
from tests.tasks.store.conftest import new_index


def fill(database, language, modules, files):
    """Fill an index: one content that imports (module, origin) a line, files by root."""
    digest = b"\x01" * 32
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(
            "INSERT INTO parser_versions VALUES (1, ?, 'g', '1', zeroblob(32), 1, zeroblob(32))",
            (language,),
        )
        connection.execute("INSERT INTO asts VALUES (1, ?, 1, 1, 9, 0, 'utf-8', x'')", (digest,))
        for line, (module, origin) in enumerate(modules, 1):
            row = (module, origin, line)
            connection.execute("INSERT INTO imports VALUES (1, ?, 'import', ?, ?, 7)", row)
        for number, (root, paths) in enumerate(sorted(files.items()), 1):
            connection.execute(
                "INSERT INTO roots (root_id, name, location) VALUES (?, ?, '/')", (number, root)
            )
            for path in ("it", *paths):
                row = (number, path, digest if path == "it" else b"\x02" * 32, language)
                connection.execute(
                    "INSERT INTO files (root_id, path, content_hash, language, size_bytes,"
                    " mtime_ns, outcome) VALUES (?, ?, ?, ?, 1, 0, 'indexed')",
                    row,
                )


@pytest.fixture
def ask(tmp_path):
    """Fill an index and ask it who imports a module; the index is closed at the end."""
    opened = []

    def build(language, modules, **files):
        path = new_index(tmp_path / "index.db")
        fill(path, language, modules, files)
        opened.append(OpenIndex(path))
        return lambda module, *, origin=None, limit=None, **filters: find_imports(
            opened[0], module, Filters(**filters), origin=origin, limit=limit
        )

    yield build
    for index in opened:
        index.close()


def seen(found):
    return [(each.root, each.line, each.module, each.origin) for each in found]


def test_one_content_has_local_imports_in_one_root_and_third_party_ones_in_another(ask):
    imports = ask("python", [("mypkg.x", None)], left=["mypkg/x.py"], right=["other.py"])

    assert seen(imports("mypkg.x")) == [
        ("left", 1, "mypkg.x", "local"),
        ("right", 1, "mypkg.x", "third party"),
    ]


def test_what_the_spelling_tells_stands(ask):
    modules = [("os", "standard library"), ("os.path", "standard library")]
    imports = ask("python", modules, left=["os.py"])

    assert seen(imports("os")) == [
        ("left", 1, "os", "standard library"),
        ("left", 2, "os.path", "standard library"),
    ]


@pytest.mark.parametrize(
    ("language", "module", "path"),
    [
        ("python", "pack", "src/pack/part.py"),
        ("python", "pack", "pack.py"),
        ("python", "pack.part", "lib/pack/part/__init__.py"),
        ("c", "linux/net.h", "include/linux/net.h"),
        ("cpp", "pack/part.hpp", "pack/part.hpp"),
        ("go", "example.org/me/tools/cmd/run", "cmd/run/main.go"),
        ("go", "tools/run", "run/main.go"),
        ("java", "com.acme.Door", "src/main/java/com/acme/Door.java"),
        ("java", "com.acme.Door.open", "com/acme/Door.java"),
        ("java", "com.acme", "com/acme/Door.java"),
        ("rust", "my_crate::part", "my-crate/src/lib.rs"),
        ("rust", "part", "src/part.rs"),
        ("typescript", "@/parts/door", "src/parts/door.ts"),
        ("javascript", "@acme/door", "packages/door/package.json"),
        ("tsx", "door", "door/index.tsx"),
        ("ruby", "acme/door", "lib/acme/door.rb"),
        ("kotlin", "com.acme.Door", "src/com/acme/Door.kt"),
        ("ocaml", "Door.Key", "src/door.ml"),
        ("dart", "package:door/key.dart", "packages/door/lib/key.dart"),
        ("haskell", "Acme.Door", "src/Acme/Door.hs"),
        ("c", "odd[1]*.h", "odd[1]*.h"),
    ],
)
def test_a_module_is_local_where_the_root_holds_its_file(ask, language, module, path):
    imports = ask(language, [(module, None)], has=[path], other=[path[::-1]], vendor=[])

    assert seen(imports(module)) == [
        ("has", 1, module, "local"),
        ("other", 1, module, "third party"),
        ("vendor", 1, module, "third party"),
    ]


def test_of_a_language_without_a_known_standard_library_local_modules_alone_are_told(ask):
    imports = ask("other", [("acme.door", None)], has=["lib/acme/door.oth"], lacks=[])

    assert seen(imports("acme.door")) == [
        ("has", 1, "acme.door", "local"),
        ("lacks", 1, "acme.door", None),
    ]


def test_a_copy_of_what_others_made_is_third_party(ask):
    imports = ask("javascript", [("door", None)], left=["node_modules/door/index.js"])

    assert seen(imports("door")) == [("left", 1, "door", "third party")]


def test_what_only_begins_like_the_module_is_another_one(ask):
    names = ["a", "a.b", "a/b", "a::b", "a\\b", "ab", "a-b", "a_b", "A", "a0"]
    imports = ask("c", [(name, "local") for name in names], left=[])

    assert [each.module for each in imports("a")] == ["a", "a.b", "a/b", "a::b", "a\\b"]


@pytest.mark.parametrize(
    ("filters", "roots"),
    [
        ({"root": "right"}, ["right"]),
        ({"language": "c"}, []),
        ({"path": "i*"}, ["left", "right"]),
        ({"path": "x"}, []),
        ({"limit": 0}, []),
        ({"limit": 1}, ["left"]),
        ({"origin": "third party"}, ["right"]),
        ({"origin": "third party", "limit": 1}, ["right"]),
    ],
)
def test_filters_narrow_the_answer(ask, filters, roots):
    imports = ask("python", [("door", None)], left=["door.py"], right=[])

    assert [each.root for each in imports("door", **filters)] == roots


def test_imports_are_found_by_their_index(tmp_path):
    values = {"module": "a", "language": None, "root": None, "path": None}
    with closing(apsw.Connection(str(new_index(tmp_path / "index.db")))) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement('imports')}", values)
        steps = [str(row[3]) for row in plan]

    assert {step for step in steps if "imports" in step} == {
        "SEARCH imports USING INDEX imports_by_module (module=?)",
        "SEARCH imports USING INDEX imports_by_module (module>? AND module<?)",
    }
