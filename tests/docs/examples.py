"""What a page shows in ``console`` blocks: commands, and what they answer.

``…`` in a line stands for anything, ``…`` alone on a line for any lines.
"""

import re

from tests.docs import PAGES

BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
README = PAGES.parent / "README.md"


def examples() -> list[tuple[str, str]]:
    """Return each command of the README, and its answer as shown."""
    found = []
    for block in BLOCK.findall(README.read_text("utf-8")):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = example.partition("\n")
            found.append((command, answer))
    return found


def is_as_shown(answer: str, shown: str) -> bool:
    """Tell whether an answer is what a page shows."""
    lines = [
        r"(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*")
        for line in shown.splitlines(keepends=True)
    ]
    return re.fullmatch("".join(lines), answer) is not None
