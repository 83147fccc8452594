"""Files as strangers bring them: headers that tell nothing, mixed columns, few rows, hardly a value; nothing crashes, nothing silly is linked."""

import contextlib
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import LingnanError
from lingnan.govern import LinkReport
from tests.govern.linking.conftest import write

Run = Callable[..., tuple[LinkReport, list[dict[str, Any]]]]
Row = dict[str, Any]
SURNAMES, GIVEN = "陈李黄张梁林吴刘罗王何郑叶谢杨曾周邓朱冯", "伟静婷丽芳洁雨欣新梓涵轩萱浩晨佳嘉志文华建军俊国荣"
ROADS = ["中山路", "解放路", "人民路", "东风路", "环市路", "体育路", "江南路"]


def people(count: int, seed: int) -> list[Row]:
    dice = random.Random(seed)
    return [
        {"truth": str(n), "name": dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN),
         "born": f"{dice.randint(1940, 2010)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}", "phone": f"13{dice.randrange(10**9):09}",
         "home": f"广州市天河区{dice.choice(ROADS)}{dice.randint(1, 300)}号"}
        for n in range(count)
    ]


def again(rows: list[Row], share: float, seed: int) -> list[Row]:
    """Some of the rows once more, one value of each wrong or missing."""
    dice, found = random.Random(seed), []
    for row in rows:
        if dice.random() < share:
            other, which = dict(row), dice.choice(("name", "born", "phone", "home"))
            other[which] = "" if dice.random() < 0.5 else row[which][:-1] + dice.choice("1357")
            found.append(other)
    return found


def named(rows: list[Row], headers: dict[str, str], prefix: str, seed: int = 3) -> list[Row]:
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return [{"key": f"{prefix}{n}", "truth": row["truth"], **{headers[name]: row[name] for name in headers}} for n, row in enumerate(rows)]


PLAIN = {"name": "full_name", "born": "dob", "phone": "mobile_no", "home": "residence"}
BARE = {"name": "a", "born": "b", "phone": "c", "home": "d"}


@pytest.mark.parametrize(("headers", "count"), [(PLAIN, 600), (BARE, 150)], ids=["english", "bare, few rows"])
def test_other_headers_or_none_that_tell(run: Run, tmp_path: Path, headers: dict[str, str], count: int) -> None:
    rows = people(count, 5)
    report, _links = run(write(tmp_path / "x.csv", named(rows + again(rows, 0.4, 6), headers, "r")), key="key")
    assert report.quality is not None
    assert report.quality.f1 >= 0.97


def test_two_files_with_headers_of_their_own(run: Run, tmp_path: Path) -> None:
    rows = people(400, 7)
    left = named(rows[:300], PLAIN, "l")
    right = named(again(rows[100:], 1.0, 8), {"name": "姓名", "born": "出生日期", "phone": "联系电话", "home": "住址"}, "r")
    report, _links = run(write(tmp_path / "l.csv", left), write(tmp_path / "r.csv", right), key="key")
    assert len(report.columns) == 4
    assert report.one_to_one
    assert report.quality is not None
    assert report.quality.f1 >= 0.97


def test_name_and_telephone_in_one_column_constants_and_row_numbers(run: Run, tmp_path: Path) -> None:
    rows = people(400, 11)
    rows += again(rows, 0.4, 12)
    random.Random(1).shuffle(rows)
    told = [{"key": f"r{n}", "truth": row["truth"], "contact": f"{row['name']} {row['phone']}", "home": row["home"], "city": "广州", "empty": "",
             "seq": str(n)} for n, row in enumerate(rows)]
    report, _links = run(write(tmp_path / "x.csv", told), key="key")
    assert {each.title for each in report.columns if each.kind == "ignored"} == {"city", "empty", "seq"}
    assert report.quality is not None
    assert report.quality.precision >= 0.97
    assert report.quality.recall >= 0.85


def test_four_fifths_of_all_values_missing(run: Run, tmp_path: Path) -> None:
    dice, rows = random.Random(13), people(400, 13)
    rows += again(rows, 0.4, 14)
    sparse = [{name: value if name == "truth" or dice.random() < 0.2 else "" for name, value in row.items()} for row in rows]
    report, _links = run(write(tmp_path / "x.csv", named(sparse, PLAIN, "r")), key="key")
    assert report.quality is not None
    assert report.quality.precision >= 0.5
    assert report.pairs <= 60


def test_numbers_of_several_kinds_in_one_column(run: Run, tmp_path: Path) -> None:
    dice, rows = random.Random(15), people(400, 15)
    shapes = ("G{:08}", "粤A{:05}", "{:012}", "HK{:07}")
    for n, row in enumerate(rows):
        row["paper"] = shapes[n % 4].format(dice.randrange(10**5))
    rows += [{**row, "paper": row["paper"] if dice.random() < 0.6 else ""} for row in again(rows, 0.4, 16)]
    report, _links = run(write(tmp_path / "x.csv", named(rows, {**PLAIN, "paper": "cert_no"}, "r")), key="key")
    assert report.quality is not None
    assert report.quality.f1 >= 0.97


@pytest.mark.parametrize("rows", [
    [{"key": "1", "truth": "1", "name": "王伟"}],
    [{"key": str(n), "truth": str(n), "name": "王伟"} for n in range(40)],
    [{"key": str(n), "truth": str(n), "name": name} for n, name in enumerate(["王伟", "李静", "张丽", "陈芳", "黄洁"])],
], ids=["one row", "all alike", "five rows"])
def test_next_to_nothing_is_refused_in_words_or_linked_by_none(run: Run, tmp_path: Path, rows: list[Row]) -> None:
    report = None
    with contextlib.suppress(LingnanError):  # a refusal in words is right too; any other error is not
        report, _links = run(write(tmp_path / "x.csv", rows), key="key")
    assert report is None or report.pairs == 0
