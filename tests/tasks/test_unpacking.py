"""A small frame that unpacks to a large one is refused before it takes the memory."""

import hashlib
import json
import os
import struct
import tracemalloc
from pathlib import Path

import pytest
import zstandard

import verification.unpacking
from tasks import unpacking
from tasks.cache.coding import unpacked
from tasks.cache.foreign import Foreign, Refused, item_of
from tasks.errors import PreconditionFailed
from tasks.store.packing import FRAME_BYTES, unpack
from tasks.syntax import facts
from verification.checks.analyses import _why_lost

MIB = 1 << 20
BOMB_BYTES = 2048 * MIB


@pytest.fixture(scope="module")
def bomb():
    """A frame of 64 KiB that says that it holds 2 GiB, and does."""
    packer = zstandard.ZstdCompressor(level=1).compressobj(size=BOMB_BYTES)
    block = bytes(8 * MIB)
    packed = [packer.compress(block) for _ in range(BOMB_BYTES // len(block))]
    return b"".join([*packed, packer.flush()])


@pytest.fixture(scope="module")
def silent_bomb():
    """The same blocks, and nothing said of their size."""
    packer = zstandard.ZstdCompressor(level=1, write_content_size=False).compressobj()
    block = bytes(8 * MIB)
    packed = [packer.compress(block) for _ in range(BOMB_BYTES // len(block))]
    return b"".join([*packed, packer.flush()])


@pytest.fixture
def little_memory():
    """What a test allocates stays below what a bomb holds."""
    tracemalloc.start()
    yield
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < BOMB_BYTES / 4


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("unpack_whole", [unpacking.unpack, verification.unpacking.unpack])
def test_a_frame_that_holds_too_much_or_does_not_say_is_refused(bomb, silent_bomb, unpack_whole):
    with pytest.raises(zstandard.ZstdError, match=r"2147483648 bytes, more than 1048576"):
        unpack_whole(bomb, MIB)
    with pytest.raises(zstandard.ZstdError, match=r"an unknown number of bytes, more than"):
        unpack_whole(silent_bomb, MIB)


@pytest.mark.usefixtures("little_memory")
def test_facts_that_hold_too_much_are_refused(bomb):
    with pytest.raises(zstandard.ZstdError, match="more than 1073741824"):
        facts.decode(bomb)


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("kind", ["bomb", "silent_bomb"])
def test_an_analysis_of_another_cache_that_holds_too_much_is_refused(kind, request):
    frame = request.getfixturevalue(kind)
    with pytest.raises(zstandard.ZstdError, match="more than 268435456 bytes"):
        unpacked(frame)

    assert _why_lost("0" * 64, frame) == "the value is no text in a zstd frame"


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("kind", ["bomb", "silent_bomb"])
def test_a_backup_whose_frame_has_no_end_is_refused(tmp_path, kind, request):
    backup = tmp_path / "backup"
    said = json.dumps({"format": 1}).encode()
    raw = request.getfixturevalue(kind) + struct.pack("<II", 0x184D2A5E, len(said) + 32) + said
    backup.write_bytes(raw + hashlib.sha256(raw).digest())
    with (
        Path(os.devnull).open("wb") as nowhere,
        pytest.raises(PreconditionFailed, match="frame 1, at byte 0, has no end"),
    ):
        unpack(backup, nowhere)


def test_frames_of_the_size_that_a_backup_has_are_none():
    packed = zstandard.compress(bytes(FRAME_BYTES))

    assert unpacking.unpack(packed, FRAME_BYTES) == bytes(FRAME_BYTES)


def test_a_record_that_names_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    told = {"content_hash": "0" * 40, "file_path": str(tmp_path / "pipe"), "cache_type": "t"}
    with pytest.raises(Refused):
        item_of(Foreign("here", told))
