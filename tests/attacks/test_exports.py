"""F24: what a spreadsheet would run is a text in every CSV the site gives, and stays what it was in JSON."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import Response

from lingnan.web.exports import csv_file
from tests.access.ground import Ground

EVIL = (
    "=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\x00=1", " =1", "\u3000=1", "＝1+1", "＋1", "＠x", "=HYPERLINK(\"http://evil\")",
    "\ufeff=1", "\u200b=cmd|' /C calc'!A0", "=1\",=2", "'=1",
)
PLAIN = ("1", "A=1", "甲", "a@b", "2026-01-01", "", "—")


def cells(answer: Response) -> list[list[str]]:
    import asyncio

    async def whole() -> str:
        return "".join([part if isinstance(part, str) else bytes(part).decode() async for part in answer.body_iterator])  # type: ignore[attr-defined]

    return list(csv.reader(io.StringIO(asyncio.run(whole()), newline="")))


@pytest.mark.parametrize("text", EVIL)
def test_a_formula_is_a_text(text: str) -> None:
    told = cells(csv_file("x.csv", ["a", text], [[text, "b"]]))
    for cell in (told[0][1], told[1][0]):
        assert cell.lstrip("\ufeff").startswith("'")
        assert cell.removeprefix("'") in (text, text.removeprefix("'"))


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_none_stays(text: str) -> None:
    assert cells(csv_file("x.csv", ["a"], [[text or "x"]]))[1] == [text or "x"]


def test_every_csv_of_the_site_is_written_in_one_place() -> None:
    """So what holds of one holds of all, and of a new one."""
    web = Path(__file__).parents[2] / "src" / "lingnan" / "web"
    writers = [path.name for path in web.rglob("*.py") if "csv.writer" in path.read_text(encoding="utf-8")]
    offering = [path.name for path in web.rglob("*.py") if "text/csv" in path.read_text(encoding="utf-8")]
    assert (writers, offering) == (["exports.py"], ["exports.py"])


def test_a_formula_that_was_delivered_leaves_as_text_in_csv_and_unaltered_in_json(ground: Ground) -> None:
    facts: dict[str, Any] = {"table": "gongan.resident", "entry_key": "=1+1", "items": "=2+2", "claim": "=3+3"}
    case = ground.hub.office.casework.cases.open("data-correction", ground.subject("citizen"), facts, handler=ground.objects["unit_a"])
    shown = ground.ask("citizen", "GET", f"/api/v1/cases/{case.number}").json()
    assert '"=2+2"' in json.dumps(shown)
    export = ground.ask("steward", "GET", "/cases/export.csv", params={"scope": "visible"})
    assert export.status_code == 200
    rows = csv.reader(io.StringIO(export.text.lstrip("\ufeff")))
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))] == []
