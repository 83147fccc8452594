"""A catalogue in a folder of its own with three departments' resources."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import Settings
from lingnan.catalogue import Catalogue
from lingnan.storage import Storage
from tests.back_ends import Furnish

GONGAN = {"id": "gongan", "zh": "公安厅", "en": "Public Security Department", "division": "440000"}
SHUIWU = {"id": "shuiwu", "zh": "税务局", "en": "Taxation Bureau", "division": "440000"}
NENGYUAN = {"id": "nengyuan", "zh": "能源局", "en": "Energy Bureau", "division": "440000"}
FORMS: list[dict[str, Any]] = [
    {
        "key": "gongan.resident", "zh": "户籍人口", "en": "Registered residents", "department": GONGAN, "format": "csv",
        "system": {"id": "hukou", "zh": "人口信息管理系统", "en": "Population system"}, "table": "gongan.resident", "update_cycle": "monthly",
        "items": [
            {"name": "citizen_number", "zh": "公民身份号码", "en": "Citizen number", "classification": "personal", "element": "citizen_number"},
            {"name": "division", "zh": "户籍地区划", "en": "Division", "classification": "public"},
        ],
    },
    {
        "key": "gongan.household", "zh": "户籍人口变动", "en": "Changes of residents", "department": GONGAN, "format": "xlsx",
        "table": "gongan.household", "update_cycle": "daily",
    },
    {
        "key": "shuiwu.taxpayer_year", "zh": "纳税人年度", "en": "Taxpayer years", "department": SHUIWU, "format": "json_api",
        "table": "shuiwu.taxpayer_year", "abstract_zh": "按户籍所在地汇总", "update_cycle": "yearly",
        "items": [{"name": "uscc", "zh": "统一社会信用代码", "en": "USCC", "classification": "public"}],
    },
    {
        "key": "nengyuan.power_use", "zh": "企业用电", "en": "Power use", "department": NENGYUAN, "format": "csv", "origin": "real",
        "table": "nengyuan.power_use", "update_cycle": "monthly", "open_type": "unconditional",
    },
]
NOW = datetime(2026, 10, 31, 1, tzinfo=UTC)


@pytest.fixture
def storage(tmp_path: Path, furnish: Furnish) -> Iterator[Storage]:
    opened = Storage.open(Settings(home=furnish(tmp_path), clock=NOW))
    yield opened
    opened.close()


@pytest.fixture
def catalogue(storage: Storage) -> Catalogue:
    made = Catalogue(storage)
    made.register_many(FORMS)
    return made
