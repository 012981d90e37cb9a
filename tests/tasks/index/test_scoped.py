"""Names with what encloses them in front."""

import pytest

from tasks.index.answers import Symbol
from tasks.index.scoped import defined_within


def symbol(path, scope):
    return Symbol("r", path, 1, 0, 1, "f", "function", scope, "python", None)


KNOWN = [
    symbol("py/net/http.py", "C"),
    symbol("py/net/http.py", None),
    symbol("py/net/__init__.py", None),
    symbol("py/net/d.x.ts", "A.B::C"),
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("C.f", [0, 3]),
        ("C::f", [0, 3]),
        ("B.C.f", [3]),
        ("A::B::C::f", [3]),
        ("http.f", [1]),
        ("net.http.f", [1]),
        ("net.http.C.f", [0]),
        ("net.C.f", [0]),
        ("net.f", [1, 2]),
        ("py.net.d.A.B.C.f", [3]),
        ("f", []),
        (".f", []),
        ("C..f", []),
        ("C.", []),
        ("c.f", []),
        ("x.py.net.f", []),
    ],
)
def test_what_stands_in_front_is_the_end_of_folders_file_and_scope(name, expected):
    found = defined_within(name, lambda _: KNOWN, None)

    assert [KNOWN.index(each) for each in found] == expected


def test_the_last_part_alone_is_asked_for_and_the_limit_counts_what_is_within():
    asked = []

    assert defined_within("C.f", lambda last: asked.append(last) or KNOWN, 1) == KNOWN[:1]
    assert asked == ["f"]
