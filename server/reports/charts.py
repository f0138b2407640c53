"""Native charts of a workbook: a reader may change them in Excel; told apart in grey by lightness, dashes and marks."""

from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties

from server.reports.sheet import HEAD_ROW, LINE_PT, Table
from server.reports.table import Chart

PT_A_CHAR: Final = 5.6
"""How wide one unit of a column's width is, in points."""
CM_A_PT: Final = 2.54 / 72
WIDE_CM: Final = 27.0
HIGH_CM: Final = 10.5
PAGE_WIDE_PT, PAGE_HIGH_PT = 798.0, 523.0

LEVELS: Final = ("0B4A7A", "5FA3D3", "D5DCE3", "E69F00", "7A2E00")
DARK, GREY, ORANGE = "0B4A7A", "7F7F7F", "B04A00"
LINES: Final[tuple[tuple[str, Any, str], ...]] = ((DARK, "solid", "circle"), (GREY, "dash", "triangle"))


def draw(table: Table, chart: Chart) -> None:
    """Add a chart below what is written so far; on a page of its own where this one has no room left."""
    width_pt = sum(column.width for column in table.columns) * PT_A_CHAR
    scale = min(1.0, PAGE_WIDE_PT / width_pt)
    wide_cm = min(width_pt * CM_A_PT, WIDE_CM / scale)
    high_cm = min(HIGH_CM / scale, wide_cm * 0.42)
    on_page = table.used_pt % (PAGE_HIGH_PT / scale)
    if on_page + high_cm / CM_A_PT > PAGE_HIGH_PT / scale:
        from_row = table.row + 1
        table.break_after(table.row)
    else:
        from_row = table.row + 2
    made = {"levels": _levels, "course": _course, "pareto": _pareto}[chart.kind](table.sheet, chart)
    made.title, made.width, made.height = chart.title, wide_cm, high_cm
    made.legend.position = "b"
    table.sheet.add_chart(made, f"A{from_row}")
    table.reserve(from_row, round(high_cm / CM_A_PT / LINE_PT) + 2)


def _levels(sheet: Any, chart: Chart) -> Any:
    made = BarChart()
    made.type, made.grouping, made.overlap, made.gapWidth = "bar", "percentStacked", 100, 45
    _fill(made, sheet, chart, chart.values)
    for place, (series, colour) in enumerate(zip(made.series, LEVELS, strict=True)):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.graphicalProperties.line = LineProperties(solidFill="FFFFFF", w=9525)
        if place == 3:
            series.graphicalProperties = GraphicalProperties(
                pattFill=PatternFillProperties(prst="wdUpDiag", fgClr=_rgb(ORANGE), bgClr=_rgb("FFFFFF"))
            )
            series.graphicalProperties.line = LineProperties(solidFill=ORANGE, w=9525)
    made.x_axis.scaling.orientation = "maxMin"
    made.y_axis.number_format, made.y_axis.majorGridlines = "0%", None
    _shown(made)
    return made


def _course(sheet: Any, chart: Chart) -> Any:
    made = LineChart()
    _fill(made, sheet, chart, chart.values)
    for series, (colour, dash, mark) in zip(made.series, LINES, strict=True):
        series.graphicalProperties.line = LineProperties(solidFill=colour, prstDash=dash, w=28575)
        series.marker.symbol, series.marker.size, series.smooth = mark, 8, False
        series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
    made.y_axis.scaling.max = 100
    made.y_axis.number_format = "0"
    _shown(made)
    return made


def _pareto(sheet: Any, chart: Chart) -> Any:
    bars, line = BarChart(), LineChart()
    bars.type, bars.gapWidth = "col", 40
    _fill(bars, sheet, chart, chart.values[:1])
    _fill(line, sheet, chart, chart.values[1:])
    bars.series[0].graphicalProperties = GraphicalProperties(solidFill="5FA3D3")
    line.series[0].graphicalProperties.line = LineProperties(solidFill="16202B", w=22225)
    line.series[0].marker.symbol, line.series[0].smooth = "circle", False
    line.y_axis.axId, line.y_axis.crosses, line.y_axis.majorGridlines = 200, "max", None
    line.y_axis.scaling.min, line.y_axis.scaling.max, line.y_axis.number_format = 0, 100, "0"
    bars.y_axis.scaling.min, bars.y_axis.number_format = 0, "0"
    _shown(bars)
    _shown(line)
    bars += line
    return bars


def _fill(made: Any, sheet: Any, chart: Chart, values: Any) -> None:
    first, last = HEAD_ROW + 1, HEAD_ROW + chart.rows
    for column in values:
        made.add_data(Reference(sheet, min_col=column, min_row=HEAD_ROW, max_row=last), titles_from_data=True)
    made.set_categories(Reference(sheet, min_col=chart.label, min_row=first, max_row=last))


def _shown(made: Any) -> None:
    made.x_axis.delete = made.y_axis.delete = False


def _rgb(colour: Any) -> Any:
    return ColorChoice(srgbClr=colour)
