"""Questions in the browser: asked, drawn, held against a past day, kept and shared; each reader by their own rights."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from lingnan.base import FixedClock, Refused, Settings
from lingnan.hub import Hub, HubPages, impact_of
from lingnan.hub.query import sandbox_limits
from lingnan.insight.questions import Questions
from lingnan.lake import CommitFacts, Sandbox
from lingnan.trust import EntryQuery
from lingnan.web import create_app
from lingnan.web.exports import SPREADSHEET
from tests.hub.test_identity_pages import SITE, Browser
from tests.pension import ROWS, TABLE, describe

START = datetime(2026, 10, 31, 1, tzinfo=UTC)
SUMS = f"select division, sum(amount) as total from {TABLE} group by division order by division"


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    """The table as it was on the first day, and two days later with twice the amounts."""
    with Hub.open(Settings(home=describe(new_home("questions")), site=SITE, clock=START)) as opened:
        assert isinstance(opened.clock, FixedClock)
        opened.engine.write(TABLE, ROWS, {}, CommitFacts("test"))
        opened.clock.advance(timedelta(days=2))
        opened.engine.write(TABLE, ROWS.replace("range * 10", "range * 20"), {}, CommitFacts("test"))
        be_patient(opened)
        opened.trust.accounts.make_organisation("minzheng", "民政厅", "Civil Affairs")
        yield opened


def be_patient(hub: Hub) -> None:
    """A child is slow to start where many tests run; how long it may take is not what is asked here."""
    hub.__dict__["sandbox"] = Sandbox(hub.lake, replace(sandbox_limits(hub.settings), seconds=120))


@pytest.fixture(scope="module")
def app(hub: Hub) -> Any:
    return create_app(HubPages(hub), hub.settings)


def person(hub: Hub, app: Any, name: str, role: str) -> Browser:
    browser = Browser(app)
    account = hub.trust.accounts.make_account(name, name, name, roles=(role,), organisation="minzheng")
    browser.enter(hub.trust.sessions.open(account, 2, method="password").token)
    return browser


def test_a_question_is_asked_drawn_kept_shared_and_forgotten(hub: Hub, app: Any) -> None:
    steward, colleague = person(hub, app, "asker", "steward"), person(hub, app, "colleague", "reviewer")
    page = steward.submit("/questions/ask", text=SUMS, chart="bar", label="division", measures="total").text
    assert '<svg class="picture"' in page
    assert "17,400" in page
    assert "select division" in page, "the form keeps what was written"
    kept = steward.submit("/questions", text=SUMS, title="各市补贴", chart="bar", label="division", shared="yes")
    assert (kept.status_code, kept.headers["location"]) == (303, "/questions")
    [card] = Questions(hub.storage).listed(_account(hub, "asker"), "")
    assert card.columns == (f"{TABLE}.amount", f"{TABLE}.division")
    again = steward.get(f"/questions/{card.id}?lang=zh")
    assert "各市补贴" in again.text
    assert '<svg class="picture"' in again.text, told(again.text)
    theirs = colleague.get(f"/questions/{card.id}?lang=zh").text
    assert "17,400" not in theirs, "a reviewer may not run queries, whoever shared one"
    assert "各市补贴" in colleague.get("/questions").text
    uses = [use for use in impact_of(hub, f"{TABLE}.amount").uses if use.href == "/questions"]
    assert [use.zh for use in uses] == ["保存的问题 1 个"]
    assert colleague.submit(f"/questions/{card.id}/remove").status_code == 404
    steward.submit(f"/questions/{card.id}", title="各市补贴合计")
    assert "各市补贴合计" not in colleague.get("/questions").text, "it is shared no more"
    steward.submit(f"/questions/{card.id}/remove")
    assert "各市补贴合计" not in steward.get("/questions").text


def test_a_past_day_stands_beside_today(hub: Hub, app: Any) -> None:
    steward = person(hub, app, "comparer", "steward")
    page = steward.submit("/questions/ask", text=SUMS, as_of="2026-10-31", lang="en").text
    assert "8,700" in page, "what it was"
    assert "17,400" in page, "what it is"
    subject = hub.trust.accounts.subject_for("comparer")
    old = hub.query(subject, SUMS, day=START.date())
    assert (old.versions, old.rows.column("total").to_pylist()) == ({TABLE: 0}, [8700, 9000])
    with pytest.raises(Refused) as fault:
        hub.query(subject, f"select person, count(*) as n from {TABLE} group by person", day=START.date())
    assert fault.value.code == "MaskedPast"
    assert "2020" in steward.submit("/questions/ask", text=SUMS, as_of="2020-01-01").text


def test_an_answer_is_exported_whole_and_logged(hub: Hub, app: Any) -> None:
    steward = person(hub, app, "taker", "steward")
    assert 'formaction="/questions/export"' in steward.submit("/questions/ask", text=SUMS).text
    book = steward.submit("/questions/export", text=SUMS, file="xlsx")
    assert book.headers["content-type"] == SPREADSHEET, told(book.text)
    answer, notes = (sheet.to_python() for sheet in map(opened(book.content).get_sheet_by_index, range(2)))
    assert answer == [["division", "total"], ["440103", 17400.0], ["440305", 18000.0]], "numbers are numbers"
    assert any(f"{TABLE} @1" in str(line[0]) for line in notes)
    entry, *_earlier = hub.trust.log.page(EntryQuery(kind="query", action="export")).entries
    assert (entry.outcome, entry.resource, entry.facts["rows"]) == ("done", TABLE, 2)
    decided, *_earlier = hub.trust.log.page(EntryQuery(kind="decision", action="export")).entries
    assert decided.number == entry.facts["decision"]


def test_an_export_holds_a_past_day_beside_today(hub: Hub, app: Any) -> None:
    steward = person(hub, app, "matcher", "steward")
    text = steward.submit("/questions/export?lang=en", text=SUMS, file="csv", as_of="2026-10-31").content.decode("utf-8-sig")
    assert text.splitlines() == ["division,total then,total now,total change", "440103,8700,17400,8700", "440305,9000,18000,9000"]
    sheets = opened(steward.submit("/questions/export?lang=en", text=SUMS, as_of="2026-10-31").content).sheet_names
    assert [name.split()[0] for name in sheets] == ["Hold", "Answer", "Notes"]
    twice = steward.submit("/questions/export?lang=en", text=f"select division from {TABLE}", file="csv", as_of="2026-10-31")
    assert (twice.status_code, "a CSV is one table" in twice.text) == (422, True)


def test_what_may_not_leave_the_hub_is_not_exported(hub: Hub, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    steward, analyst = person(hub, app, "holder", "steward"), person(hub, app, "looker", "analyst")
    masked = steward.submit("/questions/export", text=f"select person from {TABLE}")
    assert (masked.status_code, f"不得对 {TABLE} 执行" in masked.text) == (422, True), "the page shows it masked, a file does not"
    every = opened(steward.submit("/questions/export", text=f"select * from {TABLE}").content).get_sheet_by_index(0).to_python()
    assert (every[0], len(every)) == (["pension_no", "division", "amount"], 61)
    assert analyst.submit("/questions/ask", text=SUMS).status_code == 200
    refused = analyst.submit("/questions/export", text=SUMS)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "text/html; charset=utf-8")
    monkeypatch.setitem(hub.__dict__, "sandbox", Sandbox(hub.lake, replace(sandbox_limits(hub.settings), seconds=120, rows=50)))
    cut = steward.submit("/questions/export?lang=en", text=f"select pension_no from {TABLE}", file="csv")
    assert (cut.status_code, "more than 50 rows" in cut.text) == (422, True)
    entry, *_earlier = hub.trust.log.page(EntryQuery(kind="query", action="export")).entries
    assert (entry.outcome, entry.facts["reason"]) == ("failed", "ExportTooLarge")


def opened(book: bytes) -> CalamineWorkbook:
    """A workbook as it was sent."""
    return CalamineWorkbook.from_filelike(BytesIO(book))


def test_what_cannot_be_kept_comes_back_as_it_was_typed(hub: Hub, app: Any) -> None:
    steward = person(hub, app, "typist", "steward")
    bad = steward.submit("/questions", text="select '11010519491231002X' as a", title="某人")
    assert (bad.status_code, "11010519491231002X" in bad.text) == (422, True)
    address = steward.submit("/questions", text="/profile", title="不是看板")
    assert (address.status_code, "不是看板" in address.text) == (422, True)
    assert steward.submit("/questions", text="/boards/data_quality", title="看板").status_code == 303
    [card] = Questions(hub.storage).listed(_account(hub, "typist"), "")
    assert steward.get(f"/questions/{card.id}").headers["location"] == "/boards/data_quality"
    faulty = steward.submit("/questions/ask", text="drop table x")
    assert (faulty.status_code, "drop table x" in faulty.text) == (200, True)
    misspelt = steward.submit("/questions/ask", text=f"select * from {TABLE[:-1]}").text
    assert f"相近的有：{TABLE}" in misspelt
    assert "请在数据目录中查找表名" in steward.submit("/questions/ask", text="select * from no.such").text


def told(page: str) -> list[str]:
    """The notices of a page."""
    return re.findall(r"<main.*</main>", page, re.S)


def _account(hub: Hub, name: str) -> str:
    return hub.trust.accounts.subject_for(name).account
