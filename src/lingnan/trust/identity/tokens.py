"""API tokens: what a program acts with; narrower than its account at every use, for one purpose, until a day, within a quota."""

import re
import secrets
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import CHINA, BadInput, Clock, Missing, Refused
from lingnan.storage import Storage
from lingnan.trust.identity.addresses import is_allowed, read_networks
from lingnan.trust.identity.agency import Agency, for_legal_person
from lingnan.trust.identity.credential_records import ApiToken, TokenUse
from lingnan.trust.identity.credential_shapes import IssuedToken, TokenCard, hashed, limits
from lingnan.trust.identity.quota import Quota
from lingnan.trust.identity.records import Account
from lingnan.trust.identity.sign_in_rules import SecondFactorRules
from lingnan.trust.identity.subjects import is_closed, make_subject
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import writing
from lingnan.trust.policy.purposes import purpose_codes
from lingnan.trust.shapes import Purpose, Subject

PREFIX = "lnt_"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM, _CHECK = 43, 6
MOST_CLIENTS = 10_000
"""Pairs of token and address one process remembers to have told of."""
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")
"""What scanners of code and logs look for; `is_token` tells a real one from chance."""

MayDo = Callable[[Subject, str], bool]
"""Whether policy permits the subject the action on anything at all."""


class Tokens:
    """Makes tokens and tells who stands behind one, with the rights held at that moment."""

    def __init__(
        self, storage: Storage, clock: Clock, agency: Agency, audit: AuditLog, second_factor: SecondFactorRules, may_do: MayDo
    ) -> None:
        self._storage, self._clock, self._agency, self._audit = storage, clock, agency, audit
        self._second_factor, self._may_do = second_factor, may_do
        self._quota = Quota(storage, clock)
        self._clients: set[tuple[str, str]] = set()

    def make(
        self, subject: Subject, *, name: str, scope: Iterable[str], purpose: Purpose, expires_at: datetime, credit_code: str = "",
        calls_a_minute: int = 0, calls_a_day: int = 0, rows_a_day: int = 0, addresses: Iterable[str] = (),
    ) -> IssuedToken:
        """A token of the signed-in account for itself, or for a legal person by its authority; shown this once, kept as a hash.

        A quota of 0 is the usual one. Refused when the scope is more than the subject may do, or a staff sign-in lacks its second factor.
        """
        actions, credit_code = tuple(sorted(set(scope))), credit_code or subject.credit_code
        self._check(subject, actions, purpose, expires_at, credit_code, name)
        secret = _fresh()
        record = ApiToken(
            token_hash=hashed(secret), account_id=subject.account, credit_code=credit_code, name=name, scope=list(actions),
            purpose_code=purpose.code, article=purpose.article, matter=purpose.matter, grant_id=purpose.grant, expires_at=expires_at,
            assurance=subject.assurance, addresses=read_networks(addresses),
            calls_a_minute=_figure("calls_a_minute", calls_a_minute), calls_a_day=_figure("calls_a_day", calls_a_day),
            rows_a_day=_figure("rows_a_day", rows_a_day),
        )
        facts = {"scope": list(actions), "until": expires_at.isoformat(), "purpose": purpose.code}
        with writing(self._audit, subject, "token.make", "token", purpose.code, facts) as begun, self._storage.session() as session:
            self._refuse_beyond_number(session, subject)
            session.add(record)
            session.flush()
            session.add(TokenUse(token_id=record.id))
            card = _card(record, None)
            begun.tell(token=card.id)
        return IssuedToken(card, secret)

    def subject_of(self, token: str, address: str = "") -> Subject:
        """Who acts with the token, its `scope` narrowed to what is permitted now; counts one call.

        Refused with code `token` when it may not be used, with code `quota` and the fact `retry_after` (seconds) when it is used up.
        """
        if not is_token(token):
            raise _useless()
        with self._storage.reading() as session:
            record = session.scalar(select(ApiToken).where(ApiToken.token_hash == hashed(token)))
            holder = self._holder(session, record) if record else None
            session.expunge_all()
        subject, reason = self._judge(record, holder, address)
        if record is None or subject is None:
            self._audit.record("token", "anonymous", "token.use", f"token:{record.id if record else 'unknown'}", "refused", "", {"reason": reason})
            raise _useless()
        if refusal := self._quota.spend_calls(record):
            self._audit.record("token", subject, "token.use", f"token:{record.id}", "refused", "", {"reason": "quota"})
            raise refusal
        self._tell_client(record.id, subject, address)
        return subject

    def _tell_client(self, token: str, subject: Subject, address: str) -> None:
        """The log learns once a process from where a token comes, by a keyed name: what watching for new addresses reads."""
        if address and (token, address) not in self._clients:
            facts = {"token": token, "client": self._audit.pseudonym("client", address)}
            self._audit.record("token", subject, "token.use", f"token:{token}", "done", facts=facts)
            if len(self._clients) >= MOST_CLIENTS:
                self._clients.clear()
            self._clients.add((token, address))

    def spend_calls(self, subject: Subject, calls: int) -> None:
        """Count the further calls of a request that asks many questions at once; Refused with code `quota`, none of them counted, when too many."""
        record = self._record_of(subject)
        if refusal := self._quota.spend_calls(record, calls):
            self._audit.record("token", subject, "token.use", f"token:{record.id}", "refused", "", {"reason": "quota", "calls": calls})
            raise refusal

    def spend_rows(self, subject: Subject, rows: int) -> None:
        """Count rows about to be given to the token's holder; Refused with code `quota`, nothing counted, when they are too many for the day."""
        record = self._record_of(subject)
        if refusal := self._quota.spend_rows(record, rows):
            self._audit.record("token", subject, "token.use", f"token:{record.id}", "refused", "", {"reason": "rows", "rows": rows})
            raise refusal

    def purpose_of(self, subject: Subject) -> Purpose:
        """The purpose the subject's token was made for."""
        record = self._record_of(subject)
        return Purpose(record.purpose_code, record.article, record.matter, record.grant_id)

    def of(self, account: str) -> list[TokenCard]:
        """Every token of an account by its id, newest first."""
        statement = select(ApiToken, TokenUse.last_used_at).join(TokenUse, TokenUse.token_id == ApiToken.id)
        with self._storage.reading() as session:
            found = session.execute(statement.where(ApiToken.account_id == account).order_by(ApiToken.sequence.desc()))
            return [_card(record, used) for record, used in found]

    def revoke(self, token: str, by: Subject) -> None:
        """End a token by its id, at once; by its holder, or by whom policy permits `account.administer`. Ending it again changes nothing."""
        with self._storage.reading() as session:
            columns = select(ApiToken.account_id, ApiToken.credit_code, ApiToken.revoked_at)
            holder = session.execute(columns.where(ApiToken.id == token)).first()
        own = holder is not None and holder.account_id == by.account and by.credit_code in ("", holder.credit_code)
        if holder is None or not (own or self._may_do(by, "account.administer")):
            raise Missing("没有这个令牌，或它不属于您。", "There is no such token, or it is not yours.", token=token)
        if holder.revoked_at is not None:
            return
        with writing(self._audit, by, "token.revoke", f"token:{token}"), self._storage.session() as session:
            record = session.get_one(ApiToken, token)
            record.revoked_at = record.revoked_at or self._clock.now()

    def _check(self, subject: Subject, actions: tuple[str, ...], purpose: Purpose, expires_at: datetime, credit_code: str, name: str) -> None:
        if not subject.session or subject.token:
            raise Refused("令牌只能由账号本人登录后创建。请先登录。", "A token is made by its account, signed in. Sign in first.")
        if not self._may_do(subject, "token.make"):
            raise Refused("该账号不得创建令牌。", "This account may not make tokens.")
        if subject.kind == "official" and subject.assurance < 2:
            raise Refused(
                "工作人员创建令牌须先通过第二重验证。请验证后重试。", "Staff show a second factor before they make a token. Show it, then retry."
            )
        _check_words(purpose, expires_at, self._clock.now(), name)
        acting = self._acting(subject, credit_code, purpose.matter)
        beyond = [each for each in actions if not self._may_do(acting, each) or (subject.scope and each not in subject.scope)]
        if beyond or not actions:
            raise Refused(
                f"令牌的权限须为本账号现有权限的一部分，且不得为空。超出：{'、'.join(beyond) or '无'}。请缩小范围。",
                f"A token's scope is a part of what the account may do, and not empty. Beyond it: {', '.join(beyond) or 'none'}. Ask for less.",
                beyond=beyond,
            )

    def _acting(self, subject: Subject, credit_code: str, matter: str) -> Subject:
        if not credit_code:
            return subject
        other = subject.credit_code and subject.credit_code != credit_code
        if other or self._agency.may_act(subject.account, credit_code, matter) is None:
            raise Refused(
                "该账号没有此法人就该事项的有效代办授权，不能为其创建令牌。请先登记授权委托书。",
                "This account has no valid authority of that legal person in this matter, so it makes no token for it. Have one confirmed first.",
            )
        return for_legal_person(subject, credit_code)

    def _refuse_beyond_number(self, session: Session, subject: Subject) -> None:
        most, now = limits()["tokens_an_account"], self._clock.now()
        alive = select(ApiToken.id).where(ApiToken.account_id == subject.account, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        if len(session.scalars(alive).all()) >= most:
            raise Refused(
                f"每个账号至多 {most} 个有效令牌。请先撤销不用的。", f"An account has at most {most} live tokens. Revoke one first.", most=most
            )

    def _holder(self, session: Session, record: ApiToken) -> Subject | None:
        """The account as it stands now, with the assurance shown when the token was made; None when it is disabled."""
        account = session.get(Account, record.account_id)
        if account is None or is_closed(session, account):
            return None
        return make_subject(session, account, self._second_factor, record.assurance)

    def _judge(self, record: ApiToken | None, holder: Subject | None, address: str) -> tuple[Subject | None, str]:
        """The subject, or None and the reason, which only the log is told."""
        if record is None:
            return None, "unknown"
        if record.revoked_at is not None or record.expires_at <= self._clock.now():
            return None, "revoked" if record.revoked_at else "expired"
        if holder is None:
            return None, "disabled"
        if record.addresses and not is_allowed(address, record.addresses):
            return None, "address"
        if record.credit_code:
            if self._agency.may_act(record.account_id, record.credit_code, record.matter) is None:
                return None, "authority"
            holder = for_legal_person(holder, record.credit_code)
        # An empty scope means everything, so a token with nothing left must not become a subject at all.
        scope = frozenset(action for action in record.scope if self._may_do(holder, action))
        return (replace(holder, token=record.id, scope=scope), "") if scope else (None, "scope")

    def _record_of(self, subject: Subject) -> ApiToken:
        with self._storage.reading() as session:
            record = session.get(ApiToken, subject.token) if subject.token else None
            session.expunge_all()
        if record is None:
            raise Missing("该主体不是以令牌行事。", "This subject does not act with a token.")
        return record


def is_token(text: str) -> bool:
    """Whether the text is a token by its prefix and checksum; nothing is looked up."""
    return PATTERN.fullmatch(text) is not None and _check_characters(text[:-_CHECK]) == text[-_CHECK:]


def _fresh() -> str:
    body = PREFIX + _base62(int.from_bytes(secrets.token_bytes(32), "big"), _RANDOM)
    return body + _check_characters(body)


def _check_characters(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def _check_words(purpose: Purpose, expires_at: datetime, now: datetime, name: str) -> None:
    if purpose.code not in purpose_codes() or not purpose.matter.strip() or not name.strip() or len(name) > 80:
        codes = purpose_codes()
        raise BadInput(
            f"令牌须有名称（至多 80 字）、目的代码（{'、'.join(codes)} 之一）与事项编号。请补充。",
            f"A token needs a name (at most 80 characters), a purpose code (one of {', '.join(codes)}) and the number of a matter. Add them.",
        )
    longest = limits()["token_days"]
    if not now < expires_at <= now + timedelta(days=longest):
        raise BadInput(
            f"令牌到期时间须在现在之后、{longest} 天以内（至 {(now + timedelta(days=longest)).astimezone(CHINA):%Y-%m-%d %H:%M}）。",
            f"A token expires after now and within {longest} days.", longest=longest,
        )


def _figure(name: str, asked: int) -> int:
    usual, most = limits()[name]["usual"], limits()[name]["most"]
    if not 0 <= asked <= most:
        raise BadInput(f"{name} 应在 1 与 {most} 之间，或为 0（取 {usual}）。", f"{name} is between 1 and {most}, or 0 for {usual}.", name=name)
    return asked or int(usual)


def _useless() -> Refused:
    return Refused(
        "令牌无效、已到期、已撤销，或不能在此使用。请由其账号重新创建。",
        "This token is unknown, over, revoked, or not to be used from here. Its account makes a new one.", code="token",
    )


def _card(record: ApiToken, used: datetime | None) -> TokenCard:
    return TokenCard(
        record.id, record.name, record.account_id, record.credit_code, tuple(record.scope), record.purpose_code, record.matter,
        tuple(record.addresses), record.calls_a_minute, record.calls_a_day, record.rows_a_day, record.created_at, record.expires_at, used,
        record.revoked_at is not None,
    )
