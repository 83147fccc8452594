"""Versions of the policy set: the hub's additions to the shipped policies, proposed by one security officer and put in force by another."""

import os
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Missing, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.records import Account
from lingnan.trust.policy.book import active_additions, turn_page
from lingnan.trust.policy.cards import set_card
from lingnan.trust.policy.deciding import PolicyPoint
from lingnan.trust.policy.effects import locks_out, policy_effects
from lingnan.trust.policy.permits import changing, must_be_allowed, must_be_another
from lingnan.trust.policy.records import PolicySetVersion
from lingnan.trust.policy.rules import Policy, faults
from lingnan.trust.policy.shapes import Candidate, PolicyEffect, PolicySetCard
from lingnan.trust.shapes import Classified, Subject

OWN_FILE = "policy/local.cedar"
"""Where the additions in force lie in the home folder, for people to read and for the backup."""


class PolicySets:
    """Proposes, puts in force and shows versions; the record decides, the file in the home folder is its copy."""

    def __init__(self, storage: Storage, point: PolicyPoint, home: Path) -> None:
        self._storage, self._point, self._home = storage, point, home

    def propose(self, text: str, by: Subject, tables: Iterable[Classified] = (), case: str = "") -> Candidate:
        """A candidate in which `text` stands in place of all additions, with its errors, or kept with its effects on samples and these tables."""
        must_be_allowed(self._point, by, "trust.policy.propose", "policy")
        with self._storage.reading() as session:
            shipped, before = Policy.read(), Policy.read(_readable(active_additions(session)))
        wrong = faults(text, (rule.id for rule in shipped.rules))
        if wrong:
            return Candidate("", "", tuple(wrong))
        after = Policy.read(text)
        if locks_out(after, self._officers()):
            return Candidate("", after.digest, ("the set would lock out every security officer",))
        told = changing(self._point, by, "policy.propose", "policy", digest=after.digest, case=case)
        with told as writing, self._storage.session() as session:
            kept = _of_case(session, case)
            if kept is None or kept.digest != after.digest:
                kept = PolicySetVersion(digest=after.digest, additions=text, proposed_by=by.reference, case_id=case)
                session.add(kept)
                session.flush()
            writing.tell(candidate=kept.id)
        return Candidate(kept.id, after.digest, (), policy_effects(before, after, tuple(tables)))

    def propose_files(self, by: Subject, tables: Iterable[Classified] = ()) -> Candidate:
        """Propose what lies in `HOME/policy/*.cedar`; files there are read for this alone, never by a decision."""
        files = sorted((self._home / "policy").glob("*.cedar"))
        return self.propose("\n".join(file.read_text(encoding="utf-8") for file in files), by, tables)

    def effects(self, candidate: str, tables: Iterable[Classified] = ()) -> tuple[PolicyEffect, ...]:
        """What putting the candidate in force would change now."""
        with self._storage.reading() as session:
            before, after = Policy.read(_readable(active_additions(session))), Policy.read(_find(session, candidate).additions)
        return policy_effects(before, after, tuple(tables))

    def activate(self, candidate: str, approved_by: Subject, case: str = "") -> PolicySetCard:
        """Put a candidate in force; the same case again changes nothing. Refused without a second person or when it locks out security."""
        with self._storage.reading() as session:
            done = _of_case(session, case)
            if done is not None and done.state != "candidate":
                return set_card(done)
        must_be_allowed(self._point, approved_by, "trust.policy.approve", f"policy:{candidate}")
        officers = self._officers()
        told = changing(self._point, approved_by, "policy.activate", f"policy:{candidate}", case=case)
        with told as writing, self._storage.session() as session:
            kept = _find(session, candidate)
            if kept.state != "candidate":
                raise Conflict("该策略集已启用过。请另行提出。", "This set was in force already. Propose it anew.", candidate=candidate)
            must_be_another(kept.proposed_by, approved_by.reference, ("策略集", "A policy set"))
            _check_once_more(kept, officers)
            for other in session.scalars(select(PolicySetVersion).where(PolicySetVersion.state == "active")):
                other.state = "replaced"
            kept.state, kept.approved_by, kept.case_id = "active", approved_by.reference, case or kept.case_id
            kept.activated_at = self._point.clock.now()
            turn_page(session)
            session.flush()
            card = set_card(kept)
            writing.tell(digest=card.digest, proposed_by=card.proposed_by)
        self._copy_out(card)
        return card

    def active(self) -> PolicySetCard | None:
        """The version in force; None while the hub has no additions to the shipped policies."""
        with self._storage.reading() as session:
            kept = session.scalar(select(PolicySetVersion).where(PolicySetVersion.state == "active"))
            return set_card(kept) if kept else None

    def versions(self) -> list[PolicySetCard]:
        """Every version, newest first."""
        with self._storage.reading() as session:
            return [set_card(each) for each in session.scalars(select(PolicySetVersion).order_by(PolicySetVersion.id.desc()))]

    def text(self) -> str:
        """All policies in force, shipped and added."""
        return self._point.policy.text

    def drift(self) -> bool:
        """Whether the files in `HOME/policy` say something else than what is in force, so that somebody laid hand on them."""
        active, files = self.active(), sorted((self._home / "policy").glob("*.cedar"))
        return "\n".join(file.read_text(encoding="utf-8") for file in files) != (active.additions if active else "")

    def _officers(self) -> tuple[Subject, ...]:
        """Every security officer there is, as signed in fully."""
        with self._storage.reading() as session:
            rows = session.execute(select(Account.id, Account.roles).where(Account.kind == "official", Account.disabled_at.is_(None)))
            return tuple(Subject("official", account, roles=frozenset(roles), assurance=2) for account, roles in rows if "security" in roles)

    def _copy_out(self, card: PolicySetCard) -> None:
        path = self._home / OWN_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(card.additions, encoding="utf-8")
        fresh.replace(path)


def _check_once_more(kept: PolicySetVersion, officers: tuple[Subject, ...]) -> None:
    """The shipped policies may be others than when the candidate was proposed."""
    wrong = faults(kept.additions, (rule.id for rule in Policy.read().rules))
    if wrong or locks_out(Policy.read(kept.additions), officers):
        told = "；".join(wrong) or "将使全部安全管理员失去权限"
        raise Refused(
            f"该策略集不能启用：{told}。请修改后重新提出。",
            f"The set cannot be put in force: {'; '.join(wrong) or 'it would lock out every security officer'}. Mend it and propose it anew.",
        )


def _readable(additions: str) -> str:
    return additions if not faults(additions) else ""


def _of_case(session: Session, case: str) -> PolicySetVersion | None:
    found = select(PolicySetVersion).where(PolicySetVersion.case_id == case).order_by(PolicySetVersion.id.desc())
    return session.scalar(found.limit(1)) if case else None


def _find(session: Session, candidate: str) -> PolicySetVersion:
    kept = session.get(PolicySetVersion, candidate)
    if kept is None:
        raise Missing(f"没有候选策略集“{candidate}”。", f"There is no candidate “{candidate}”.", candidate=candidate)
    return kept
