"""Chinese registers: identifiers first, then names by sound, and two different valid identifiers never in one cluster."""

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lingnan.govern import LinkReport
from lingnan.standards import CITIZEN_NUMBER
from tests.govern.linking.conftest import write

Run = Callable[..., tuple[LinkReport, list[dict[str, Any]]]]
SURNAMES, GIVEN = "陈李黄张梁林吴刘罗王何郑叶谢杨曾周邓朱冯", "伟玮静靖婷廷丽莉芳方杰洁雨宇欣新子梓涵晗轩萱浩皓晨辰佳嘉志智文雯华桦建健军君俊骏"
ROADS = ["中山路", "解放路", "人民路", "东风路", "环市路", "体育路", "黄埔路", "江南路"]
DIVISIONS = ["440103", "440104", "440105", "440106", "440111", "440112"]


def numbered(division: str, born: str, sequence: int) -> str:
    """A made citizen number with its check character."""
    first = f"{division}{born}{sequence:03}"
    return next(first + last for last in "0123456789X" if CITIZEN_NUMBER.valid(first + last))


def residents(count: int) -> list[dict[str, Any]]:
    dice = random.Random(3)
    rows = []
    for n in range(count):
        born = f"{dice.randint(1950, 2010)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
        name = dice.choice(SURNAMES) + "".join(dice.choice(GIVEN) for _each in range(2))
        sequence = dice.randrange(999)
        home = f"广东省广州市天河区{dice.choice(ROADS)}{dice.randint(1, 300)}号{dice.randint(1, 30)}0{dice.randint(1, 8)}房"
        rows.append({"truth": n, "身份证号": numbered(dice.choice(DIVISIONS), born, sequence), "姓名": name, "性别": "男" if sequence % 2 else "女",
                     "出生日期": born, "住址": home})
        # Twins differ in the sequence and in one character of the name alone.
        if n % 60 == 0 and sequence < 990:
            rows.append({**rows[-1], "truth": f"twin{n}", "身份证号": numbered(rows[-1]["身份证号"][:6], born, sequence + 2),
                         "姓名": name[:2] + dice.choice(GIVEN.replace(name[2], ""))})
    return rows


def written_twice(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everybody once more: a number left out or one digit off, a character of the same sound, fifteen digits, another form of the date."""
    dice = random.Random(4)
    again = []
    for row in people:
        other, fate = dict(row), dice.random()
        if fate < 0.25:
            other["身份证号"] = ""
        elif fate < 0.35:
            place = dice.randrange(6, 17)
            other["身份证号"] = row["身份证号"][:place] + str((int(row["身份证号"][place]) + 1) % 10) + row["身份证号"][place + 1 :]
        elif fate < 0.45 and row["出生日期"] < "1999":
            other["身份证号"] = row["身份证号"][:6] + row["身份证号"][8:17]
        if dice.random() < 0.1:
            other["姓名"] = row["姓名"].translate(str.maketrans("伟静丽雨子浩", "玮靖莉宇梓皓"))
        if dice.random() < 0.3:
            other["出生日期"] = f"{row['出生日期'][:4]}年{int(row['出生日期'][4:6])}月{int(row['出生日期'][6:])}日"
        if dice.random() < 0.2:
            other["住址"] = f"广州市天河区{dice.choice(ROADS)}{dice.randint(1, 300)}号"
        again.append(other)
    rows = [*people, *again]
    dice.shuffle(rows)
    return [{"编号": f"r{n}", **row} for n, row in enumerate(rows)]


@pytest.fixture(scope="module")
def register() -> list[dict[str, Any]]:
    return written_twice(residents(700))


def test_two_valid_identifiers_never_meet_and_hidden_ones_are_found(run: Run, tmp_path: Path, register: list[dict[str, Any]]) -> None:
    report, links = run(write(tmp_path / "居民.csv", register), key="编号")
    assert [each.kind for each in report.columns] == ["citizen_number", "han_name", "category", "date", "han_address"]
    assert report.quality is not None
    assert report.quality.f1 >= 0.985
    assert report.by_identifier > 250
    assert report.chosen_by == "identifiers"
    cluster = {row["id"]: row["cluster"] for row in links if row["kind"] == "record"}
    held = defaultdict(set)
    for row in register:
        if CITIZEN_NUMBER.valid(CITIZEN_NUMBER.normal(row["身份证号"]) or None):
            held[cluster[row["编号"]]].add(CITIZEN_NUMBER.normal(row["身份证号"]))
    assert max(map(len, held.values())) == 1
    by_number = [row for row in links if row["kind"] == "pair" and row["by"] == "identifier"]
    assert len(by_number) == report.by_identifier
