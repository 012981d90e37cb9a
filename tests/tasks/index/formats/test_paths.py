from pathlib import Path

import pytest

from tasks.index.formats.paths import prefixes


@pytest.mark.parametrize(
    ("location", "prefix"),
    [
        ("/work/left", ""),
        ("/work/left/src", "src/"),
        ("/work/left src", "/work/left src/"),
        ("/work", "/work/"),
        ("/", "/"),
    ],
)
def test_paths_are_relative_inside_of_the_folder_and_absolute_elsewhere(location, prefix):
    assert prefixes({"left": location}, Path("/work/left")) == {"left": prefix}
