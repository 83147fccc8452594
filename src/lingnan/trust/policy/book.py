"""What the policy consists of at this moment, read again only when its generation has grown; any process notices at its next decision."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.base import CHINA, Clock, WrongUse
from lingnan.storage import Storage
from lingnan.trust.identity.unit_tree import UnitTree
from lingnan.trust.policy.cards import grant_card, negative_card
from lingnan.trust.policy.records import DataGrant, NegativeListEntry, PolicySetVersion, PolicyState
from lingnan.trust.policy.rules import Policy
from lingnan.trust.policy.shapes import GrantCard, NegativeCard
from lingnan.trust.shapes import Subject

MOST_KEPT = 4000
"""Decisions remembered a process; what is over is forgotten at once and worked out anew."""


@dataclass(frozen=True)
class Page:
    """The policy of one generation: rules, lines of the negative list, approved grants, and the organisation tree they are read by."""

    generation: int
    policy: Policy
    negative: tuple[NegativeCard, ...]
    grants: tuple[GrantCard, ...]
    tree: UnitTree

    def listed(self, day: date) -> tuple[NegativeCard, ...]:
        """The lines of the negative list in force on a day."""
        return tuple(each for each in self.negative if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to))

    def held(self, subject: Subject, table: str, now: datetime) -> tuple[GrantCard, ...]:
        """The grants a subject holds on a table at a moment."""
        return tuple(
            grant for grant in self.grants
            if grant.table == table and grant.valid_from <= now < grant.valid_to and self.is_holder(subject, grant)
        )

    def is_holder(self, subject: Subject, grant: GrantCard) -> bool:
        """Whether a grant is the subject's account's, or of a unit that its unit is or stands below."""
        if grant.account:
            return grant.account == subject.account
        return self.tree.within(subject.organisation, grant.organisation)


class PolicyBook:
    """Gives the page in force and keeps what was decided under it; safe among threads."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._lock = threading.Lock()
        self._page: Page | None = None
        self._kept: dict[Hashable, Any] = {}

    def page(self) -> Page:
        """The policy in force; one look at a number when nothing has changed."""
        with self._storage.reading() as session:
            generation = session.execute(_GENERATION).scalar_one()
            page = self._page
            if page is None or page.generation != generation:
                page, recorded = _read(session, generation, self._clock.now()), _digest(session)
                with self._lock:
                    self._page, self._kept = page, {}
            else:
                return page
        if page.policy.digest != recorded and UNREADABLE_SET not in page.policy.by_id:
            self._record(page.policy)
        return page

    def _record(self, policy: Policy) -> None:
        """Keep a version of what is in force and has none: the shipped policies at the hub's first start, and after an upgrade."""
        with self._storage.session() as session:
            before = _active(session)
            if before is not None and before.digest == policy.digest:
                return
            if before is not None:
                before.state = "replaced"
            session.add(PolicySetVersion(
                digest=policy.digest, additions=before.additions if before else "", state="active", proposed_by="system", approved_by="system",
                activated_at=self._clock.now(),
            ))

    def kept(self, page: Page, key: Hashable) -> Any:
        """What was remembered under this page, else None."""
        return self._kept.get((page.generation, key))

    def keep(self, page: Page, key: Hashable, made: Any) -> None:
        """Remember what was worked out under this page."""
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[(page.generation, key)] = made


UNREADABLE_SET = "policy-set-unreadable"
_CLOSED = f"""
@id("{UNREADABLE_SET}")
@zh("本平台的策略集与随附策略不相容，在安全管理员提出新策略集之前不提供数据")
@en("The hub's own policy set does not go with the shipped policies; no data is given until a security officer has proposed another")
@basis("GB/T 22239-2019 8.1.4.2")
forbid (principal, action, resource is Table) when {{ principal.kind != "system" }};
"""
_GENERATION = select(PolicyState.generation).where(PolicyState.id == 1)


def turn_page(session: Session) -> None:
    """Say, in the transaction of a change, that the policy is another from now on."""
    session.execute(update(PolicyState).where(PolicyState.id == 1).values(generation=PolicyState.generation + 1))


def hold_page(session: Session) -> None:
    """Let no other transaction turn the page until this one ends: for changes that must be looked at one after the other."""
    session.execute(select(PolicyState.id).where(PolicyState.id == 1).with_for_update())


def active_additions(session: Session) -> str:
    """The additions of the set in force; empty while there are none."""
    active = _active(session)
    return active.additions if active else ""


def _digest(session: Session) -> str | None:
    return session.scalar(select(PolicySetVersion.digest).where(PolicySetVersion.state == "active"))


def _active(session: Session) -> PolicySetVersion | None:
    return session.scalar(select(PolicySetVersion).where(PolicySetVersion.state == "active"))


def china_day(now: datetime) -> date:
    """The day in China at a moment."""
    return now.astimezone(CHINA).date()


def _read(session: Session, generation: int, now: datetime) -> Page:
    negative = session.scalars(select(NegativeListEntry).where(NegativeListEntry.ended_version.is_(None)).order_by(NegativeListEntry.version))
    approved = select(DataGrant).where(DataGrant.approved_at.is_not(None), DataGrant.revoked_at.is_(None), DataGrant.valid_to > now)
    grants = tuple(grant_card(each, now) for each in session.scalars(approved.order_by(DataGrant.id)))
    listed = tuple(negative_card(each) for each in negative)
    return Page(generation, _policy(active_additions(session)), listed, grants, UnitTree.read(session))


def _policy(additions: str) -> Policy:
    try:
        return Policy.read(additions)
    except WrongUse:
        # An upgrade can make a hub's own additions unreadable, and they may hold denials: data waits until a security officer has mended them.
        return Policy.read(_CLOSED)
