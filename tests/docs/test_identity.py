"""The vectors of the identity specification are what the code computes."""

import re

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.cache.keys import Factors, key_of
from tasks.content.identity import content_hash
from tests.docs import PAGES
from tests.syntax.rows import extracted, source
from verification.symbol_sets import set_digest

VECTOR = re.compile(r"\| ([a-z ]+) \| .* \| `([0-9a-f]+)` \|")


def test_every_vector_is_what_the_code_computes(tmp_path):
    table = pa.table({"name": pa.array(["f", None], pa.string())})
    pq.write_table(table, tmp_path / "set.parquet")
    (symbol,) = extracted([source(1, "def f():\n    pass")])["symbols"]

    assert dict(VECTOR.findall((PAGES / "identity.md").read_text())) == {
        "content hash": content_hash(b"abc").hex(),
        "definition hash": symbol["definition_hash"].hex(),
        "key of an analysis": key_of(
            Factors("summary", bytes(range(32)), "mill", "large", "5e1f", "2")
        ).hex(),
        "symbol set": set_digest(tmp_path / "set.parquet").sha256,
    }
