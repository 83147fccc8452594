"""Directories: their trees count right, DCAT-AP is clean by strict and base shapes, the guide's spreadsheet holds every item."""

from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, URIRef

from lingnan.base import Missing, WrongUse
from lingnan.catalogue import Catalogue
from lingnan.catalogue.directories.guide_form import COLUMNS
from lingnan.catalogue.directories.shapes import DirectoryNode

SHAPES = Path(__file__).parent / "data" / "dcat-ap-3.0.1"
SITE = "https://data.example.gov.cn"
DEPARTMENT = {"id": "shichang", "zh": "市场监管局", "en": "Market regulator", "division": "440000", "code": "11440000MB2C9"}
CITY = {"id": "gz_shuiwu", "zh": "广州市水务局", "en": "Guangzhou Water Bureau", "level": "city", "division": "440100"}


def form(key: str, **facts: Any) -> dict[str, Any]:
    return {"key": key, "zh": f"资源{key}", "en": f"Resource {key}", "department": DEPARTMENT} | facts


MIXED = [
    form(
        "shichang.licence", theme="204", share_type="unconditional", open_type="unconditional", licence="CC BY 4.0", format="csv",
        update_cycle="daily", abstract_zh="行政许可。",
        items=[{"name": "licence_no", "zh": "许可证号", "type": "VARCHAR", "length": 40, "classification": "public"}],
    ),
    form("shichang.penalty", theme="204", open_type="conditional", open_condition="实名申请", relations=[{"target": "shichang.licence"}]),
    form("shichang.complaint", theme="208", open_type="none", open_basis="个人信息保护法第十三条", licence="内部协议"),
    form("shichang.secret", share_type="none", share_basis="保守国家秘密法第九条", open_type="none", open_basis="保守国家秘密法第九条"),
    form("mubiao.plan", department={"id": "mubiao", "zh": "目标办"}),
    form("gz_shuiwu.quality", department=CITY, theme="211", open_type="unconditional", share_type="unconditional", division="440106"),
]


@pytest.fixture
def mixed(catalogue: Catalogue) -> Catalogue:
    catalogue.register_many(MIXED)
    return catalogue


def leaves(nodes: list[DirectoryNode] | tuple[DirectoryNode, ...]) -> dict[str, DirectoryNode]:
    return {node.value: node for each in nodes for node in (each, *leaves(each.children).values())}


@pytest.mark.parametrize("kind", ["sharing", "open"])
@pytest.mark.parametrize("shapes", ["dcat-ap-SHACL.ttl", "shapes-base.ttl"])
def test_dcat_passes_the_shapes(mixed: Catalogue, kind: Any, shapes: str) -> None:
    graph = mixed.directories.dcat_page(kind, SITE)
    conforms, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES / shapes), inference="none", advanced=True)
    assert conforms, text


def test_the_shapes_can_say_no(mixed: Catalogue) -> None:
    graph = mixed.directories.dcat_page("open", SITE)
    graph.remove((None, DCTERMS.title, None))
    assert not validate(graph, shacl_graph=Graph().parse(SHAPES / "shapes-base.ttl"))[0]


def test_the_open_directory_holds_what_is_open_only(mixed: Catalogue) -> None:
    graph = mixed.directories.dcat_page("open", SITE)
    known = {str(each) for each in graph.objects(None, DCTERMS.identifier)}
    wanted = {mixed.resource(key).code for key in ("shichang.licence", "shichang.penalty", "gz_shuiwu.quality")}
    assert wanted <= known
    assert not {mixed.resource(key).code for key in ("shichang.complaint", "shichang.secret")} & known


def test_every_code_of_a_resource_identifies_it(mixed: Catalogue) -> None:
    card = mixed.resource("shichang.licence")
    graph = mixed.directories.dcat_dataset("open", SITE, card.code)
    address = URIRef(f"{SITE}/catalogue/{card.code}")
    assert (address, RDF.type, DCAT.Dataset) in graph
    assert {str(each) for each in graph.objects(address, DCTERMS.identifier)} == {each.code for each in card.classifications}
    assert (address, DCAT.keyword, Literal("许可证号", lang="zh")) in graph


def test_pages_lead_through_the_whole_directory(mixed: Catalogue) -> None:
    seen: list[str] = []
    after = ""
    while True:
        graph = mixed.directories.dcat_page("sharing", SITE, after, size=2)
        seen += [str(each) for each in graph.subjects(RDF.type, DCAT.Dataset)]
        following = [str(each) for each in graph.objects(None, URIRef("http://www.w3.org/ns/hydra/core#next"))]
        if not following:
            break
        after = following[0].partition("after=")[2].partition("&")[0]
    assert len(seen) == len(set(seen)) == len(mixed.resources()) - 1, "all but the one that is not shared"


def test_a_whole_directory_in_portions_says_the_same(mixed: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lingnan.catalogue.directories.entries.PORTION", 2)
    number = mixed.directories.write_dcat(tmp_path / "sharing.ttl", "sharing", SITE)
    written, whole = Graph().parse(tmp_path / "sharing.ttl"), mixed.directories.dcat_page("sharing", SITE)
    assert number == len(set(whole.subjects(RDF.type, DCAT.Dataset)))
    assert set(written) == set(whole)


def test_only_turtle_can_be_written_in_portions(mixed: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        mixed.directories.write_dcat(tmp_path / "sharing.rdf", "sharing", SITE)
    assert not list(tmp_path.glob("*.rdf*"))


def test_what_is_not_open_has_no_data_set(mixed: Catalogue) -> None:
    with pytest.raises(Missing):
        mixed.directories.dcat_dataset("open", SITE, mixed.resource("shichang.complaint").code)


@pytest.mark.parametrize("kind", ["sharing", "open"])
def test_trees_count_what_the_cards_say(mixed: Catalogue, kind: Any) -> None:
    cards = [card for card in mixed.resources() if (card.share_type if kind == "sharing" else card.open_type) != "none"]
    free = "share_type" if kind == "sharing" else "open_type"
    departments = leaves(mixed.directories.tree(kind, "department"))
    for key, count in Counter(card.department.key for card in cards).items():
        assert departments[key].count == count
        assert departments[key].free == sum(getattr(card, free) == "unconditional" for card in cards if card.department.key == key)
    levels = mixed.directories.tree(kind, "level")
    assert {node.value: node.count for node in levels} == Counter(card.level for card in cards)
    regions = leaves(mixed.directories.tree(kind, "region"))
    assert regions["440000"].count == sum(card.division.startswith("44") for card in cards)
    assert regions["440100"].count == sum(card.division.startswith("4401") for card in cards)
    assert [child.value for child in regions["440100"].children] == ["440106"]
    assert regions[""].count == sum(not card.division for card in cards) == 1
    themes = leaves(mixed.directories.tree(kind, "theme"))
    for theme, count in Counter(card.theme for card in cards if card.theme).items():
        assert themes[theme].count == count
    assert themes[""].count == sum(not card.theme for card in cards)


def test_a_branch_finds_what_it_counts(mixed: Catalogue) -> None:
    for by in ("department", "level", "region"):
        for node in leaves(mixed.directories.tree("sharing", by)).values():  # type: ignore[arg-type]
            if node.filters and not node.children:
                found = mixed.search("", node.filters)
                assert sum(each.share_type != "none" for each in found.items) == node.count


def test_the_spreadsheet_has_a_line_for_every_item(mixed: Catalogue, tmp_path: Path) -> None:
    number = mixed.directories.write_guide_form(tmp_path / "共享目录.xlsx", "sharing")
    rows = list(openpyxl.load_workbook(tmp_path / "共享目录.xlsx").active.iter_rows(values_only=True))
    assert rows[0] == tuple(name for name, _width in COLUMNS)
    cards = [card for card in mixed.resources() if card.share_type != "none"]
    assert number == len(cards)
    assert len(rows) - 1 == sum(max(len(card.items), 1) for card in cards)
    held = {row[5]: row for row in rows[1:]}
    licence = mixed.resource("shichang.licence")
    row = dict(zip(rows[0], held[licence.code], strict=True))
    assert (row["信息资源名称"], row["信息项名称"], row["长度"], row["共享类型"]) == (licence.zh, "许可证号", 40, "无条件共享")


def test_a_full_sheet_is_followed_by_another(mixed: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lingnan.catalogue.directories.guide_form.LARGEST_SHEET", 3)
    mixed.directories.write_guide_form(tmp_path / "d.xlsx", "sharing")
    book = openpyxl.load_workbook(tmp_path / "d.xlsx")
    assert len(book.sheetnames) > 1
    assert sum(sheet.max_row - 1 for sheet in book) == sum(max(len(card.items), 1) for card in mixed.resources() if card.share_type != "none")


def test_one_department_alone(mixed: Catalogue, tmp_path: Path) -> None:
    assert mixed.directories.write_guide_form(tmp_path / "d.xlsx", "sharing", "gz_shuiwu") == 1


def test_a_value_that_looks_like_a_formula_stays_text(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.register(form("shichang.odd", zh="=1+1", abstract_zh="@SUM(A1)"))
    catalogue.directories.write_guide_form(tmp_path / "d.xlsx", "sharing")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "d.xlsx").active.iter_rows() for cell in row if cell.value in ("=1+1", "@SUM(A1)")]
    assert len(cells) == 2
    assert all(cell.data_type == "s" for cell in cells)
