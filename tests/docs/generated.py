"""Which pages are made of the code, from a mark on."""

from tests.docs import PAGES, checks, dictionary, errors

MARK = "<!-- from here on made by `make docs` -->\n"
GENERATED = {
    "checks.md": checks.page,
    "data-dictionary.md": dictionary.page,
    "troubleshooting.md": errors.page,
}


def renewed(name: str) -> str:
    """Return a page as it must be: by hand up to the mark, made from there on."""
    by_hand, _, _ = (PAGES / name).read_text().partition(MARK)
    return f"{by_hand}{MARK}\n{GENERATED[name]()}"
