"""Pages that show each reader the own rows alone: whose they are is bound by policy in the view, and no address changes it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from lingnan.base import Refused, load_settings
from lingnan.hub import Hub, HubPages
from lingnan.lake import CommitFacts
from lingnan.packkit import check_packs, read_pack
from lingnan.packkit.shapes import Place
from lingnan.trust import ANONYMOUS, SYSTEM
from lingnan.web import create_app
from tests.packkit.test_packs import REGISTERS, swapped, written
from tests.packkit.whole import whole_pack

TABLE = "demo_pack.application"
NUMBERS = ("110101199003070417", "440106198501010015")
FIRM = "91440101MA5AAAAA07"
APPLICATIONS = pa.table({
    "application_no": ["A1", "A2", "A3", "A4"], "applicant": [*NUMBERS, None, " 110101199003070417"],
    "firm": [None, None, FIRM, "91110000100000000R"], "state": ["open", "done", "heard", "late"],
})
COLUMN = "          - {{name: {name}, physicalName: {name}, logicalType: string, physicalType: VARCHAR, classification: {classed}{more}}}\n"


def column(name: str, classed: str, element: str = "", key: bool = False) -> str:
    said = {"titleZh": name, "titleEn": name, **({"dataElement": element} if element else {})}
    held = [f"{{property: {each}, value: {value}}}" for each, value in said.items()]
    more = ", primaryKey: true, required: true" if key else ""
    return COLUMN.format(name=name, classed=classed, more=f"{more}, customProperties: [{', '.join(held)}]")


CONTRACT = dedent("""
    apiVersion: v3.1.0
    kind: DataContract
    id: demo_pack.application
    version: 1.0.0
    status: active
    schema:
      - name: application
        physicalName: application
        customProperties: [{property: titleZh, value: 申请}, {property: titleEn, value: Applications}]
        properties:
""").lstrip() + column("application_no", "internal", key=True) + column("applicant", "sensitive", "citizen_number") + column(
    "firm", "internal", "uscc",
) + column("state", "internal")
PAGE = "kind: {kind}\ntitle: {{zh: 我的, en: Mine}}\naudience: {audience}\nown: {own}\ntable: application\ncolumns: [application_no, state]\n"
FILES = {
    "contracts/application.yaml": CONTRACT,
    "sql/application.sql": (
        "-- One row is one application.\nselect v.visit_no as application_no, v.county as applicant, v.county as firm, v.county as state\n"
        "from stg_visit as v\n"
    ),
    "pages/mine.yaml": PAGE.format(kind="list", audience="signed_in", own="applicant") + "filters: [state]\ncard: my_one\n",
    "pages/my_one.yaml": PAGE.format(kind="card", audience="signed_in", own="applicant") + "key: application_no\n",
    "pages/ours.yaml": PAGE.format(kind="list", audience="enterprises", own="enterprise"),
}


@pytest.fixture(scope="module")
def ground(new_home: Callable[[str], Path]) -> Iterator[Any]:
    """A hub with applications of two citizens and two enterprises, and a reader of each kind."""
    home = new_home("own-rows")
    folder = whole_pack(home / "packs", home).place.folder
    for file, text in FILES.items():
        (folder / file).write_text(text, encoding="utf-8")
    written(folder, "pack.yaml", swapped("gives:\n", "gives:\n  - application\n"))
    with Hub.open(load_settings(home)) as hub:
        hub.engine.write(TABLE, "select * from told", {}, CommitFacts("test"), arrow={"told": APPLICATIONS})
        people = {name: hub.trust.accounts.make_citizen(number, name, "甲") for name, number in zip(("first", "second"), NUMBERS, strict=True)}
        people["other"] = hub.trust.accounts.make_account("other", "丙", "C", kind="citizen")
        people["steward"] = hub.trust.accounts.make_account("steward", "管", "S", roles=["steward"])
        people["agent"] = hub.trust.accounts.make_citizen("440106197002020038", "agent", "丁")
        day = date(2020, 1, 1)
        hub.trust.agency.grant(
            case="c1", credit_code=FIRM, account=people["agent"], document_digest="sm3:" + "0" * 64, matters=["all"], valid_from=day,
            valid_to=day + timedelta(days=36500), confirmed_by=SYSTEM,
        )
        tokens = {name: hub.trust.sessions.open(account, 2, method="password").token for name, account in people.items()}
        hub.trust.agency.act_for(hub.trust.subject_of(tokens["agent"]), FIRM)
        site = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
        yield SimpleNamespace(hub=hub, site=site, tokens=tokens, folder=folder)


def asked(ground: Any, who: str, address: str) -> tuple[int, set[str]]:
    """The status, and which applications the page tells of."""
    ground.site.cookies.clear()
    headers = {"Cookie": f"lingnan_session={ground.tokens[who]}"} if who in ground.tokens else {}
    page = ground.site.get(f"/packs/demo_pack/pages/{address}", headers=headers)
    return page.status_code, {number for number in ("A1", "A2", "A3", "A4") if f">{number}<" in page.text}


@pytest.mark.parametrize(("who", "address", "status", "told"), [
    ("first", "mine", 200, {"A1", "A4"}), ("second", "mine", 200, {"A2"}), ("other", "mine", 403, set()), ("agent", "ours", 200, {"A3"}),
    ("nobody", "mine", 403, set()), ("nobody", "ours", 403, set()), ("steward", "mine", 403, set()), ("first", "ours", 403, set()),
    ("agent", "mine", 200, {"A3"}),
    # Another's number, credit code or application in the address.
    ("first", f"mine?applicant={NUMBERS[1]}", 200, {"A1", "A4"}), ("first", "mine?state=done", 200, set()),
    ("second", "my_one?application_no=A1", 404, set()),
    ("first", "my_one?application_no=A1", 200, {"A1"}), ("first", "my_one?application_no=A1' or '1'='1", 404, set()),
    ("agent", "ours?firm=91110000100000000R", 200, {"A3"}), ("agent", "ours?cursor=-1", 200, {"A3"}),
])
def test_each_sees_the_own_rows_alone(ground: Any, who: str, address: str, status: int, told: set[str]) -> None:
    assert asked(ground, who, address) == (status, told)


def test_choices_of_a_filter_tell_of_own_rows_alone(ground: Any) -> None:
    ground.site.cookies.clear()
    page = ground.site.get("/packs/demo_pack/pages/mine", headers={"Cookie": f"lingnan_session={ground.tokens['first']}"}).text
    assert '<option value="open">' in page
    assert '<option value="done">' not in page


def test_policy_decides_and_no_statement_holds_the_number(ground: Any) -> None:
    subject = ground.hub.trust.subject_of(ground.tokens["first"])
    view = ground.hub.trust.decide(subject, "read_own", TABLE, ["state"])
    assert NUMBERS[0] not in str(view.row_filter)
    assert NUMBERS[0] not in repr(subject)
    assert NUMBERS[0] not in repr(view)
    for column_of_persons in (["applicant"], ["state", "applicant"]):
        with pytest.raises(Refused):
            ground.hub.trust.decide(subject, "read_own", TABLE, column_of_persons)
    with pytest.raises(Refused):
        ground.hub.trust.decide(ANONYMOUS, "read_own", TABLE, ["state"])


@pytest.mark.parametrize(("file", "change", "word"), [
    ("pages/mine.yaml", swapped("signed_in", "public"), "audience"), ("pages/my_one.yaml", swapped("own: applicant\n", ""), "own"),
    ("contracts/application.yaml", swapped("value: citizen_number", "value: person_name"), "citizen_number"),
])
def test_a_page_of_own_rows_is_checked(ground: Any, file: str, change: Callable[[str], str], word: str) -> None:
    path = ground.folder / file
    held = path.read_text(encoding="utf-8")
    try:
        written(ground.folder, file, change)
        found = check_packs([read_pack(Place(ground.folder, "folder"))], REGISTERS)[0].findings
        assert any(each.rule == "pages" and word in each.en for each in found)
    finally:
        path.write_text(held, encoding="utf-8")
