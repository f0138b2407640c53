"""Native charts of a workbook: a reader may change them in Excel; told apart in grey by lightness, dashes and marks."""

from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor

from server.reports.sheet import HEAD_ROW, LINE_PT, Table
from server.reports.table import Chart

PT_A_CHAR: Final = 5.4
"""How wide one unit of a column's width is, in points."""
HIGH_OF_WIDTH: Final = 0.38
LEAST_OF_HEIGHT: Final = 0.5
PAGE_WIDE_PT, PAGE_HIGH_PT = 798.0, 500.0

LEVELS: Final = ("0B4A7A", "5FA3D3", "D5DCE3", "E69F00", "7A2E00")
DARK, GREY, ORANGE = "0B4A7A", "7F7F7F", "B04A00"
LINES: Final[tuple[tuple[str, Any, str], ...]] = ((DARK, "solid", "circle"), (GREY, "dash", "triangle"))


def draw(table: Table, chart: Chart) -> None:
    """Add a chart as wide as the table below what is written; on a page of its own where too little room is left."""
    width_pt = sum(column.width for column in table.columns) * PT_A_CHAR
    page_pt = PAGE_HIGH_PT / min(1.0, PAGE_WIDE_PT / width_pt)
    high_pt = min(width_pt * HIGH_OF_WIDTH, page_pt * 0.75)
    room_pt = page_pt - table.used_pt % page_pt - 3 * LINE_PT
    if room_pt < high_pt * LEAST_OF_HEIGHT:
        table.break_after(table.row)
    else:
        high_pt = min(high_pt, room_pt)
        table.reserve(1)
    rows = int(high_pt / LINE_PT)
    made = {"levels": _levels, "course": _course, "pareto": _pareto}[chart.kind](table.sheet, chart)
    made.title, made.legend.position = chart.title, "b"
    made.anchor = TwoCellAnchor(
        _from=AnchorMarker(col=0, row=table.row), to=AnchorMarker(col=len(table.columns), row=table.row + rows)
    )
    table.sheet.add_chart(made)
    table.reserve(rows)


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
    made.y_axis.scaling.min, made.y_axis.scaling.max, made.y_axis.majorUnit = chart.floor, 100, 10
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
