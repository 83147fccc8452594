"""Notices 通知: an inbox for every account, worded from templates when something happens, and mails at once or once a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from lingnan.base import CHINA, BadInput, Conflict, Refused
from lingnan.casework.alert_rules import fill
from lingnan.casework.intents import intended
from lingnan.casework.mail_queue import MailCard, MailQueue, MailTick, mail_card
from lingnan.casework.mail_shapes import MailSettings, check_address
from lingnan.casework.notice_records import MailMessage, Notice, NoticePreference
from lingnan.casework.notice_rules import NoticeRule, NoticeRules
from lingnan.casework.recipients import recipients
from lingnan.casework.shapes import Authority
from lingnan.jobs import Announced
from lingnan.storage import Storage
from lingnan.trust import Subject

MOST = 100
TITLE_LENGTH = 300
MAIL_WAYS = ("each", "daily", "none")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class NoticeCard:
    """One notice in both languages."""

    id: str
    kind: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    link: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class NoticePage:
    """A page of an inbox, newest first; `total` counts what matches, `unread` all that is unread."""

    total: int
    unread: int
    items: tuple[NoticeCard, ...]
    next: str = ""


@dataclass(frozen=True)
class Preference:
    """How an account wants to be told: `mail` is each, daily or none; kinds in `muted` come into the inbox alone."""

    address: str = ""
    lang: str = "zh"
    mail: str = "each"
    muted: tuple[str, ...] = ()


class Notices:
    """Keeps inboxes and preferences; without mail settings there are inboxes alone."""

    def __init__(self, storage: Storage, trust: Authority, *, mail: MailSettings | None = None, rules: NoticeRules | None = None) -> None:
        self._storage, self._trust, self.rules = storage, trust, rules or NoticeRules.read()
        self._mails = MailQueue(storage, mail, self.rules.mail) if mail else None

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the events that people are told of."""
        return tuple(rule.event for rule in self.rules.notices if rule.to)

    def inbox(self, subject: Subject, *, unread: bool = False, kind: str = "", cursor: str = "", limit: int = 20) -> NoticePage:
        """The subject's own notices, newest first."""
        mine = Notice.account == self._own(subject)
        wanted = [mine] + ([Notice.read_at.is_(None)] if unread else []) + ([Notice.kind == kind] if kind else [])
        limit = max(1, min(limit, MOST))
        with self._storage.reading() as session:
            total = session.scalar(select(func.count()).select_from(Notice).where(*wanted)) or 0
            open_ones = session.scalar(select(func.count()).select_from(Notice).where(mine, Notice.read_at.is_(None))) or 0
            at = session.scalar(select(Notice.at).where(mine, Notice.id == cursor)) if cursor else None
            if at is not None:
                wanted.append(or_(Notice.at < at, (Notice.at == at) & (Notice.id < cursor)))
            found = session.scalars(select(Notice).where(*wanted).order_by(Notice.at.desc(), Notice.id.desc()).limit(limit + 1)).all()
            items = tuple(_card(notice) for notice in found[:limit])
        return NoticePage(total, open_ones, items, items[-1].id if len(found) > limit else "")

    def unread(self, subject: Subject) -> int:
        """How many of the subject's notices are unread; 0 for whoever has no account."""
        if not subject.account:
            return 0
        with self._storage.reading() as session:
            mine = (Notice.account == subject.account) & Notice.read_at.is_(None)
            return session.scalar(select(func.count()).select_from(Notice).where(mine)) or 0

    def read(self, subject: Subject, notices: Iterable[str] | None = None) -> int:
        """Mark these of the subject's notices as read, or all; gives how many were unread."""
        mine = (Notice.account == self._own(subject)) & Notice.read_at.is_(None)
        if notices is not None:
            mine &= Notice.id.in_(list(notices))
        with self._storage.session() as session:
            marked = update(Notice).where(mine).values(read_at=self._storage.clock.now()).returning(Notice.id)
            return len(session.execute(marked.execution_options(synchronize_session=False)).all())

    def preference(self, subject: Subject) -> Preference:
        """How the subject wants to be told."""
        account = self._own(subject)
        with self._storage.reading() as session:
            found = session.scalar(select(NoticePreference).where(NoticePreference.account == account))
            return Preference(found.address, found.lang, found.mail, tuple(found.muted)) if found else Preference()

    def prefer(self, subject: Subject, wish: Preference) -> None:
        """Keep how the subject wants to be told; BadInput for what cannot be."""
        account = self._own(subject)
        if wish.mail not in MAIL_WAYS or wish.lang not in ("zh", "en") or not set(wish.muted) <= set(self.rules.kinds):
            raise BadInput(
                f"接收方式须为 {'、'.join(MAIL_WAYS)}；语言 zh 或 en；种类取自 {'、'.join(self.rules.kinds)}。",
                f"Mail is one of {', '.join(MAIL_WAYS)}; the language zh or en; kinds are among {', '.join(self.rules.kinds)}.",
            )
        address = check_address(wish.address) if wish.address else ""
        with self._storage.session() as session:
            kept = session.scalar(select(NoticePreference).where(NoticePreference.account == account))
            if kept is None:
                kept = NoticePreference(account=account, digested_until=self._storage.clock.now())
                session.add(kept)
            kept.address, kept.lang, kept.mail, kept.muted = address, wish.lang, wish.mail, sorted(set(wish.muted))

    def take(self, session: Session, event: Announced) -> None:
        """Put the event into the inboxes of those it is for, and its mails into the queue; the same event again changes nothing."""
        rule = self.rules.of_event(event.name)
        if rule is None:
            return
        told = set(session.scalars(select(Notice.account).where(Notice.event_id == event.id)))
        for account in recipients(session, rule.to, event.payload):
            if account not in told:
                notice = _worded(rule, account, event)
                session.add(notice)
                self._mail(session, notice)
        session.flush()

    def tick(self, now: datetime | None = None) -> MailTick:
        """Make the day's digests, hand over the mails that are due."""
        if self._mails is None:
            return MailTick()
        self._digest(now or self._storage.clock.now())
        return self._mails.tick(now)

    def mails(self, subject: Subject, state: str = "", limit: int = 50) -> tuple[MailCard, ...]:
        """Mails on their way or failed, newest first, without addresses and texts."""
        self._trust.allow(subject, "delivery.view", "mails")
        wanted = select(MailMessage).order_by(MailMessage.made_at.desc(), MailMessage.id.desc()).limit(max(1, min(limit, 200)))
        if state:
            wanted = wanted.where(MailMessage.state == state)
        with self._storage.reading() as session:
            return tuple(mail_card(each) for each in session.scalars(wanted))

    def given_up(self) -> int:
        """How many will not be tried again by themselves."""
        with self._storage.reading() as session:
            return session.scalar(select(func.count()).where(MailMessage.state == "failed")) or 0

    def resend(self, subject: Subject, mail: str) -> None:
        """Try a failed or uncertain mail anew; Conflict for one that is neither."""
        with intended(self._trust, subject, "delivery.resend", f"mail:{mail}"[:200]), self._storage.session() as session:
            if self._mails is None or not self._mails.resend(session, mail):
                raise Conflict("只有失败或结果不明的邮件可以重发。", "Only a failed or uncertain mail can be sent anew.", mail=mail)

    def _own(self, subject: Subject) -> str:
        self._trust.allow(subject, "notice.own", "notices")
        if not subject.account:
            raise Refused("没有账号，也就没有收件箱。请登录。", "Without an account there is no inbox. Sign in.")
        return subject.account

    def _mail(self, session: Session, notice: Notice) -> None:
        wish = session.scalar(select(NoticePreference).where(NoticePreference.account == notice.account))
        if self._mails is None or wish is None or not wish.address or wish.mail != "each" or notice.kind in wish.muted:
            return
        line = _line(notice, wish.lang)
        self._mails.put(session, notice.account, notice.event_id, wish.address, wish.lang, f"[{_HUB[wish.lang]}] {line['title']}", [line])

    def _digest(self, now: datetime) -> None:
        until = _last_digest(now, self.rules)
        late = (NoticePreference.mail == "daily") & (NoticePreference.address != "") & (NoticePreference.digested_until < until)
        with self._storage.reading() as session:
            waiting = session.scalars(select(NoticePreference.id).where(late)).all()
        for preference in waiting:
            with self._storage.session() as session:
                self._digest_for(session, session.get_one(NoticePreference, preference), until)

    def _digest_for(self, session: Session, wish: NoticePreference, until: datetime) -> None:
        fresh = (Notice.account == wish.account) & (Notice.at >= wish.digested_until) & (Notice.at < until) & Notice.read_at.is_(None)
        found = [each for each in session.scalars(select(Notice).where(fresh).order_by(Notice.at, Notice.id)) if each.kind not in wish.muted]
        wish.digested_until = until
        if not found or self._mails is None:
            return
        number, day = len(found), until.astimezone(CHINA).date().isoformat()
        subject = f"[{_HUB['en']}] {number} notices, {day}" if wish.lang == "en" else f"[{_HUB['zh']}] 每日通知 {number} 条（{day}）"
        lines = [_line(each, wish.lang) for each in found]
        self._mails.put(session, wish.account, f"digest:{day}", wish.address, wish.lang, subject, lines)


_HUB: Mapping[str, str] = {"zh": "岭南", "en": "Lingnan"}


def _last_digest(now: datetime, rules: NoticeRules) -> datetime:
    today = datetime.combine(now.astimezone(CHINA).date(), rules.digest_at, CHINA)
    return today if today <= now else today - DAY


def _worded(rule: NoticeRule, account: str, event: Announced) -> Notice:
    facts: dict[str, Any] = dict(event.payload)
    link = fill(rule.link, facts)
    return Notice(
        account=account, event_id=event.id, kind=rule.kind, title_zh=fill(rule.zh.title, facts)[:TITLE_LENGTH],
        title_en=fill(rule.en.title, facts)[:TITLE_LENGTH], text_zh=fill(rule.zh.text, facts), text_en=fill(rule.en.text, facts),
        link=link if link.startswith("/") and not link.startswith("//") else "", at=event.at, read_at=None,
    )


def _line(notice: Notice, lang: str) -> dict[str, str]:
    title, text = (notice.title_en, notice.text_en) if lang == "en" else (notice.title_zh, notice.text_zh)
    return {"title": title, "text": text, "link": notice.link}


def _card(notice: Notice) -> NoticeCard:
    return NoticeCard(
        notice.id, notice.kind, notice.title_zh, notice.title_en, notice.text_zh, notice.text_en, notice.link, notice.at, notice.read_at
    )
