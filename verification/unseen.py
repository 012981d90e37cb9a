"""What nobody would see in a report, or what would turn the text around it, is shown as its escape.

U+200D stays: emoji are joined by it.
"""

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def seen(text: str) -> str:
    """Return a text in which every character is one that a reader sees."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
