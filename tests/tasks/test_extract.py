"""How contents are cut into slices, and how the parts that they become are handed over."""

from contextlib import contextmanager
from threading import Event
from types import SimpleNamespace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import extract as step
from tasks.columnar.tables import write_table
from tasks.content.ledger import CONTENTS
from tasks.contracts import Discovery, Part
from tasks.errors import StepFailed
from tasks.extract import extract, slice_contents

MIB = 1 << 20
PATIENCE_S = 30


def discovered(folder, sizes):
    """Return a discovery of contents of these sizes."""
    table = pa.table(
        {
            name: pa.array(sizes if name == "size_bytes" else [None] * len(sizes), kind)
            for name, kind in zip(CONTENTS.names, CONTENTS.types, strict=True)
        }
    )
    contents = write_table(folder / "contents.arrow", table)
    return Discovery(contents, contents, 0, len(sizes), sum(sizes))


def sliced(folder, sizes):
    """Return the sizes in each slice."""
    slices = slice_contents(discovered(folder, sizes), 1)
    return [sizes[part.first : part.last] for part in slices]


def test_a_large_content_stands_alone_wherever_it_lies(tmp_path):
    slices = sliced(tmp_path, [10, 2 * MIB, 20, 30, 3 * MIB])

    assert [part for part in slices if max(part) > MIB] == [[2 * MIB], [3 * MIB]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 4 * MIB), max_size=80))
def test_every_content_is_in_one_slice_in_order(tmp_path_factory, sizes):
    slices = sliced(tmp_path_factory.mktemp("slices"), sizes)

    assert [size for part in slices for size in part] == sizes
    assert all(slices)


@pytest.fixture
def extracted(prefect, tmp_path, monkeypatch):  # noqa: ARG001 -- serves
    """Extract three contents, each a part that ``make`` makes, and give the parts to ``take``."""
    from prefect import flow  # noqa: PLC0415 -- after its server is there

    def run(make, take):
        @contextmanager
        def maker(*_):
            yield SimpleNamespace(places=3, make=make)

        monkeypatch.setattr(step, "part_maker", maker)
        limits = SimpleNamespace(parse_timeout_s=1, max_failed_files=0)
        plan = SimpleNamespace(reuse=False, limits=limits)
        workspace = SimpleNamespace(scratch=tmp_path)
        service = SimpleNamespace(version=0, location=None)
        found = discovered(tmp_path, [MIB] * 3)
        flow(extract, validate_parameters=False)(plan, workspace, service, found, take)

    return run


def test_parts_are_taken_in_their_order_while_others_are_made(extracted, tmp_path):
    made_later, taken_first, taken = Event(), Event(), []

    def make(part):
        if part.number == 0:
            assert made_later.wait(PATIENCE_S)
        if part.number == 1:
            made_later.set()
        if part.number == 2:
            assert taken_first.wait(PATIENCE_S)
        return Part(tmp_path / str(part.number), "", {"failures": 0})

    def take(part):
        taken.append(part.path.name)
        taken_first.set()

    extracted(make, take)

    assert taken == ["0", "1", "2"]


def test_nothing_is_taken_after_a_part_that_failed(extracted, tmp_path):
    taken = []

    def make(part):
        if part.number == 1:
            raise StepFailed("it hangs", next_step="Wait.")
        return Part(tmp_path / str(part.number), "", {"failures": 0})

    with pytest.raises(StepFailed, match="it hangs"):
        extracted(make, taken.append)

    assert [part.path.name for part in taken] == ["0"]
