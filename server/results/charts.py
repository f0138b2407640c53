"""Charts as SVG files, drawn by pygal: values written beside the marks, dark on white, no script in them."""

import sys
from collections.abc import Sequence
from typing import Any, Final

import pygal
from lxml import etree
from pygal.style import Style

from server.results.rules import percent

sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
"""pygal leaves a finder for its maps there in a form that Python 3.12 dropped and test runners trip over."""

FONT: Final = "system-ui, 'Noto Sans', Arial, sans-serif"
STYLE: Final = Style(
    background="#ffffff", plot_background="#ffffff", foreground="#16202b", foreground_strong="#16202b",
    foreground_subtle="#aab6c2", font_family=FONT, label_font_family=FONT, major_label_font_family=FONT,
    value_font_family=FONT, label_font_size=15, major_label_font_size=15, value_font_size=15, opacity="1",
    guide_stroke_color="#d5dce3", major_guide_stroke_color="#d5dce3", guide_stroke_dasharray="",
    major_guide_stroke_dasharray="", colors=("#0b4a7a",), value_colors=("#16202b",), stroke_width=3,
)  # fmt: skip
LIGHT: Final = Style(**{**vars(STYLE), "colors": ("#9cc3e4",)})
"""For bars, whose values are written on them."""

SHARED: Final[dict[str, Any]] = {
    "js": [], "show_legend": False, "print_values": True, "explicit_size": False, "margin": 14,
    "disable_xml_declaration": False, "no_prefix": True, "truncate_label": -1,
}  # fmt: skip


def line(labels: Sequence[str], values: Sequence[float | None]) -> bytes:
    """Return the course of a share in percent; a gap where there is no base."""
    known = [value for value in values if value is not None]
    low = max(0.0, min(known, default=0) - 5)
    chart = pygal.Line(
        **SHARED, style=STYLE, width=1100, height=330, margin_right=60,
        range=(low, 100), dots_size=5,
        x_label_rotation=40 if len(labels) > 12 else 0,
        value_formatter=_percent, x_labels_major_every=1, show_minor_x_labels=True, print_values_position="top",
    )  # fmt: skip
    chart.config.print_values = len(labels) <= 16
    chart.x_labels = list(labels)
    chart.add("", list(values), allow_interruptions=True)
    return _file(chart)


def bars(rows: Sequence[tuple[str, float, tuple[float, float] | None]], *, is_percent: bool = True) -> bytes:
    """Return horizontal bars, the first row on top. rows: words, value, and the interval's ends or None."""
    chart = pygal.HorizontalBar(
        **SHARED, style=LIGHT, width=1100, height=80 + 34 * max(1, len(rows)),
        value_formatter=_percent if is_percent else _plain,
        spacing=6, range=(0, 100) if is_percent else None, print_labels=False,
    )  # fmt: skip
    turned = list(reversed(rows))
    chart.x_labels = [words for words, _, _ in turned]
    chart.add("", [_value(value, ends) for _, value, ends in turned])
    return _file(chart)


def _file(chart: Any) -> bytes:
    """Return a chart as a file; pygal's configuration for its script is left out with the script."""
    tree = chart.render_tree()
    for element in [one for one in tree.iter() if str(one.tag).endswith("script")]:
        element.getparent().remove(element)
    return etree.tostring(tree, xml_declaration=True, encoding="utf-8")


def _value(value: float, ends: tuple[float, float] | None) -> Any:
    if ends is None:
        return value
    return {"value": value, "ci": {"low": ends[0], "high": ends[1]}}


def _percent(value: Any) -> str:
    return percent(float(value)) if value is not None else ""


def _plain(value: Any) -> str:
    return f"{int(value):,}".replace(",", ".") if value is not None else ""
