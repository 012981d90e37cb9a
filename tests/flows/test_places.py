"""Paths that open from a folder."""

import pytest

from flows.cli.places import prefixes


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
    assert prefixes({"left": location}, "/work/left") == {"left": prefix}


def test_in_the_topmost_folder_every_path_is_relative():
    assert prefixes({"left": "/work"}, "/") == {"left": "work/"}
