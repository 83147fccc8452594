"""Pages, queries, reports and cases of own rows: whose they are is bound by policy in the view, and no address or form changes it."""

import re
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
from lingnan.hub.pack_cases import candidates
from lingnan.lake import CommitFacts
from lingnan.packkit import check_packs, read_pack
from lingnan.packkit.shapes import Place
from lingnan.trust import ANONYMOUS, SYSTEM, OrganisationCard
from lingnan.web import create_app
from tests.packkit.test_packs import REGISTERS, swapped, written
from tests.packkit.whole import whole_pack

TABLE = "demo_pack.application"
NUMBERS = ("110101199003070417", "440106198501010015")
FIRM = "91440101MA5AAAAA07"
APPLICATIONS = pa.table({
    "application_no": ["A1", "A2", "A3", "A4", "A5"], "applicant": [*NUMBERS, None, " 110101199003070417", None],
    "firm": [None, None, FIRM, "91110000100000000R", FIRM], "state": ["open", "done", "heard", "late", "open"],
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
APPEAL = dedent("""
    id: demo_pack-appeal
    version: 1
    zh: 申诉
    en: Appeal
    basis: 样例 an example
    about: other
    parties: [applicant, handler]
    opening:
      who: [{kinds: [enterprise]}]
      form: [{name: application_no, zh: 编号, en: Number, required: true, classification: public}]
      assign: {party: handler, role: steward}
    states:
      - {id: submitted, zh: 已提交, en: Submitted, kind: start, public: true}
      - {id: answered, zh: 已答复, en: Answered, kind: end, public: true, outcome: done}
    transitions:
      - {id: answer, zh: 答复, en: Answer, from: submitted, to: answered, who: {roles: [steward], party: handler}}
""").lstrip()
OWN_QUERY = "title: {zh: 本企业的, en: Ours}\ndescription: {zh: 本企业的申请, en: Our applications}\naudience: enterprises\nown: enterprise\n"
OWN_REPORT = dedent("""
    id: our_report
    title: {zh: 本企业报告, en: Our report}
    audience: enterprises
    sections:
      - {title: {zh: 申请, en: Applications}, items: [{query: ours, title: {zh: 申请, en: Applications}}]}
""").lstrip()
FILES = {
    "flows/appeal.yaml": APPEAL,
    "queries/ours.yaml": OWN_QUERY,
    "queries/ours.sql": "-- One row is one application.\nselect a.application_no, a.state\nfrom application as a\norder by a.application_no\n",
    "reports/our_report.yaml": OWN_REPORT,
    "pages/appeal.yaml": (
        "kind: form\ntitle: {zh: 申诉, en: Appeal}\naudience: enterprises\nflow: demo_pack-appeal\n"
        "about: {table: application, key: application_no, when: {state: [heard]}, department: courts, division: state}\n"
    ),
    "contracts/application.yaml": CONTRACT,
    "sql/application.sql": (
        "-- One row is one application.\nselect v.visit_no as application_no, v.county as applicant, v.county as firm, v.county as state\n"
        "from stg_visit as v\n"
    ),
    "pages/mine.yaml": PAGE.format(kind="list", audience="signed_in", own="applicant") + "filters: [state]\ncard: my_one\n",
    "pages/my_one.yaml": PAGE.format(kind="card", audience="signed_in", own="applicant") + "key: application_no\n",
    "pages/ours.yaml": PAGE.format(kind="list", audience="enterprises", own="enterprise") + "asks: [appeal]\n",
}


@pytest.fixture(scope="module")
def ground(new_home: Callable[[str], Path]) -> Iterator[Any]:
    """A hub with applications of two citizens and two enterprises, and a reader of each kind."""
    home = new_home("own-rows")
    folder = whole_pack(home / "packs", home).place.folder
    (folder / "reports").mkdir(exist_ok=True)
    for file, text in FILES.items():
        (folder / file).write_text(text, encoding="utf-8")
    written(folder, "pack.yaml", swapped("gives:\n", "gives:\n  - application\n"))
    with Hub.open(load_settings(home)) as hub:
        hub.engine.write(TABLE, "select * from told", {}, CommitFacts("test"), arrow={"told": APPLICATIONS})
        people = {name: hub.trust.accounts.make_citizen(number, name, "甲") for name, number in zip(("first", "second"), NUMBERS, strict=True)}
        people["other"] = hub.trust.accounts.make_account("other", "丙", "C", kind="citizen")
        courts = hub.trust.accounts.make_organisation("courts", "甲院", "Court")
        people["steward"] = hub.trust.accounts.make_account("steward", "管", "S", roles=["steward"], organisation=courts)
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
    return page.status_code, {number for number in ("A1", "A2", "A3", "A4", "A5") if f">{number}<" in page.text}


@pytest.mark.parametrize(("who", "address", "status", "told"), [
    ("first", "mine", 200, {"A1", "A4"}), ("second", "mine", 200, {"A2"}), ("other", "mine", 403, set()), ("agent", "ours", 200, {"A3", "A5"}),
    ("nobody", "mine", 403, set()), ("nobody", "ours", 403, set()), ("steward", "mine", 403, set()), ("first", "ours", 403, set()),
    ("agent", "mine", 200, {"A3", "A5"}),
    # Another's number, credit code or application in the address.
    ("first", f"mine?applicant={NUMBERS[1]}", 200, {"A1", "A4"}), ("first", "mine?state=done", 200, set()),
    ("second", "my_one?application_no=A1", 404, set()),
    ("first", "my_one?application_no=A1", 200, {"A1"}), ("first", "my_one?application_no=A1' or '1'='1", 404, set()),
    ("agent", "ours?firm=91110000100000000R", 200, {"A3", "A5"}), ("agent", "ours?cursor=-1", 200, {"A3", "A5"}),
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


def test_a_query_and_a_report_of_own_rows_tell_the_enterprise_alone(ground: Any) -> None:
    def got(who: str, address: str) -> Any:
        ground.site.cookies.clear()
        return ground.site.get(address, headers={"Cookie": f"lingnan_session={ground.tokens[who]}"} if who in ground.tokens else {})

    query, report = "/api/v1/packs/demo_pack/queries/ours", "/api/v1/reports/demo_pack.our_report"
    assert [row["application_no"] for row in got("agent", query).json()["rows"]] == ["A3", "A5"]
    (table,) = (item["table"] for section in got("agent", report).json()["sections"] for item in section["items"])
    assert [row[0] for row in table["rows"]] == ["A3", "A5"]
    assert got("agent", f"{query}?firm=91110000100000000R").status_code == 422, "no parameter says whose"
    for who in ("first", "steward", "nobody"):
        assert (got(who, query).status_code, got(who, report).status_code) == (403, 403), who


def test_a_case_is_about_an_own_row_and_goes_to_the_office_competent_for_it(ground: Any) -> None:
    ground.site.cookies.clear()
    headers = {"Cookie": f"lingnan_session={ground.tokens['agent']}"}
    page = ground.site.get("/packs/demo_pack/pages/ours", headers=headers).text
    assert re.findall(r'href="(/packs/demo_pack/pages/appeal[^"]*)"', page) == ["/packs/demo_pack/pages/appeal?application_no=A3"], "A5 is not heard"
    way = ground.site.get("/packs/demo_pack/pages/appeal?application_no=A3", headers=headers).headers["location"]
    assert way == "/cases/new/demo_pack-appeal?application_no=A3"
    form = ground.site.get(way, headers=headers).text
    assert 'value="A3"' in form
    token = re.findall(r'name="forgery_token" value="([0-9a-f]+)"', form)[0]

    def sent(number: str) -> Any:
        data = {"form.application_no": number, "once": number, "forgery_token": token}
        return ground.site.post("/cases/new/demo_pack-appeal", data=data, headers=headers)

    for number, told in (("A4", "您名下没有这一项"), ("A5", "此项现在还不能办理")):
        refused = sent(number)
        assert refused.status_code == 422
        assert told in refused.text
    opened = sent("A3")
    assert opened.status_code == 200, opened.text
    number = re.findall(r'class="once">([^<]+)<', opened.text)[0]
    line = ground.hub.office.casework.cases.sheet(number, ground.hub.trust.subject_of(ground.tokens["steward"])).line
    assert (line.organisation, line.role) == (ground.hub.trust.organisations.unit("courts").id, "steward")


def unit(key: str, division: str = "", parent: str = "", zh: str = "") -> OrganisationCard:
    return OrganisationCard(key, key, "", zh or key, "", division, "", parent, disabled=False)


@pytest.mark.parametrize(("division", "authority", "best"), [
    ("440106", "", ["county", "city", "fagai"]), ("440305", "", ["fagai"]), ("440106", "天河局", ["other", "county", "city", "fagai"]),
    ("", "", ["fagai"]),
])
def test_the_nearest_office_of_the_department_is_competent(division: str, authority: str, best: list[str]) -> None:
    units = [
        unit("fagai"), unit("city", "440100", "fagai"), unit("county", "440106", "city"), unit("elsewhere", "441300", "fagai"),
        unit("other", "440106", zh="天河局"),
    ]
    assert [each.key for each in candidates(units, "fagai", division, authority)] == best


@pytest.mark.parametrize(("file", "change", "word"), [
    ("pages/mine.yaml", swapped("signed_in", "public"), "audience"), ("pages/my_one.yaml", swapped("own: applicant\n", ""), "own"),
    ("contracts/application.yaml", swapped("value: citizen_number", "value: person_name"), "citizen_number"),
    ("pages/ours.yaml", swapped("asks: [appeal]", "asks: [mine]"), "form page"), ("pages/ours.yaml", swapped("own: enterprise\n", ""), "own rows"),
    ("pages/appeal.yaml", swapped("key: application_no", "key: state"), "does not ask for state"),
    ("pages/appeal.yaml", swapped("state: [heard]", "colour: [red]"), "no column colour"),
    ("queries/ours.yaml", swapped("audience: enterprises", "audience: public"), "audience"),
    ("queries/ours.yaml", swapped("own: enterprise\n", ""), "does neither"),
])
def test_a_page_of_own_rows_is_checked(ground: Any, file: str, change: Callable[[str], str], word: str) -> None:
    path = ground.folder / file
    held = path.read_text(encoding="utf-8")
    try:
        written(ground.folder, file, change)
        found = check_packs([read_pack(Place(ground.folder, "folder"))], REGISTERS)[0].findings
        assert any(each.rule in ("pages", "queries", "reports") and word in each.en for each in found)
    finally:
        path.write_text(held, encoding="utf-8")
