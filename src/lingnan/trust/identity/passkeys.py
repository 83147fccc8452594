"""Passkeys 通行密钥 (WebAuthn level 2): registered by a signed-in account, and signing in without a password, always with the user verified."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import bytes_to_base64url, generate_challenge
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from lingnan.base import BadInput, Clock, Missing, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.ceremonies import Ceremonies
from lingnan.trust.identity.credential_records import Passkey
from lingnan.trust.identity.credential_shapes import PasskeyCard, limits
from lingnan.trust.identity.records import Account, AccountTotp
from lingnan.trust.identity.sessions import OpenedSession, Sessions
from lingnan.trust.identity.site import Site
from lingnan.trust.identity.subjects import is_closed
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import writing
from lingnan.trust.shapes import ANONYMOUS, Subject

REGISTER, SIGN_IN = "passkey.register", "passkey.sign_in"
ALGORITHMS = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.EDDSA, COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256]
LONGEST_ANSWER = 32 * 1024


class Passkeys:
    """Runs both ceremonies and keeps the public keys; an account may have several, each with a name."""

    def __init__(
        self, storage: Storage, clock: Clock, sessions: Sessions, audit: AuditLog, site: Site, may_do: Callable[[Subject, str], bool]
    ) -> None:
        self._storage, self._clock, self._sessions, self._audit, self._site = storage, clock, sessions, audit, site
        self._ceremonies, self._may_do = Ceremonies(storage, clock), may_do

    def begin_registration(self, subject: Subject) -> str:
        """The options for `navigator.credentials.create` as JSON; Refused unless signed in, and with assurance 2 once there is a passkey."""
        with self._storage.reading() as session:
            account = session.get(Account, subject.account) if subject.session and not subject.token else None
            present = _live(session, subject.account)
            self._check_may_register(session, subject, account, len(present))
            session.expunge_all()
        minutes, challenge = limits()["passkey_minutes"], generate_challenge()
        options = generate_registration_options(
            rp_id=self._site.party, rp_name="Lingnan 岭南", user_id=subject.account.encode(), user_name=account.name if account else "",
            user_display_name=account.zh if account else "", challenge=challenge, timeout=minutes * 60_000, supported_pub_key_algs=ALGORITHMS,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in present],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        self._ceremonies.ask(REGISTER, bytes_to_base64url(challenge), minutes, account=subject.account)
        return options_to_json(options)

    def finish_registration(self, subject: Subject, answer: str, name: str) -> PasskeyCard:
        """Keep the public key that a browser answered with, under the name its holder gives it; Refused when the answer does not fit."""
        if not name.strip() or len(name) > 80:
            raise BadInput("通行密钥须有名称，至多 80 字。请填写。", "A passkey needs a name of at most 80 characters. Give it one.")
        challenge = _challenge(answer)
        asked = self._ceremonies.take(REGISTER, challenge)
        if asked is None or asked.account != subject.account or not subject.session:
            raise self._refuse(subject, REGISTER, "challenge")
        try:
            checked = verify_registration_response(
                credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=self._site.party,
                expected_origin=self._site.origins, require_user_verification=True, supported_pub_key_algs=ALGORITHMS,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise self._refuse(subject, REGISTER, "answer") from None
        with writing(self._audit, subject, REGISTER, "passkey") as begun:
            record = self._keep(subject, checked, name.strip())
            begun.tell(passkey=record.id, model=record.model)
        return record

    def begin_sign_in(self) -> str:
        """The options for `navigator.credentials.get` as JSON; they name no account, so nothing can be learnt from them."""
        minutes, challenge = limits()["passkey_minutes"], generate_challenge()
        options = generate_authentication_options(
            rp_id=self._site.party, challenge=challenge, timeout=minutes * 60_000, user_verification=UserVerificationRequirement.REQUIRED
        )
        self._ceremonies.ask(SIGN_IN, bytes_to_base64url(challenge), minutes)
        return options_to_json(options)

    def finish_sign_in(self, answer: str, device: str = "") -> OpenedSession:
        """A session of assurance 2 for the account whose passkey signed the challenge; Refused otherwise, one sentence for every reason."""
        who, passkey, checked = self._recognised(answer)

        def opening(session: Session) -> OpenedSession:
            return self._sessions.open_within(session, session.get_one(Account, who.account), 2, method="passkey", device=device)

        return self._enter(who, passkey, checked, "account.sign_in", opening)

    def confirm(self, token: str, answer: str) -> OpenedSession:
        """The session under a new token and with assurance 2, its owner having shown a passkey again; Refused for one of another account."""
        who, passkey, checked = self._recognised(answer)
        subject = self._sessions.subject_of(token)
        if subject.account != who.account:
            raise self._refuse(subject, SIGN_IN, "another", passkey.id)
        return self._enter(who, passkey, checked, "session.renew", lambda session: self._sessions.renew_within(session, token, "passkey", 2))

    def _recognised(self, answer: str) -> tuple[Subject, Passkey, VerifiedAuthentication]:
        """Who answered the challenge, with which passkey; the challenge is used up whatever comes of it."""
        challenge = _challenge(answer)
        if self._ceremonies.take(SIGN_IN, challenge) is None:
            raise self._refuse("anonymous", SIGN_IN, "challenge")
        credential, user = _who(answer)
        with self._storage.reading() as session:
            passkey = session.scalar(select(Passkey).where(Passkey.credential == credential, Passkey.revoked_at.is_(None)))
            holder = session.get(Account, passkey.account_id) if passkey else None
            who = Subject(_kind(holder.kind), holder.id) if holder else ANONYMOUS
            session.expunge_all()
        if passkey is None or user != passkey.account_id:
            raise self._refuse("anonymous", SIGN_IN, "unknown")
        checked = self._verify(answer, challenge, passkey)
        if checked is None or not _grows(passkey, checked):
            raise self._refuse("anonymous", SIGN_IN, "answer" if checked is None else "counter", passkey.id)
        return who, passkey, checked

    def of(self, account: str) -> list[PasskeyCard]:
        """Every passkey of an account by its id, revoked ones too, oldest first."""
        with self._storage.reading() as session:
            return [_card(each) for each in session.scalars(select(Passkey).where(Passkey.account_id == account).order_by(Passkey.sequence))]

    def revoke(self, passkey: str, by: Subject) -> None:
        """End a passkey by its id; by its holder, or by whom policy permits `account.administer`. Ending it again changes nothing."""
        with self._storage.reading() as session:
            holder, gone = session.execute(select(Passkey.account_id, Passkey.revoked_at).where(Passkey.id == passkey)).first() or (None, None)
        own = holder == by.account and not by.token and not by.credit_code
        if holder is None or not (own or self._may_do(by, "account.administer")):
            raise Missing("没有这个通行密钥，或它不属于您。", "There is no such passkey, or it is not yours.", passkey=passkey)
        if gone is not None:
            return
        with writing(self._audit, by, "passkey.revoke", f"passkey:{passkey}"), self._storage.session() as session:
            record = session.get_one(Passkey, passkey)
            record.revoked_at = record.revoked_at or self._clock.now()

    def _check_may_register(self, session: Session, subject: Subject, account: Account | None, present: int) -> None:
        if account is None or subject.credit_code or is_closed(session, account):
            raise Refused("登记通行密钥须以本人账号登录。请登录后重试。", "Sign in as yourself before you register a passkey.")
        codes = session.get(AccountTotp, account.id)
        if subject.assurance < 2 and (present or (codes is not None and codes.confirmed_at is not None)):
            # Else a stolen password alone would buy its thief a second factor.
            raise Refused(
                "该账号已有通行密钥或动态口令。请先以其登录，再登记通行密钥。",
                "This account has a passkey or one-time codes already. Sign in with them before you register a passkey.",
            )
        most = limits()["passkeys_an_account"]
        if present >= most:
            raise Refused(
                f"每个账号至多 {most} 个通行密钥。请先撤销不用的。", f"An account has at most {most} passkeys. Revoke one first.", most=most
            )

    def _keep(self, subject: Subject, checked: VerifiedRegistration, name: str) -> PasskeyCard:
        record = Passkey(
            account_id=subject.account, credential=bytes_to_base64url(checked.credential_id), name=name, model=checked.aaguid,
            public_key=bytes_to_base64url(checked.credential_public_key), sign_count=checked.sign_count, backed_up=checked.credential_backed_up,
        )
        try:
            with self._storage.session() as session:
                self._check_may_register(session, subject, session.get(Account, subject.account), len(_live(session, subject.account)))
                session.add(record)
                session.flush()
                return _card(record)
        except IntegrityError:
            raise self._refuse(subject, REGISTER, "known") from None

    def _verify(self, answer: str, challenge: str, passkey: Passkey) -> VerifiedAuthentication | None:
        """The answer, its signature checked; the counter is compared afterwards, so that a copied key is told from a wrong one."""
        try:
            return verify_authentication_response(
                credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=self._site.party,
                expected_origin=self._site.origins, credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=0, require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            return None

    def _enter(
        self, who: Subject, passkey: Passkey, checked: VerifiedAuthentication, action: str, opening: Callable[[Session], OpenedSession]
    ) -> OpenedSession:
        """Move the counter on and open the session; of two that show the same count one gets in."""
        count = checked.new_sign_count
        grown = (Passkey.sign_count < count) if count else (Passkey.sign_count == 0)
        statement = update(Passkey).where(Passkey.id == passkey.id, Passkey.revoked_at.is_(None), grown)
        moving = statement.values(sign_count=count, last_used_at=self._clock.now(), backed_up=checked.credential_backed_up)
        told = writing(self._audit, who, action, f"account:{who.account}", facts={"method": "passkey", "passkey": passkey.id})
        try:
            with told, self._storage.session() as session:
                if session.scalar(moving.returning(Passkey.id).execution_options(synchronize_session=False)) is None:
                    raise _Copied
                return opening(session)
        except _Copied:
            raise self._refuse("anonymous", SIGN_IN, "counter", passkey.id) from None
        except Refused:
            raise self._refuse("anonymous", SIGN_IN, "disabled", passkey.id) from None

    def _refuse(self, subject: Subject | str, action: str, reason: str, passkey: str = "") -> Refused:
        """The one refusal that callers are told; the log keeps the reason."""
        self._audit.record("passkey", subject, action, f"passkey:{passkey}" if passkey else "passkey", "refused", "", {"reason": reason})
        return Refused("通行密钥验证未通过或已超时。请重新开始。", "The passkey was not accepted, or it took too long. Begin again.", code="passkey")


class _Copied(Exception):
    """The counter of a passkey did not grow."""


def _grows(passkey: Passkey, checked: VerifiedAuthentication) -> bool:
    """Whether the device counted on; when not, there is a copy of its key (zero for ever: the device does not count)."""
    return checked.new_sign_count > passkey.sign_count if checked.new_sign_count else passkey.sign_count == 0


def _kind(kind: str) -> Any:
    return kind


def _live(session: Session, account: str) -> list[Passkey]:
    return list(session.scalars(select(Passkey).where(Passkey.account_id == account, Passkey.revoked_at.is_(None))))


def _challenge(answer: str) -> str:
    """The challenge that an answer claims to answer; BadInput when it is no answer of a browser."""
    try:
        told = json.loads(base64url_to_bytes(_parsed(answer)["response"]["clientDataJSON"]))
        return str(told["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unreadable() from None


def _who(answer: str) -> tuple[str, str]:
    """The credential and the account that an answer claims."""
    try:
        parsed = _parsed(answer)
        return str(parsed["id"]), base64url_to_bytes(parsed["response"]["userHandle"]).decode()
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""


def _parsed(answer: str) -> Any:
    if len(answer) > LONGEST_ANSWER:
        raise _unreadable()
    return json.loads(answer)


def _unreadable() -> BadInput:
    return BadInput("浏览器的应答无法识别。请重新开始。", "The browser's answer cannot be read. Begin again.")


def _card(record: Passkey) -> PasskeyCard:
    return PasskeyCard(
        record.id, record.name, record.model, record.backed_up, record.created_at, record.last_used_at, record.revoked_at is not None
    )
