"""A report as PDF: set by typst from a fixed template; what it holds comes in as data, so nothing in it is ever read as markup."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson

from lingnan.base import Unavailable
from lingnan.insight import ReportSheet
from lingnan.web.printing.leaves import Leaves

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).parent / "report.typ"
STANDARD: Literal["a-2a"] = "a-2a"
"""ISO 19005-2 level A: fonts inside, text that can be searched and read aloud, as records are kept."""


def report_pdf(sheet: ReportSheet, lang: str, home: Path) -> bytes:
    """The report as a file of its own; Unavailable where the extra `reports` or a Chinese font is missing."""
    fonts = _fonts()
    import typst

    told = orjson.dumps(Leaves(sheet, lang, home).told()).decode()
    # The root is the template's own folder and no package is named, so nothing else of the machine or the net is read.
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    found = compiler.compile(format="pdf", sys_inputs={"report": told}, pdf_standards=[STANDARD], timestamp=int(sheet.as_of.timestamp()))
    if not isinstance(found, bytes):
        raise TypeError("typst gave no single file")
    return found


@cache
def _fonts() -> "typst.Fonts":
    """The machine's fonts, looked for once."""
    if find_spec("typst") is None:
        raise Unavailable(
            "此处没有排版程序，不能生成 PDF。请运行 pip install 'lingnan[reports]'，或改用 HTML。",
            "There is nothing here to set a PDF with. Run: pip install 'lingnan[reports]', or take HTML instead.", code="NoTypesetter",
        )
    import typst

    found = typst.Fonts()
    if not any(family in found.families() for family in ("Noto Sans CJK SC", "Noto Serif CJK SC", "WenQuanYi Micro Hei")):
        raise Unavailable(
            "此处没有中文字体，不能生成 PDF。请运行 apt-get install fonts-noto-cjk。",
            "There is no Chinese font here, so no PDF can be set. Run: apt-get install fonts-noto-cjk.", code="NoFont",
        )
    return found
