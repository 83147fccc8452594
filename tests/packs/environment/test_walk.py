"""From packets of a monitor to a person: decoded, brought to hours, held to the limit, verified, checked, passed to enforcement."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import Refused, Settings
from lingnan.collect.streams.hj212 import framed, packets
from lingnan.hub import Hub
from lingnan.lake import Engine
from lingnan.packkit import Pack, try_pack
from lingnan.trust import Subject

FLOW, DAY = "environment-exceedance", date(2026, 3, 2)
OUTLET = {
    "outlet_no": "D1", "name": "总排口", "firm": "岭南一污水处理厂", "city": "440100", "kind": "water", "standard": "GB18918-1A", "device_no": "MN1",
}


def packet(hour: int, value: float) -> bytes:
    """An hourly report of one device: chemical oxygen demand and the water that flowed."""
    moment = f"{DAY:%Y%m%d}{hour:02d}0000"
    fields = f"DataTime={moment};w00000-Cou=100,w00000-Flag=N;w01018-Avg={value},w01018-Flag=N"
    return framed(f"QN={moment}001;ST=32;CN=2061;PW=123456;MN=MN1;Flag=5;CP=&&{fields}&&".encode())


def reported(content: bytes) -> list[dict[str, Any]]:
    """Rows of the feed, by the names its contract gives the fields of a packet."""
    names = {"MN": "mn", "DataTime": "data_time", "CN": "cn", "Item": "item", "Avg": "avg", "Cou": "cou", "Flag": "flag", "QN": "qn", "ST": "st"}
    return [{names[key]: value for key, value in record.items()} for each in packets(content) for record in each.records()]


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    opened = Hub.open(Settings(home=new_home("ecology"), clock=datetime(2026, 3, 3, 1, 0, tzinfo=UTC)))
    accounts = opened.trust.accounts
    accounts.make_organisation("shengtai", "生态环境厅", "Ecology and Environment Department")
    accounts.make_account("inspector", "核查员", "Inspector", roles=("steward",), organisation="shengtai")
    accounts.make_account("chief", "复核人", "Chief", roles=("reviewer",), organisation="shengtai")
    accounts.make_account("both", "身兼二职", "Both", roles=("steward", "reviewer"), organisation="shengtai")
    with opened as hub:
        yield hub


def who(hub: Hub, name: str) -> Subject:
    return hub.trust.accounts.subject_for(name)


def test_a_day_of_packets_above_the_limit_is_a_candidate_that_people_verify(hub: Hub, desk: Engine, environment: Pack) -> None:
    content = b"".join(packet(hour, 58 + hour % 2) for hour in range(24))
    given: dict[str, Any] = {"shengtai.outlet": [OUTLET], "shengtai.monitor_report": reported(content)}
    made = try_pack(desk, environment, given, DAY, ["discharge_day", "discharge_alarm"])
    [day] = made["discharge_day"].to_pylist()
    assert (day["item"], day["valid_hours"], day["mean"], day["mass"], day["exceeds"]) == ("cod", 24, 58.5, 140.4, True)
    [alarm] = [row for row in made["discharge_alarm"].to_pylist() if row["grade"] == "candidate"]
    told = {"alert": "A1", "level": "orange", "told": f"{alarm['firm']} {alarm['item']} {alarm['value']}", "object": alarm["outlet_no"]}
    cases = hub.office.casework.cases
    case = cases.open(FLOW, who(hub, "inspector"), told, handler="shengtai").number
    assert cases.act(case, "take", who(hub, "both")).state == "taken"
    assert cases.act(case, "report", who(hub, "both"), {"found": "在线数据与手工监测一致", "visited_on": "2026-03-03"}).state == "verified"
    with pytest.raises(Refused):
        cases.act(case, "enforce", who(hub, "both"), note="属实")
    assert cases.act(case, "enforce", who(hub, "chief"), note="属实").state == "enforcement"


def test_a_damaged_packet_is_no_row() -> None:
    with pytest.raises(Exception, match="not_decodable"):
        reported(packet(1, 58).replace(b"58", b"38"))
