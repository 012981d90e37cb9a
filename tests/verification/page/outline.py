"""The structure of a page: elements with their attributes, and text, as a parser sees them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    """A start tag and the text right after it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class _Reader(HTMLParser):
    elements: list[Element] = field(default_factory=list)
    is_within: bool = False  # between a start tag and the next tag of any kind

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))
        self.is_within = True

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 -- whichever it is
        self.is_within = False

    def handle_data(self, data: str) -> None:
        if self.is_within:
            self.elements[-1].text += data


def outline(html: str) -> list[Element]:
    """List the elements of a page in their order."""
    reader = _Reader()
    reader.feed(html)
    return reader.elements
