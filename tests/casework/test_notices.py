"""Notices: who is told of what, in which words, read and unread, by mail at once or once a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lingnan.base import AlertRaised, BadInput, Refused
from lingnan.casework.alerts import Alerts
from lingnan.casework.events import CaseAssigned, CaseMoved, DeadlineMissed, DeadlineNear
from lingnan.casework.mail_shapes import MailSettings
from lingnan.casework.notice_handlers import alert_handlers, notice_handlers
from lingnan.casework.notice_records import MailMessage
from lingnan.casework.notices import Notices, Preference
from lingnan.jobs import Announced
from lingnan.trust import Subject
from tests.casework.office import FRIDAY, office_at

pytestmark = pytest.mark.on_both

ABOUT = {"case": "c1", "number": "GX-2026-1", "flow": "share-request", "zh": "数据共享申请", "en": "Request to share"}

NOBODY = {"applicant": "", "role": "", "organisation": "", "account": ""}
LATE = {**ABOUT, **NOBODY, "deadline": "answer", "deadline_zh": "答复", "deadline_en": "Answer"}


@pytest.fixture
def office(tmp_path, furnish):
    with office_at(furnish(tmp_path)) as made:
        yield made


@pytest.fixture
def notices(office):
    return Notices(office.storage, office.trust, mail=MailSettings("127.0.0.1", "hub@gov.example", 9, "none"))


def assigned(office, **more):
    about = {"applicant": "", "role": "", "organisation": "", "account": "", **more}
    return office.announce(CaseAssigned(**ABOUT, **about, by=about.pop("by", "official:nobody")))


def moved(office, applicant, by="official:nobody", state="审查中"):
    about = {"applicant": applicant, "role": "", "organisation": "", "account": ""}
    step = {"transition": "accept", "from_state": "new", "to_state": "review", "state_zh": state, "state_en": "In review"}
    return office.announce(CaseMoved(**ABOUT, **about, **step, by=by))


def titles(notices, who, **more):
    return [notice.title_zh for notice in notices.inbox(who, **more).items]


def all_handlers(alerts, notices):
    together = {name: list(handlers) for name, handlers in alert_handlers(alerts).items()}
    for name, handlers in notice_handlers(notices).items():
        together.setdefault(name, []).extend(handlers)
    return together


def mails(office):
    with office.storage.reading() as session:
        return [(each.address, each.subject, len(each.lines)) for each in session.scalars(select(MailMessage).order_by(MailMessage.made_at))]


def test_those_who_have_a_case_now_are_told_and_nobody_else(office, notices):
    here = office.person("here", "reviewer", organisation="shuiwu")
    office.person("other-role", "analyst", organisation="shuiwu")
    office.person("other-unit", "reviewer", organisation="jiaotong")
    office.person("closed", "reviewer", organisation="shuiwu")
    office.trust.accounts.disable("closed")
    assigned(office, role="reviewer", organisation=here.organisation)
    assert office.deliver(notice_handlers(notices)) == 0
    told = {name: titles(notices, who) for name, who in office.people.items()}
    assert told == {"here": ["待办：数据共享申请（GX-2026-1）"], "other-role": [], "other-unit": [], "closed": []}
    (notice,) = notices.inbox(here).items
    assert (notice.title_en, notice.link, notice.read_at) == ("To do: Request to share (GX-2026-1)", "/cases/c1", None)
    assigned(office, account=office.people["other-role"].account)
    office.deliver(notice_handlers(notices))
    assert len(titles(notices, office.people["other-role"])) == 1


def test_the_applicant_hears_of_each_step_but_not_of_their_own(office, notices):
    citizen = office.person("citizen", kind="citizen")
    moved(office, citizen.account)
    moved(office, citizen.account, by=citizen.reference)
    moved(office, "")
    office.deliver(notice_handlers(notices))
    (notice,) = notices.inbox(citizen).items
    assert notice.text_zh == "事项 GX-2026-1“数据共享申请”现为“审查中”。"


def test_deadlines_are_told(office, notices):
    who = office.person("a", "reviewer")
    about = {**LATE, "account": who.account}
    office.announce(DeadlineNear(**about, due_on="2026-11-05", remaining=3))
    office.pass_time(days=1)
    office.announce(DeadlineMissed(**about, due_on="2026-11-05"))
    office.deliver(notice_handlers(notices))
    assert titles(notices, who) == ["已逾期：GX-2026-1 答复", "期限将至：GX-2026-1 答复"]
    assert titles(notices, who, kind="deadline", limit=1) == ["已逾期：GX-2026-1 答复"]


def test_an_alert_reaches_its_audience_and_with_each_escalation_the_next(office, notices):
    alerts = Alerts(office.storage, office.trust)
    steward, boss = office.person("s", "steward"), office.person("b", "administrator")
    everything = all_handlers(alerts, notices)
    office.announce(AlertRaised("water", "red", "西江", "水位超过警戒", "The water is high"))
    assert office.deliver(everything) == 0
    assert titles(notices, steward) == ["告警（特别重大）：水位超过警戒"]
    assert titles(notices, boss) == []
    alerts.tick(FRIDAY + timedelta(days=4))
    office.deliver(everything)
    assert titles(notices, boss) == ["告警升级（特别重大）：水位超过警戒"]
    assert len(titles(notices, steward)) == 1
    office.announce(AlertRaised("water", "red", "西江", "水位超过警戒", "The water is high"))
    office.deliver(everything)
    assert len(titles(notices, steward)) == 1


def test_a_missed_deadline_becomes_an_alert_for_those_it_escalates_to(office, notices):
    alerts, boss = Alerts(office.storage, office.trust), office.person("b", "reviewer", organisation="shuiwu")
    office.announce(DeadlineMissed(**LATE, due_on="2026-11-05", escalate_role="reviewer", escalate_organisation=boss.organisation))
    office.deliver(all_handlers(alerts, notices))
    assert titles(notices, boss) == ["告警（较大）：事项 GX-2026-1“数据共享申请”的“答复”已于 2026-11-05 逾期。"]
    assert notices.inbox(boss).items[0].link == "/cases/c1"


def test_the_same_event_is_told_once(office, notices):
    who = office.person("a", "reviewer")
    notices.prefer(who, Preference("a@gov.example"))
    event = Announced("e1", "casework.case_assigned", "", {**ABOUT, "account": who.account}, FRIDAY)
    for _ in range(3):
        with office.storage.session() as session:
            notices.take(session, event)
    assert (notices.unread(who), len(mails(office))) == (1, 1)


def test_reading_is_ones_own(office, notices):
    one, other = office.person("one", "reviewer"), office.person("other", "reviewer")
    for _ in range(3):
        assigned(office, role="reviewer")
    office.deliver(notice_handlers(notices))
    page = notices.inbox(one, limit=2)
    assert (page.total, page.unread, len(page.items)) == (3, 3, 2)
    assert len(notices.inbox(one, limit=2, cursor=page.next).items) == 1
    theirs = notices.inbox(other).items[0].id
    assert notices.read(one, [page.items[0].id, theirs]) == 1
    assert (notices.unread(one), notices.unread(other)) == (2, 3)
    assert len(notices.inbox(one, unread=True).items) == 2
    assert notices.read(one) == 2
    assert notices.read(one) == 0
    for nobody in (Subject("anonymous"), Subject("operator", "root")):
        with pytest.raises(Refused):
            notices.inbox(nobody)
    assert notices.unread(Subject("anonymous")) == 0


def test_nothing_of_a_person_enters_a_notice(office, notices):
    who = office.person("a", "reviewer")
    payload = {**ABOUT, "account": who.account, "zh": "涉及 11010519491231002X", "case": "//evil.example"}
    event = Announced("e1", "casework.case_assigned", "", payload, FRIDAY)
    with office.storage.session() as session:
        notices.take(session, event)
    (notice,) = notices.inbox(who).items
    assert "110105" not in notice.title_zh + notice.text_zh
    assert notice.link == "/cases///evil.example"


def test_preferences_decide_what_is_mailed(office, notices):
    each, muted, none, silent = (office.person(name, "reviewer") for name in ("each", "muted", "none", "silent"))
    notices.prefer(each, Preference("each@gov.example", "en"))
    notices.prefer(muted, Preference("muted@gov.example", muted=("case",)))
    notices.prefer(none, Preference("none@gov.example", mail="none"))
    assigned(office, role="reviewer")
    office.deliver(notice_handlers(notices))
    assert mails(office) == [("each@gov.example", "[Lingnan] To do: Request to share (GX-2026-1)", 1)]
    assert notices.unread(silent) == 1
    assert notices.preference(muted) == Preference("muted@gov.example", "zh", "each", ("case",))
    assert notices.preference(silent) == Preference()
    for wrong in (Preference(mail="hourly"), Preference(lang="fr"), Preference(muted=("weather",)), Preference("a@b\r\nBcc: c@d.cn")):
        with pytest.raises(BadInput):
            notices.prefer(each, wrong)


def test_the_days_notices_come_as_one_mail_in_the_morning(office, notices):
    who = office.person("a", "reviewer")
    notices.prefer(who, Preference("a@gov.example", mail="daily"))
    for _ in range(3):
        assigned(office, role="reviewer")
    office.deliver(notice_handlers(notices))
    notices.read(who, [notices.inbox(who).items[0].id])
    notices.tick()
    assert mails(office) == []
    office.clock.at = FRIDAY + timedelta(hours=16, minutes=29)
    notices.tick()
    assert mails(office) == []
    office.pass_time(minutes=1)
    for _ in range(3):
        notices.tick()
    assert mails(office) == [("a@gov.example", "[岭南] 每日通知 2 条（2026-10-31）", 2)]
    office.pass_time(days=1)
    notices.tick()
    assert len(mails(office)) == 1
    assigned(office, role="reviewer")
    office.deliver(notice_handlers(notices))
    office.pass_time(days=2)
    notices.tick()
    assert mails(office)[1][1] == "[岭南] 每日通知 1 条（2026-11-03）"


def test_without_mail_settings_there_are_inboxes_alone(office):
    notices, who = Notices(office.storage, office.trust), office.person("a", "reviewer")
    notices.prefer(who, Preference("a@gov.example"))
    assigned(office, role="reviewer")
    office.deliver(notice_handlers(notices))
    assert (notices.unread(who), mails(office), notices.tick().sent) == (1, [], 0)
