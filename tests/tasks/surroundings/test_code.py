"""Which folders are taken for code of the index."""

import pytest

from tasks.surroundings.code import code_folders
from tasks.surroundings.walk import look_below


def write(folder, **files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())


def folders(folder, tables=("symbols", "refs")):
    below = look_below(folder)
    return [str(path.relative_to(folder)) for path in code_folders(folder, below.files, tables)]


def test_the_outermost_folder_of_each_branch_is_named(tmp_path):
    write(
        tmp_path,
        **{
            "app/store.py": 'x("SELECT name FROM symbols")',
            "app/deep/more.go": "`insert into refs values`",
            "tools/run.sh": "sqlite3 x 'UPDATE \"symbols\" SET a = 1'",
            "other/main.py": "symbols = refs",
        },
    )

    assert folders(tmp_path) == ["app", "tools"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.md", "SELECT * FROM symbols"),
        ("dump.bin", b"\0 FROM symbols"),
        ("big.sql", b"FROM symbols " * 90_000),
        ("other.py", "FROM symbols_of_peace"),
        ("node_modules/a.js", "FROM symbols"),
        (".cache/a.js", "FROM symbols"),
        ("run_results.json", "{}"),
    ],
)
def test_what_is_no_code_of_ours_is_passed_over(tmp_path, name, text):
    write(tmp_path, **{f"x/{name}": text})

    assert folders(tmp_path) == []


def test_many_folders_are_named_by_their_first_part(tmp_path):
    write(tmp_path, **{f"src/part{n}/a.py": "FROM symbols" for n in range(9)})

    assert folders(tmp_path) == ["src"]


def test_without_tables_there_is_no_code(tmp_path):
    write(tmp_path, **{"a.py": "FROM symbols"})

    assert folders(tmp_path, ()) == []
