"""Answers the pages, the interface and the commands of subscriptions: one's own; only what one may open can be subscribed to."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from lingnan.base import Missing, Refused, WrongUse
from lingnan.hub.pages.dashboards import DashboardPages
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.reports import ReportPages
from lingnan.insight import SubscriptionLine, SubscriptionPage, SubscriptionSheet
from lingnan.insight.deliveries import SubscriptionCard, Subscriptions, Target, no_subscription
from lingnan.insight.questions import Questions
from lingnan.trust import Subject, holds_personal_value, writing

KIND = "subscription"
MOST_ASKED, LONGEST = 20, 200


class SubscriptionPages:
    """The subscriptions of the account that asks; officials have some."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, subject: Subject) -> SubscriptionPage:
        """One's own, the youngest first."""
        self._allow(subject)
        return SubscriptionPage(items=tuple(_line(each) for each in self._kept.listed(subject.account) if _within(subject, each)))

    def subscription(self, subject: Subject, subscription: str) -> SubscriptionSheet:
        """One of one's own with what was delivered for it, the newest first."""
        card = self._own(subject, subscription)
        return SubscriptionSheet(line=_line(card), items=self._kept.deliveries(subject.account, card.id))

    def subscribe(self, subject: Subject, kind: str, target: str, asked: Mapping[str, str], rhythm: str) -> SubscriptionLine:
        """Have a question, board or report sent; Missing or Refused for what one may not open, WrongUse for what cannot be sent."""
        self._allow(subject)
        wanted, key, told, title = self._wanted(subject, kind, target, asked)
        if any(holds_personal_value(value) for value in told.values()):
            raise WrongUse(
                "订阅的条件中不得含身份证号、手机号或护照号。", "What is subscribed to must hold no citizen, mobile or passport number.",
                code="PersonalValue",
            )
        with writing(self._desk.hub.trust.audit, subject, "subscription.make", KIND) as written:
            card = self._kept.add(subject.account, wanted, key, told, title, rhythm, subject.assurance, subject.scope)
            written.tell(subscription=card.id, rhythm=card.rhythm, assurance=card.assurance)
        return _line(card)

    def change(self, subject: Subject, subscription: str, rhythm: str) -> SubscriptionLine:
        """Have one of one's own sent in another rhythm."""
        card = self._own(subject, subscription)
        with writing(self._desk.hub.trust.audit, subject, "subscription.change", KIND, facts={"subscription": card.id, "rhythm": rhythm[:20]}):
            self._kept.change(subject.account, card.id, rhythm)
        return _line(self._kept.subscription(subject.account, card.id))

    def remove(self, subject: Subject, subscription: str) -> None:
        """End one of one's own."""
        self._own(subject, subscription)
        with writing(self._desk.hub.trust.audit, subject, "subscription.end", KIND, facts={"subscription": subscription}):
            self._kept.remove(subject.account, subscription)

    @property
    def _kept(self) -> Subscriptions:
        return Subscriptions(self._desk.hub.storage)

    def _own(self, subject: Subject, subscription: str) -> SubscriptionCard:
        self._allow(subject)
        card = self._kept.subscription(subject.account, subscription)
        if not _within(subject, card):
            raise no_subscription(subscription)
        return card

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "board.officials", KIND)
        if not subject.account or subject.kind != "official":
            raise Refused("没有公务人员账号，不能订阅。", "Without an official's account nothing is sent.")

    def _wanted(self, subject: Subject, kind: str, target: str, asked: Mapping[str, str]) -> tuple[Target, str, dict[str, str], str]:
        """What is meant, and what it is called; a kept address stands for its board or report."""
        if kind == "question":
            card = Questions(self._desk.hub.storage).question(subject.account, subject.organisation, target)
            if card.kind == "sql":
                self._desk.hub.trust.allow(subject, "query.run", KIND)
                return "question", card.id, {}, card.title
            named, key, told = _addressed(card.text)
            return named, key, told, card.title
        if kind not in ("report", "board"):
            raise Missing("只能订阅问题、看板和报告。", "Only questions, boards and reports are sent.")
        told = {name: value[:LONGEST] for name, value in list(asked.items())[:MOST_ASKED] if value}
        return self._opened(subject, "report" if kind == "report" else "board", target, told)

    def _opened(self, subject: Subject, kind: Target, key: str, told: dict[str, str]) -> tuple[Target, str, dict[str, str], str]:
        """A board or report that opens for this reader as asked; WrongUse says what it lacks."""
        if kind == "board":
            return kind, key, told, DashboardPages(self._desk).board(key, told, subject).title.zh
        sheet = ReportPages(self._desk).report(key, told, subject)
        if sheet.needs_purpose:
            raise WrongUse("该报告每次都须载明使用目的，不能定时送达。", "This report asks for a purpose each time and is not sent on schedule.")
        if sheet.faulty is not None:
            raise WrongUse(sheet.faulty.zh, sheet.faulty.text("en"))
        return kind, key, told, " ".join([sheet.title.zh, *(value for _name, value in sheet.asked)])


def _addressed(address: str) -> tuple[Target, str, dict[str, str]]:
    """The board or report that an address names, with what is asked of it."""
    parts = urlsplit(address)
    _empty, area, key = parts.path.split("/", 2)
    asked = {name: value for name, value in parse_qsl(parts.query) if name not in ("lang", "wall", "as_of")}
    return ("board" if area == "boards" else "report"), key, asked


def _within(subject: Subject, card: SubscriptionCard) -> bool:
    """Whether a program may know of it: what was subscribed to with more scope than its token has may tell more than the token may read."""
    return not subject.scope or (bool(card.scope) and card.scope <= subject.scope)


def _line(card: SubscriptionCard) -> SubscriptionLine:
    area = {"question": "questions", "board": "boards", "report": "reports"}[card.kind]
    href = card.last.link if card.last and card.last.link else f"/{area}/{card.target}"
    return SubscriptionLine(
        id=card.id, title=card.title, kind=card.kind, target=card.target, asked=card.asked, rhythm=card.rhythm, href=href, proven=card.assurance > 1,
        made_at=card.made_at, last=card.last,
    )
