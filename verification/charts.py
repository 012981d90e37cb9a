"""Bars as inline SVG. Colours come from the page's style, by class; no style attribute is set.

A bar stands beside the number it draws and is hidden from screen readers; a stacked bar, which has
no number of its own, says in words what it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_WIDTH: Final = 100.0
_HEIGHT: Final = 8
_THINNEST: Final = 0.5  # what is not nothing is seen


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a stacked bar."""

    label: str
    value: int
    css_class: str


def bar(value: int, of: int, part: int = 0) -> Markup:
    """Draw ``value`` as a share of ``of``, and ``part`` of it in another colour."""
    rects = _rect(0.0, _share(value, of), "fill") + _rect(0.0, _share(part, of), "fill part")
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8"/>{}</svg>'
    ).format(rects)


def stacked(title: str, segments: Sequence[Segment]) -> Markup:
    """Draw segments side by side, in their order; the title names each with its value."""
    total = sum(segment.value for segment in segments)
    shown = [segment for segment in segments if segment.value]
    widths = [_share(segment.value, total) for segment in shown]
    scale = _WIDTH / sum(widths) if widths else 1.0
    rects, at = Markup(), 0.0
    for segment, width in zip(shown, widths, strict=True):
        rects += _rect(at, width * scale, f"fill {segment.css_class}")
        at += width * scale
    said = ", ".join(f"{segment.label} {segment.value:,}" for segment in segments)
    return Markup(
        '<svg class="stacked" viewBox="0 0 100 8" preserveAspectRatio="none" role="img">'
        "<title>{}: {}</title>{}</svg>"
    ).format(title, said, rects)


def _share(value: int, of: int) -> float:
    return max(_WIDTH * value / of, _THINNEST) if value and of else 0.0


def _rect(at: float, width: float, css_class: str) -> Markup:
    if not width:
        return Markup()
    return Markup('<rect class="{}" x="{:.2f}" width="{:.2f}" height="{}"/>').format(
        css_class, at, width, _HEIGHT
    )
