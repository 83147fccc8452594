"""Answers the page about keys: the ring, its rotation, the inventory of cryptography, recognised issuers."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import get_args

from lingnan.base import CHINA, BadInput, Missing, Refused, WrongUse
from lingnan.hub.pages.desk import Desk
from lingnan.insight import KeyLine, KeyPage
from lingnan.trust import KeyCard, KeyPurpose, SignInRules, Subject, Trust, crypto_uses, holds_personal_value

VIEW, ROTATE = "trust.keys.view", "trust.keys.rotate"
DUE_WITHIN = timedelta(days=30)
WITNESSES = frozenset({"administrator", "security", "auditor"})
NOTE_LENGTH = 500


class KeyPages:
    """One hub's keys as pages show them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _trust(self) -> Trust:
        return self._desk.hub.trust

    def page(self, subject: Subject) -> KeyPage:
        """The key ring without secrets, the declared uses, the recognised issuers."""
        cards = self._trust.key_administration.cards(subject)
        return KeyPage(
            suite=self._trust.keys.suite, keys=tuple(self._line(card) for card in cards), uses=crypto_uses(),
            issuers=tuple(self._trust.issuers.listing()), may_rotate=bool(subject.account) and self._trust.point.permits(subject, ROTATE)[0],
        )

    def due(self) -> list[KeyCard]:
        """Active keys that should be rotated within a month, or should have been."""
        return [card for card in self._trust.keys.cards() if self._is_due(card)]

    def rotate(self, purpose: str, expected: str, witness: str, note: str, subject: Subject, session: str) -> KeyLine:
        """Rotate a purpose's key before a second person, shortly after having shown again who one is; both stand in the log first."""
        self._trust.allow(subject, ROTATE, f"key:{purpose}"[:200])
        minutes = SignInRules.read(self._desk.hub.home).confirm_minutes
        if not self._trust.sessions.recently_confirmed(session, minutes):
            raise Refused("更替密钥前请再次确认身份。", "Confirm who you are before rotating a key.", code="ConfirmFirst")
        known = next((each for each in get_args(KeyPurpose) if each == purpose), None)
        if known is None:
            raise Missing(f"没有名为“{purpose}”的密钥用途。", f"There is no key purpose “{purpose}”.", purpose=purpose)
        facts = {"witness": self._witness(witness, subject), "note": _note(note), "expected": expected}
        self._trust.record("key", subject, "key.rotate.witnessed", f"key:{known}", "stated", facts=facts)
        return self._line(self._trust.key_administration.rotate(subject, known, expected))

    def recognise(self, form: Mapping[str, str], subject: Subject) -> None:
        """Recognise another issuer by the fields `name zh en certificate basis since until`, the last two days in China."""
        self._trust.allow(subject, ROTATE, "issuers")
        until = _day(form["until"]) if form["until"] else None
        self._trust.issuers.recognise(
            subject, form["name"].strip(), form["zh"].strip(), form["en"].strip(), form["certificate"], form["basis"].strip(), _day(form["since"]),
            until,
        )

    def revoke_certificate(self, issuer: str, serial: str, since: str, subject: Subject) -> None:
        """Enter one certificate of an issuer as revoked since a day."""
        self._trust.allow(subject, ROTATE, "issuers")
        self._trust.issuers.revoke(subject, issuer, serial.strip(), _day(since))

    def take_list(self, issuer: str, text: str, subject: Subject) -> None:
        """Take an issuer's own revocation list in PEM."""
        self._trust.issuers.take_list(subject, issuer, text)

    def _witness(self, name: str, subject: Subject) -> str:
        """The reference of the second person: an official with one of the three officers' roles, not who acts."""
        try:
            card = self._trust.accounts.account(name.strip())
        except Missing:
            card = None
        if card is None or card.disabled or card.kind != "official" or card.id == subject.account or WITNESSES.isdisjoint(card.roles):
            raise WrongUse(
                "在场人须为本人以外的系统管理员、安全管理员或审计员，请填写其账号名。",
                "The second person has to be another administrator, security officer or auditor; give their account's name.",
            )
        return f"official:{card.id}"

    def _line(self, card: KeyCard) -> KeyLine:
        return KeyLine(
            id=card.id, purpose=card.purpose, suite=card.suite, algorithm=card.algorithm, state=card.state, place=card.place,
            active_from=card.active_from, due_at=card.due_at, verifies_until=card.verifies_until, compromised_from=card.compromised_from,
            due=self._is_due(card),
        )

    def _is_due(self, card: KeyCard) -> bool:
        return card.state == "active" and card.due_at is not None and card.due_at <= self._desk.hub.clock.now() + DUE_WITHIN


def _day(text: str) -> datetime:
    """The beginning of a day in China."""
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time.min, CHINA)
    except ValueError as error:
        raise BadInput("日期应形如 2026-11-01。", "A day reads 2026-11-01.") from error


def _note(text: str) -> str:
    told = text.strip()
    if not 2 <= len(told) <= NOTE_LENGTH or holds_personal_value(told):
        raise WrongUse(
            f"请写明更替原因（2 至 {NOTE_LENGTH} 个字，不含身份证号或手机号）。",
            f"Say why the key is rotated, in 2 to {NOTE_LENGTH} characters without citizen or mobile numbers.",
        )
    return told
