"""Reports as files: what comes in as data prints as itself, and a reader that is not ours finds the words and figures."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lingnan.insight import PanelCard, ReportItem, ReportSheet, ReportTable, Words
from lingnan.insight.dashboards import FigureCard, Label, PanelColumn, PanelSeries
from lingnan.insight.dashboards.cards import Basis, MethodLine
from lingnan.insight.reports import LawLine, ReportSection, SourceLine
from lingnan.web import report_file, report_pdf
from lingnan.web.printing.leaves import Leaves
from lingnan.web.printing.standing import shade

NOW = datetime(2026, 11, 22, 10, 0, 0, 5, tzinfo=UTC)
HOSTILE = '#panic("x") #import "@preview/a:1.0.0": * $x$ *粗* `r` <lab> @ref \\ = 一 </svg><script>alert(1)</script> &amp; \x0b#sys.inputs'
TYPED = ('#panic("x")', "$x$ *粗* `r` <lab> @ref", "<script>alert(1)</script>", "#sys.inputs")


def said(text: str) -> Words:
    return Words(zh=text, en=text)


def panel(kind: str, **facts: object) -> PanelCard:
    basis = Basis(
        table="a.b", title=said("来源表" + HOSTILE), origin="made", version=3, made_at=NOW, unproofed=("line",),
        methods=(MethodLine(column="c", title=said("列"), method=said(HOSTILE), standard="GB/T 36344-2018"),),
    )
    return PanelCard.model_validate({
        "id": kind, "kind": kind, "title": said(kind + HOSTILE), "note": said(HOSTILE), "breadth": "half", "state": "shown", "basis": basis,
        "href": "/x", **facts,
    })


def sheet() -> ReportSheet:
    labels = tuple(Label(key=str(place), title=said(f"甲{place}{HOSTILE}")) for place in range(4))
    values = tuple(Decimal(place) for place in range(4))
    series = (PanelSeries(key=None, title=said("数"), unit=said("家"), values=values, hidden=(False,) * 4),)
    figure = panel("figure", figure=FigureCard(value=Decimal("1234.5"), unit=said("家"), light="good", bound=Decimal(3)))
    panels = [figure, *(panel(kind, labels=labels, series=series) for kind in ("bar", "line", "radar", "table", "map"))]
    rows = ReportTable(
        title=said("查询" + HOSTILE), columns=tuple(PanelColumn(name=each, title=said(each)) for each in ("名称", "数")),
        rows=((HOSTILE, 7), (None, 8)), unproofed=("line",),
    )
    items = [ReportItem(words=said(HOSTILE)), *(ReportItem(panel=each) for each in panels), ReportItem(table=rows)]
    items.append(ReportItem(table=rows.model_copy(update={"facts": True, "rows": rows.rows[:1]})))
    return ReportSheet(
        key="k", title=said("报告" + HOSTILE), description=said(HOSTILE), owner=said("数据局" + HOSTILE), audience="public", as_of=NOW, day=None,
        sections=(ReportSection(title=said("节" + HOSTILE), items=tuple(items)),),
        sources=(SourceLine(table="a.b", title=said("来源表"), version=3, made_at=NOW, origin="made"),),
        laws=(LawLine(name="line", title=said("关注线"), value="2", reference="国发〔2016〕51号", proofed=False),),
        methods=(MethodLine(column="c", title=said("列"), method=said(HOSTILE), standard="GB/T 36344-2018"),), unproofed=("line",),
    )


def text_of(pdf: bytes) -> str:
    pypdf = pytest.importorskip("pypdf", reason="reading PDF needs pypdf (extra dev)")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_what_is_typed_prints_as_itself(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="PDF needs typst (extra reports)")
    text = "".join(text_of(report_pdf(sheet(), "zh", tmp_path)).split())  # lines are broken where the page wants
    for told in (*TYPED, "1,234.5", "达标", "关注线 [未与原文校核]", "国发〔2016〕51号", "GB/T 36344-2018", "1 / ", "演示数据", "[未校核]"):
        assert told.replace(" ", "") in text, told


def test_a_pdf_is_an_archive_copy_in_the_readers_language(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="PDF needs typst (extra reports)")
    pdf = report_pdf(sheet(), "en", tmp_path)
    assert b"pdfaid" in pdf, "PDF/A says so of itself"
    assert "Tables and their versions" in text_of(pdf)
    assert report_pdf(sheet(), "en", tmp_path) == pdf, "the same report is the same file"


def test_a_file_of_html_runs_nothing_and_fetches_nothing(tmp_path: Path) -> None:
    text = report_file(sheet(), "zh", tmp_path)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not {"http:", "https:", "src=", "@import"} & set(text.replace("http://www.w3.org/2000/svg", "").split('"'))
    for told in ("1,234.5", "关注线 [未与原文校核]", "第 3 版"):
        assert told in text


def test_every_picture_is_sound_xml_with_its_own_colours(tmp_path: Path) -> None:
    items = Leaves(sheet(), "zh", tmp_path).told()["sections"][0]["items"]
    pictures = [item for item in items if item.get("svg")]
    assert len(pictures) == 3, "bars, a line, a radar; the map has no outline of these codes"
    for item in pictures:
        ElementTree.fromstring(item["svg"])
        assert "var(" not in item["svg"]
        assert "#12718a" in item["svg"]
    assert shade("c2") == "#d9794f"
