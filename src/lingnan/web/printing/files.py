"""A report as one HTML page that needs no server: its style inside, its pictures inside, no script."""

from pathlib import Path

from markupsafe import Markup

from lingnan.insight import ReportSheet
from lingnan.web.printing.leaves import Leaves
from lingnan.web.rendering import environment

STYLE = Path(__file__).parent / "report.css"


def report_file(sheet: ReportSheet, lang: str, home: Path) -> str:
    """The report as the text of an HTML file."""
    told = Leaves(sheet, lang, home).told()
    style = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 our own file
    return environment().get_template("report_file.html").render(told=told, label=told["labels"], style=style, drawn=_drawn)


def _drawn(svg: str) -> Markup:
    """A picture of ours, whose texts were escaped when it was drawn."""
    return Markup(svg)  # noqa: S704
