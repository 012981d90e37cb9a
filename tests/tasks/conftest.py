"""What tests of several nouns need."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest


@pytest.fixture
def nobody(tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Be someone who may read the folder of a test, and no more than its modes say."""

    @contextmanager
    def become() -> Iterator[None]:
        own = os.geteuid()
        for folder in tmp_path.parents[:3]:
            folder.chmod(folder.stat().st_mode | 0o011)
        if own == 0:
            os.seteuid(1234)
        try:
            yield
        finally:
            os.seteuid(own)
            tmp_path.chmod(0o755)

    return become
