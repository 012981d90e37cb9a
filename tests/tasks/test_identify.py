"""What is told of a file is told of the bytes that were read, however it changes meanwhile."""

import os

from tasks.content.identity import content_hash
from tasks.rediscover_roots import _identify
from tasks.roots.listing import FoundFile


def test_a_file_that_grew_since_it_was_listed_has_the_size_and_hash_of_one_reading(tmp_path):
    grown = b"def f():\n    pass\n" * 3
    (tmp_path / "a.py").write_bytes(grown)
    listed = FoundFile(b"a.py", size_bytes=18, mtime_ns=0, skip=None)
    file = _identify(1, os.fsencode(tmp_path), True, listed)

    assert (file.size_bytes, file.content_hash) == (len(grown), content_hash(grown))
