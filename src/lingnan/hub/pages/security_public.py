"""Answers the pages anyone or the person concerned may open: checking a signature, public statistics, who looked at my record."""

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from lingnan.base import BadInput, Missing, Refused
from lingnan.casework import Figures
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Chart, OfficeLine, PublicLine, PublicStatistics, RecordPage, Series, SightingLine, SignatureAnswer, Words
from lingnan.registers import entry_of
from lingnan.standards import IDENTIFIERS
from lingnan.trust import PublicCount, Sighting, SignatureReceipt, Subject, Trust, Verdict
from lingnan.trust.policy.purposes import all_purposes

VERIFY, STATISTICS, SIGHTINGS = "document.verify", "statistics.view", "record.sightings"
PERIODS = (3, 12, 24)
"""Months that may be asked for, this one among them."""
Answer = Literal["valid", "altered", "unknown", "withdrawn", "doubtful"]
FOUND: dict[str, Answer] = {
    "valid": "valid", "altered": "altered", "withdrawn": "withdrawn", "unknown_key": "unknown", "unrecorded": "unknown",
}
NOBODY = Words(zh="平台自身", en="The hub itself")


class PublicPages:
    """One hub's public answers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._counting = threading.Lock()

    @property
    def _trust(self) -> Trust:
        return self._desk.hub.trust

    def look_up(self, code: str, source: str, subject: Subject) -> SignatureAnswer:
        """What the signature of a code is; a code nobody has is an answer too. Refused (TooManyTries) after many wrong ones, BadInput for no code."""
        self._trust.allow(subject, VERIFY, "signature")
        try:
            card = self._trust.signatures.look_up(code, source)
        except Missing as error:
            return SignatureAnswer(verdict="unknown", text=Words(zh=error.zh, en=error.en), code=code)
        return SignatureAnswer(
            verdict=FOUND.get(card.finding, "doubtful"), text=Words(zh=card.zh, en=card.en), code=card.code, kind=card.kind, title=card.title,
            organisation=self._office(card.organisation), content_digest=card.content_digest, at=card.at,
        )

    def check_file(self, content: bytes, receipt: str, subject: Subject) -> SignatureAnswer:
        """Whether a receipt is the valid signature of a file; BadInput when it is no receipt."""
        self._trust.allow(subject, VERIFY, "signature")
        parsed = SignatureReceipt.from_text(receipt)
        return self._told(self._trust.signatures.verify(parsed, content), parsed)

    def statistics(self, months: int, subject: Subject) -> PublicStatistics:
        """Counts by organisation and month, and of cases, for the last months; worked out once an hour."""
        self._trust.allow(subject, STATISTICS, "statistics")
        wanted, now = months if months in PERIODS else PERIODS[1], self._desk.now()
        with self._counting:
            return self._desk.keep(("statistics", wanted, now.date(), now.hour), lambda: self._counted(wanted, now))

    def records(self, subject: Subject) -> RecordPage:
        """The page before anything was asked; Refused for who has no record of their own here."""
        self._trust.allow(subject, SIGHTINGS, "own")
        return RecordPage(whose=_whose(subject))

    def sightings(self, identifier: str, subject: Subject) -> RecordPage:
        """Every look at the subject's own record. A person types their number, which must be the account's; a firm is the one acted for."""
        self._trust.allow(subject, SIGHTINGS, "own")
        whose = _whose(subject)
        register, number = ("people", self._own_number(identifier, subject)) if whose == "person" else ("entities", subject.credit_code)
        found = self._trust.sightings.of(register, entry_of(register, number))
        self._trust.record("question", subject, "record.sightings", "own", "answered", facts={"looks": len(found), "register": register})
        return RecordPage(whose=whose, items=tuple(_sighting(each) for each in found))

    def _own_number(self, typed: str, subject: Subject) -> str:
        kind = IDENTIFIERS["citizen_number"]
        normal = kind.normal(typed)
        if normal is None or not kind.valid(normal):
            raise BadInput("公民身份号码为18位，请核对后重新输入。", "A citizen number has 18 characters; compare and type it again.")
        card = self._trust.accounts.by_citizen_number(normal)
        if card is None or card.id != subject.account:
            self._trust.record("question", subject, "record.sightings", "own", "refused")
            raise Refused(
                "该号码与您的账号登记的不一致。只能查询本人的记录。",
                "This is not the number your account is registered with. You can look up your own record only.",
                code="NotOwn",
            )
        return normal

    def _counted(self, months: int, now: datetime) -> PublicStatistics:
        today, below = now.date(), self._trust.statistics.smallest
        since = _months_back(today, months - 1)
        counts = [each for back in range(months - 1, -1, -1) for each in self._month(_months_back(today, back), now)]
        office = self._desk.hub.office.casework.statistics.of(since, today)
        cases = [self._cases(handler, figures, below) for handler, figures in office.by_organisation.items()]
        return PublicStatistics(
            since=since, until=today, months=months, below=below, items=tuple(_public(each) for each in counts), cases=tuple(cases),
            picture=_picture(counts),
        )

    def _month(self, first: date, now: datetime) -> list[PublicCount]:
        """The counts of one month; those of a month that is over are counted once."""
        after = (first + timedelta(days=31)).replace(day=1)
        over = after <= now.date()
        last, slot = (after - timedelta(days=1), None) if over else (now.date(), (now.date(), now.hour))
        return self._desk.keep(("statistics", first, slot), lambda: self._trust.statistics.public(first, last))

    def _cases(self, handler: str, figures: Figures, below: int) -> OfficeLine:
        def told(number: int) -> int | None:
            return None if 0 < number < below else number

        many = figures.closed >= below and told(figures.closed - figures.on_time) is not None
        return OfficeLine(
            organisation=self._unit(handler), opened=told(figures.opened), closed=told(figures.closed),
            # With both of two numbers told, a small difference would be told too.
            on_time=told(figures.on_time) if many or not figures.closed else None, overdue=told(figures.overdue),
            median_days=figures.median_days if figures.closed >= below else None,
        )

    def _told(self, verdict: Verdict, receipt: SignatureReceipt) -> SignatureAnswer:
        text = Words(zh=verdict.zh, en=verdict.en)
        found: Answer = FOUND.get(verdict.finding, "doubtful")
        if verdict.finding not in ("valid", "withdrawn"):
            # Nothing that stands in a receipt is repeated unless the hub vouches for it.
            return SignatureAnswer(verdict=found, text=text)
        return SignatureAnswer(
            verdict=found, text=text, code=receipt.code, kind=receipt.kind, title=receipt.title, organisation=self._office(receipt.organisation),
            content_digest=receipt.content_digest, at=receipt.at,
        )

    def _office(self, unit: str) -> Words:
        return self._desk.organisations().get(unit, ("", NOBODY))[1]

    def _unit(self, key: str) -> Words:
        """A unit by its short name or id, as cases name it."""
        units = self._desk.organisations()
        by_key = dict(units.values())
        return by_key.get(key) or units.get(key, ("", Words(zh="数据主管部门", en="The data bureau")))[1]


def _whose(subject: Subject) -> Literal["person", "firm"]:
    if subject.kind == "enterprise" and subject.credit_code:
        return "firm"
    if subject.kind == "citizen":
        return "person"
    raise Refused(
        "本页供个人查询本人的记录，或供代办人查询其代理的法人的记录。请以个人账号登录，或先选择代理的法人。",
        "Here people see looks at their own record, and agents those at the legal person they act for. "
        "Sign in as a citizen, or choose whom to act for.",
    )


def _sighting(each: Sighting) -> SightingLine:
    purpose = all_purposes().get(each.purpose)
    return SightingLine(
        at=each.at, organisation=Words(zh=each.organisation_zh, en=each.organisation_en), action=each.action, number=each.number,
        purpose=Words(zh=purpose.zh, en=purpose.en) if purpose else Words(zh=each.purpose), article=each.article, matter=each.matter,
    )


def _public(each: PublicCount) -> PublicLine:
    return PublicLine(
        month=each.month, organisation=Words(zh=each.organisation_zh, en=each.organisation_en), requests=each.requests, refusals=each.refusals,
        overrides=each.overrides, corrections=each.corrections,
    )


def _picture(counts: list[PublicCount]) -> Chart:
    """Requests by month, one colour an organisation; what is too small to be told is missing from the picture as well."""
    months = sorted({each.month for each in counts})
    names = list(dict.fromkeys((each.organisation_zh, each.organisation_en) for each in counts))
    known = {(each.month, each.organisation_zh): each.requests for each in counts}

    def values(zh: str) -> tuple[Decimal | None, ...]:
        return tuple(None if (found := known.get((month, zh), 0)) is None else Decimal(found) for month in months)

    return Chart(
        key="requests", title=Words(zh="各机构每月的数据请求", en="Requests for data by month and organisation"), kind="stacked", unit="",
        labels=tuple(Words(zh=month) for month in months), series=tuple(Series(title=Words(zh=zh, en=en), values=values(zh)) for zh, en in names),
    )


def _months_back(today: date, months: int) -> date:
    """The first day of the month so many months before."""
    found = today.replace(day=1)
    for _month in range(months):
        found = (found - timedelta(days=1)).replace(day=1)
    return found
