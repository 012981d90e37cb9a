"""Which files hold code that a tool has written for machines alone: minified, or bundled into one.

By name in every language, by content in those that minifiers write. What a generator wrote for
people to read, with a header that says so, is code like any other.
"""

from typing import Final

_NAMES: Final = (
    ".min.js", ".min.mjs", ".min.cjs", ".min.css", "-min.js", "-min.css",
    ".bundle.js", ".bundle.mjs", ".bundle.css",
)  # fmt: skip
_LANGUAGES: Final = frozenset({"css", "javascript"})
_MIN_BYTES: Final = 4096
_LINE_BYTES: Final = 500  # people's longest files on record average below 100


def is_minified(path: str, data: bytes, language: str) -> bool:
    """Tell whether nobody has written, or reads, the file as it stands."""
    if path.lower().endswith(_NAMES):
        return True
    if language not in _LANGUAGES or len(data) < _MIN_BYTES:
        return False
    return len(data) > _LINE_BYTES * (data.count(b"\n") + 1)
