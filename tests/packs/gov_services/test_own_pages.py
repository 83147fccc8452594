"""What citizens and enterprises see of themselves: each the own rows alone on every page, and hints are shown to nobody else."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from lingnan.base import Refused, Settings
from lingnan.hub import Hub, HubPages
from lingnan.lake import CommitFacts
from lingnan.packkit import Pack, named
from lingnan.trust import SYSTEM
from lingnan.web import create_app

PEOPLE = {"first": "110101199003070417", "second": "440106198501010015"}
FIRMS = {"third": "91440101MA5AAAAA07", "fourth": "91110000100000000R"}
MARKS = {"first": "甲的一行", "second": "乙的一行", "third": "丙公司的一行", "fourth": "丁公司的一行"}
NUMBERS = ("applicant_number", "holder_number")
TYPES = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DATE": pa.date32(), "DOUBLE": pa.float64()}
OWN = {"cases": "own_case", "papers": "own_licence", "materials": "own_material", "hints": "hint"}
DAY = date(2026, 6, 30)


def told(pack: Pack, table: str) -> pa.Table:
    """A row for each of the four, whose every text says whose it is."""
    columns = {each.name: list[Any]() for each in pack.contracts[pack.table(table)].properties}
    types = {each.name: TYPES[each.physical_type] for each in pack.contracts[pack.table(table)].properties}
    for place, (who, mark) in enumerate(MARKS.items()):
        own = {name: {**PEOPLE, **FIRMS}[who] for name in NUMBERS} | {"uscc": FIRMS.get(who)}
        usual = {pa.string(): mark, pa.int64(): place, pa.date32(): DAY, pa.float64(): float(place)}
        for name, values in columns.items():
            values.append(own.get(name, usual[types[name]]))
    return pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})


@pytest.fixture(scope="module")
def ground(new_home: Callable[[str], Path]) -> Iterator[Any]:
    pack = named("gov_services").pack
    assert pack is not None
    with Hub.open(Settings(home=new_home("own-services"))) as hub:
        for table in OWN.values():
            hub.engine.write(pack.table(table), "select * from told", {}, CommitFacts("test"), arrow={"told": told(pack, table)})
        accounts, keys = hub.trust.accounts, dict[str, str]()
        for who, number in PEOPLE.items():
            keys[who] = accounts.make_citizen(number, who, "甲")
        for place, (who, code) in enumerate(FIRMS.items()):
            keys[who] = accounts.make_citizen(("440106197002020038", "440106196003030014")[place], who, "代")
            hub.trust.agency.grant(
                case=f"c{place}", credit_code=code, account=keys[who], document_digest="sm3:" + "0" * 64, matters=["all"],
                valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 1) + timedelta(days=36500), confirmed_by=SYSTEM,
            )
        for role in ("steward", "reviewer", "analyst"):
            keys[role] = accounts.make_account(role, role, role, roles=[role])
        tokens = {who: hub.trust.sessions.open(key, 2, method="password").token for who, key in keys.items()}
        for who, code in FIRMS.items():
            hub.trust.agency.act_for(hub.trust.subject_of(tokens[who]), code)
        yield SimpleNamespace(hub=hub, tokens=tokens, site=TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False))


def shown(ground: Any, who: str, page: str) -> tuple[int, set[str]]:
    """The status, and whose rows the page tells of."""
    ground.site.cookies.clear()
    headers = {"Cookie": f"lingnan_session={ground.tokens[who]}"} if who in ground.tokens else {}
    answer = ground.site.get(f"/packs/gov_services/pages/{page}", headers=headers)
    return answer.status_code, {whose for whose, mark in MARKS.items() if mark in answer.text}


@pytest.mark.parametrize("about", sorted(OWN))
def test_each_sees_the_own_rows_alone(ground: Any, about: str) -> None:
    for who in MARKS:
        mine, other = (f"{'my' if who in group else 'firm'}_{about}" for group in (PEOPLE, FIRMS))
        assert shown(ground, who, mine) == (200, {who})
        for wrong in (f"{mine}?applicant_number={PEOPLE['second']}&uscc={FIRMS['fourth']}", f"{mine}?cursor=-1"):
            assert shown(ground, who, wrong) == (200, {who})
        if who in PEOPLE:
            assert shown(ground, who, other) == (403, set())
    for nobody in ("steward", "reviewer", "analyst", "visitor"):
        assert [shown(ground, nobody, f"{kind}_{about}") for kind in ("my", "firm")] == [(403, set())] * 2


@pytest.mark.parametrize("role", ["steward", "reviewer", "analyst"])
@pytest.mark.parametrize("action", ["read", "preview", "query", "export"])
def test_nobody_else_reads_a_hint(ground: Any, role: str, action: str) -> None:
    subject = ground.hub.trust.subject_of(ground.tokens[role])
    with pytest.raises(Refused):
        ground.hub.trust.decide(subject, action, "gov_services.hint")
    with pytest.raises(Refused):
        ground.hub.trust.decide(subject, action, "gov_services.hint", ["item_name"])
    assert ground.hub.trust.decide(subject, "read", "gov_services.own_case", ["item_name"]).columns == ("item_name",), "other tables stay open"
