"""What is told of a file is told of the bytes that were read, however it changes meanwhile."""

from tasks.content.identity import content_hash
from tasks.plan import Plan, Root
from tasks.read_root import read_root
from tasks.roots import listing


def test_a_file_that_grew_since_it_was_listed_has_the_size_and_hash_of_one_reading(
    tmp_path, monkeypatch
):
    grown, root = b"def f():\n    pass\n" * 3, tmp_path / "root"
    root.mkdir()
    (root / "a.py").write_bytes(b"def f(): pass\n")
    listed = list(listing.list_files(root, frozenset(), 1 << 20, ()))
    monkeypatch.setattr("tasks.read_root.list_files", lambda *_: listed)
    (root / "a.py").write_bytes(grown)
    plan = Plan(roots=(Root(path=root, name="root"),))
    (file,) = read_root(plan, 1, frozenset(), tmp_path, lambda *_: None).files

    assert (file.size_bytes, file.content_hash) == (len(grown), content_hash(grown))
