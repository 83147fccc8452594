"""The second factor: TOTP (RFC 6238, SHA-1, 30 seconds, six digits, as every authenticator app has it) and recovery codes."""

import base64
import re
import secrets
from dataclasses import dataclass, field

import pyotp
import segno
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from lingnan.base import Clock, Missing
from lingnan.storage import Storage
from lingnan.trust.identity.records import AccountTotp, RecoveryCode
from lingnan.trust.identity.sign_in_rules import SecondFactorRules
from lingnan.trust.keys.hub_key import HubKey

STEP_SECONDS = 30
SECRET_USE, CODE_USE = "totp-secret", "recovery-code"
CODE_BYTES = 10
"""80 random bits a recovery code: a keyed hash of it cannot be searched back."""


@dataclass(frozen=True)
class TotpEnrolment:
    """What an authenticator app needs, told once: the secret to type, the address in the picture, the picture as SVG."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    svg: str = field(repr=False)


class SecondFactor:
    """Enrols and checks second factors; a code is used once, also by two processes at the same moment."""

    def __init__(self, storage: Storage, clock: Clock, key: HubKey, rules: SecondFactorRules) -> None:
        self._storage, self._clock, self._key, self._rules = storage, clock, key, rules

    def has_totp(self, account_id: str) -> bool:
        """Whether the account has shown a first code of an authenticator app."""
        with self._storage.reading() as session:
            return has_totp(session, account_id)

    def enrol(self, account_id: str, name: str) -> TotpEnrolment:
        """A fresh secret for the account; what it had before stays good until the first code of the fresh one is shown."""
        secret = pyotp.random_base32()
        with self._storage.session() as session:
            kept = session.get(AccountTotp, account_id) or AccountTotp(account_id=account_id, last_step=0)
            kept.fresh = self._key.encrypt(SECRET_USE, secret.encode(), account_id.encode())
            session.add(kept)
        return self._told(secret, name)

    def enrolling(self, account_id: str, name: str) -> TotpEnrolment:
        """The fresh secret that waits for its first code; Missing when there is none."""
        with self._storage.reading() as session:
            fresh = session.scalar(select(AccountTotp.fresh).where(AccountTotp.account_id == account_id))
        if fresh is None:
            raise _not_begun()
        return self._told(self._key.decrypt(SECRET_USE, fresh, account_id.encode()).decode(), name)

    def confirm(self, account_id: str, code: str) -> tuple[str, ...] | None:
        """Take the fresh secret into use by its first code: gives new recovery codes, told this once, or None when the code is wrong."""
        with self._storage.session() as session:
            kept = session.get(AccountTotp, account_id)
            if kept is None or kept.fresh is None:
                raise _not_begun()
            step = self._step_of(kept.fresh, account_id, code)
            if step is None:
                return None
            kept.secret, kept.fresh, kept.last_step, kept.confirmed_at = kept.fresh, None, step, self._clock.now()
            return self._renew_codes(session, account_id)

    def check_totp(self, account_id: str, code: str) -> bool:
        """Whether the code is the account's now, or a step aside, and neither it nor a later one was used."""
        with self._storage.session() as session:
            secret = session.scalar(select(AccountTotp.secret).where(AccountTotp.account_id == account_id))
            step = self._step_of(secret, account_id, code) if secret else None
            if step is None:
                return False
            unused = update(AccountTotp).where(AccountTotp.account_id == account_id, AccountTotp.last_step < step).values(last_step=step)
            # One statement looks and marks, so that the same code shown twice at once gets in once.
            return session.scalar(unused.returning(AccountTotp.account_id).execution_options(synchronize_session=False)) is not None

    def is_recovery_code(self, account_id: str, code: str) -> bool:
        """Whether this is an unused recovery code of the account."""
        with self._storage.reading() as session:
            return session.scalar(select(RecoveryCode.code_hash).where(self._unused(account_id, code))) is not None

    def use_recovery_code_within(self, session: Session, account_id: str, code: str) -> bool:
        """The same, and it is used up by this, inside an open transaction."""
        using = update(RecoveryCode).where(self._unused(account_id, code)).values(used_at=self._clock.now())
        return session.scalar(using.returning(RecoveryCode.code_hash).execution_options(synchronize_session=False)) is not None

    def renew_recovery_codes(self, account_id: str) -> tuple[str, ...]:
        """New recovery codes in place of all old ones, told this once."""
        with self._storage.session() as session:
            return self._renew_codes(session, account_id)

    def recovery_codes_left(self, account_id: str) -> int:
        """How many recovery codes are unused."""
        with self._storage.reading() as session:
            unused = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
            return session.scalar(unused) or 0

    def _unused(self, account_id: str, code: str) -> ColumnElement[bool]:
        mine = (RecoveryCode.code_hash == self._code_hash(account_id, code)) & (RecoveryCode.account_id == account_id)
        return mine & RecoveryCode.used_at.is_(None)

    def _told(self, secret: str, name: str) -> TotpEnrolment:
        uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=self._rules.issuer)
        return TotpEnrolment(secret, uri, segno.make(uri, error="m").svg_inline(scale=5, omitsize=True))

    def _step_of(self, sealed: bytes, account_id: str, code: str) -> int | None:
        """The time step whose code this is, or None; every candidate is compared, so the answer's time tells nothing."""
        generator = pyotp.HOTP(self._key.decrypt(SECRET_USE, sealed, account_id.encode()).decode())
        now, shown = int(self._clock.now().timestamp()) // STEP_SECONDS, re.sub(r"\s", "", code).encode("utf-8", "replace")
        aside = range(-self._rules.steps_aside, self._rules.steps_aside + 1)
        matching = [now + step for step in aside if secrets.compare_digest(generator.at(now + step).encode(), shown)]
        return matching[-1] if matching else None

    def _renew_codes(self, session: Session, account_id: str) -> tuple[str, ...]:
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
        codes = tuple(_code() for _ in range(self._rules.recovery_codes))
        session.add_all(RecoveryCode(code_hash=self._code_hash(account_id, code), account_id=account_id) for code in codes)
        return codes

    def _code_hash(self, account_id: str, code: str) -> str:
        plain = re.sub(r"[^0-9A-Z]", "", code.upper())
        return self._key.seal(CODE_USE, f"{account_id}:{plain}".encode()).hex()


def has_totp(session: Session, account_id: str) -> bool:
    """Whether the account has an authenticator app in use."""
    in_use = select(AccountTotp.account_id).where(AccountTotp.account_id == account_id, AccountTotp.secret.is_not(None))
    return session.scalar(in_use) is not None


def remove_second_factor(session: Session, account_id: str) -> None:
    """Take the account's authenticator app and recovery codes away."""
    for kept in (AccountTotp, RecoveryCode):
        session.execute(delete(kept).where(kept.account_id == account_id))


def _code() -> str:
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def _not_begun() -> Missing:
    return Missing("尚未开始绑定动态口令。请先绑定。", "No authenticator app is being enrolled. Begin enrolling first.")
