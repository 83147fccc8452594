"""Code lists: their headers, their golden facts, their labels, and the page about them."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from lingnan.base import Damaged, Missing
from lingnan.standards.codes import Industries, code_list, code_lists, codes_page
from lingnan.standards.lists import CodeList
from lingnan.standards.places import estate_names, road_names

ROOT = Path(__file__).parents[2]
NAMES = {
    "aqi-levels", "assistance-kinds", "blood-types", "case-kinds", "case-outcomes", "certificate-kinds", "certificate-status",
    "contribution-ways", "crop-kinds", "currencies", "data-grades", "degrees", "disability-grades", "disability-kinds",
    "discharge-permits", "divisions", "driving-classes", "education-levels", "electricity-classes", "employment-forms",
    "energy-kinds", "enterprise-sizes", "entity-status", "entity-types", "estate-rights", "event-kinds", "event-levels",
    "city-components", "component-states", "credit-fact-kinds", "e-licence-types", "trust-levels",
    "food-businesses", "government-levels", "health-status", "hospital-grades", "house-structures", "house-uses", "household-kinds",
    "indicator-units", "industries-2011", "industries-2017", "infectious-classes", "injury-grades", "inspection-results",
    "insurance-kinds", "item-kinds", "judicial-cases", "labour-contracts", "land-uses", "licence-kinds", "marital-status",
    "medical-institutions", "medical-payments", "nationalities", "occupation-status", "occupations", "open-types", "penalty-kinds",
    "plate-kinds", "political-status", "pollutants", "procurement-ways", "project-natures", "project-procedures", "resource-formats",
    "rh-types", "road-grades", "road-levels", "school-kinds", "school-sponsors", "service-channels", "service-depths",
    "service-objects", "sexes", "share-types", "share-ways", "skill-levels", "student-status", "tax-grades", "tax-kinds",
    "taxpayer-kinds", "themes", "title-grades", "transport-businesses", "update-cycles", "uscc-authorities", "vehicle-kinds",
    "visit-kinds", "warning-levels", "water-classes", "water-uses",
}  # fmt: skip


def test_all_lists_are_there() -> None:
    assert set(code_lists()) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_list_says_what_it_is_and_hangs_together(name: str) -> None:
    found = code_list(name)
    header = found.header
    assert all((header.zh, header.en, header.standard, header.edition, header.source, header.valid_from))
    assert found.entries
    assert all(entry.zh == entry.zh.strip() and entry.zh for entry in found.entries)
    assert all(entry.parent in found for entry in found.entries if entry.parent)
    target = code_list(header.successor_list) if header.successor_list else found
    assert all(code in target for entry in found.entries for code in entry.successors)
    assert found.arrow().num_rows == len(found.versions)


@pytest.mark.parametrize("name", sorted(NAMES - {"divisions", "industries-2017", "industries-2011"}))
def test_small_lists_have_english_and_unambiguous_names(name: str) -> None:
    found = code_list(name)
    assert all(entry.en for entry in found.entries)
    assert len(found.versions) == len(found.entries)
    repeated = [label for label, count in Counter(entry.zh for entry in found.entries).items() if count > 1]
    assert repeated == (["其他"] if name == "uscc-authorities" else [])
    assert all(found.label_to_code[entry.zh] == entry.code for entry in found.entries if entry.zh not in repeated)


def test_unknown_list_names_those_there_are() -> None:
    with pytest.raises(Missing) as problem:
        code_list("nationality")
    assert "nationalities" in problem.value.zh
    assert "nationalities" in problem.value.en


def test_a_header_without_its_source_is_damaged(tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("# zh: 甲\n# en: A\n# standard: x\n# edition: 1\n# valid_from: 2020-01-01\ncode,zh\n1,甲\n", encoding="utf-8")
    with pytest.raises(Damaged):
        CodeList(broken)


def test_industries_2017() -> None:
    found = code_list("industries-2017")
    assert Counter(entry.level for entry in found.entries) == {1: 20, 2: 97, 3: 473, 4: 1381}
    per_section = Counter(entry.parent for entry in found.entries if entry.level == 2)
    assert per_section == dict(zip("ABCDEFGHIJKLMNOPQRST", (5, 7, 31, 3, 4, 2, 8, 2, 3, 4, 1, 2, 3, 4, 3, 1, 2, 5, 6, 1), strict=True))
    assert found.name("6513") == "应用软件开发"
    assert found.name("37") == "铁路、船舶、航空航天和其他运输设备制造业"
    assert found.label_to_code["制造业"] == "C"
    assert isinstance(found, Industries)
    assert [found.section(code) for code in ("6513", "C", "0111", "9999")] == ["I", "C", "A", None]


def test_industries_2011_has_the_groups_that_share_a_line_with_their_class() -> None:
    found = code_list("industries-2011")
    assert Counter(entry.level for entry in found.entries) == {1: 20, 2: 96, 3: 432, 4: 1094}
    shared = [e for e in found.entries if e.level == 4 and e.code.endswith("0") and found.name(e.code[:3]) == e.zh]
    assert len(shared) == 218


def test_industries_of_2011_lead_to_2017_or_to_nothing() -> None:
    old, new = code_list("industries-2011"), code_list("industries-2017")
    assert old.successor("3130") == ("3391",)
    assert new.name("3391") == old.name("3130") == "黑色金属铸造"
    assert old.successor("0513") == ()
    for entry in old.entries:
        assert len(entry.successors) <= 1
        if entry.successors and entry.proofed:
            assert new.name(entry.successors[0]) == entry.zh
    assert sum(not entry.successors for entry in old.entries) == 134


def test_nationalities() -> None:
    found = code_list("nationalities")
    assert len(found) == 58
    assert [found.label_to_code[label] for label in ("汉", "汉族", "Han", "HA", "维吾尔", "其他", "外国血统")] == [
        "01", "01", "01", "01", "05", "97", "98",
    ]  # fmt: skip
    assert found.name("56") == "基诺族"
    assert found.unproofed == 2


def test_sexes_and_their_labels() -> None:
    found = code_list("sexes")
    assert [entry.code for entry in found.entries] == ["0", "1", "2", "9"]
    assert [found.label_to_code[label] for label in ("男", "男性", "女", "F")] == ["1", "1", "2", "2"]


@pytest.mark.parametrize(
    ("name", "label", "code"),
    [
        ("entity-types", "有限责任公司", "1100"),
        ("entity-types", "个体户", "9500"),
        ("entity-types", "事业单位", "12"),
        ("uscc-authorities", "农民专业合作社", "93"),
        ("entity-status", "存续（在营、开业、在册）", "1"),
        ("entity-status", "注销", "3"),
        ("tax-grades", "A", "A"),
        ("share-types", "conditional", "2"),
        ("update-cycles", "monthly", "4"),
        ("resource-formats", "xlsx", "2"),
        ("penalty-kinds", "罚款", "21"),
        ("indicator-units", "亿元", "yi_yuan"),
        ("education-levels", "大专", "31"),
        ("currencies", "156", "CNY"),
    ],
)
def test_labels(name: str, label: str, code: str) -> None:
    assert code_list(name).label_to_code[label] == code


def test_labels_in_both_languages() -> None:
    assert code_list("share-types").label("3", "en") == "Not shared"
    assert code_list("share-types").label("3") == "不予共享"
    assert code_list("industries-2017").label("0111", "en") == "稻谷种植"
    assert code_list("sexes").label("7") is None


def test_units_lead_to_a_base_unit() -> None:
    units = code_list("indicator-units")
    for entry in units.entries:
        assert float(entry.role) > 0
        assert entry.parent is None or units.get(entry.parent).parent is None  # type: ignore[union-attr]
    assert units.get("yi_yuan").role == "100000000"  # type: ignore[union-attr]


def test_lists_without_dates_hold_on_any_day() -> None:
    assert len(code_list("sexes").at(date(2026, 10, 31))) == 4


def test_names_for_made_addresses() -> None:
    assert len(road_names()) + sum(len(estate_names(kind)) for kind in ("estate", "building", "park")) >= 300
    assert len(set(road_names())) == len(road_names())
    assert "人民路" in road_names()


def test_the_page_about_the_lists_is_fresh() -> None:
    assert (ROOT / "docs" / "codes.md").read_text(encoding="utf-8") == codes_page(), "run: python tools/write_codes_page.py"
