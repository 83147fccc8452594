"""Signing in at a registered OpenID Connect provider: authorization code with PKCE, state and nonce (RFC 9700, OpenID Connect Core 1.0)."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingnan.base import Clock, LingnanError, Refused, Unavailable
from lingnan.standards import USCC
from lingnan.storage import Storage
from lingnan.trust.identity.accounts import Accounts
from lingnan.trust.identity.agency import Agency
from lingnan.trust.identity.ceremonies import Asked, Ceremonies
from lingnan.trust.identity.credential_records import ProviderInvitation
from lingnan.trust.identity.credential_shapes import Departure, ProviderCard, hashed, limits
from lingnan.trust.identity.id_tokens import NotBelieved, ProviderDescriptions, client_of
from lingnan.trust.identity.pending import SignInStep
from lingnan.trust.identity.provider_registry import Provider, ProviderRegistry
from lingnan.trust.identity.records import Account, AccountIdentity
from lingnan.trust.identity.sessions import Sessions
from lingnan.trust.identity.sign_in import SignIn
from lingnan.trust.identity.site import Site
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.writing import writing
from lingnan.trust.shapes import Subject

SIGN_IN = "provider.sign_in"
METHOD_LENGTH = 25
"""So that the factors shown after it have room in the session's method."""
ACCOUNT_KINDS = {"citizen": "citizen", "enterprise": "citizen", "official": "official"}
"""Accounts are of natural persons: who signs in for a legal person is a citizen acting for it."""


class Providers:
    """Sends browsers to providers and takes them back; an identity is issuer and subject within one kind, never an e-mail address."""

    def __init__(
        self, storage: Storage, home: Path, clock: Clock, key: HubKey, accounts: Accounts, sessions: Sessions, sign_in: SignIn, agency: Agency,
        audit: AuditLog, site: Site, may_do: Callable[[Subject, str], bool],
    ) -> None:
        self._storage, self._clock, self._key, self._audit, self._site = storage, clock, key, audit, site
        self._accounts, self._sessions, self._sign_in, self._agency, self._may_do = accounts, sessions, sign_in, agency, may_do
        self._registry, self._ceremonies, self._descriptions = ProviderRegistry(home), Ceremonies(storage, clock), ProviderDescriptions(clock)

    def cards(self) -> list[ProviderCard]:
        """The registered providers in the order of the file."""
        return [provider.card for provider in self._registry.all().values()]

    def redirect_uri(self, provider: str) -> str:
        """The one address this provider may send browsers back to; register exactly this there."""
        return f"{self._site.origin}/sign-in/providers/{self._registry.one(provider).id}/arrival"

    def invite(self, account: str, provider: str, by: Subject) -> str:
        """A token that links the account to whoever brings it first from that provider; Refused unless policy permits `account.administer`."""
        chosen, card = self._registry.one(provider), self._accounts.account(account)
        if not self._may_do(by, "account.administer"):
            self._audit.record("provider", by, "provider.invite", f"account:{card.id}", "refused")
            raise Refused("只有系统管理员可以邀请账号关联身份提供方。", "Only a system administrator invites accounts to link a provider.")
        if card.kind != ACCOUNT_KINDS[chosen.kind]:
            raise Refused(
                "该身份提供方与账号的类别不符。请选择同类的提供方。", "That provider is for another kind of account. Choose one of its kind."
            )
        token, ends = secrets.token_urlsafe(32), self._clock.now() + timedelta(days=limits()["invitation_days"])
        invitation = ProviderInvitation(
            token_hash=hashed(token), provider=chosen.id, account_id=card.id, made_by=by.reference, expires_at=ends
        )
        told = writing(self._audit, by, "provider.invite", f"account:{card.id}", facts={"provider": chosen.id})
        with told, self._storage.session() as session:
            session.add(invitation)
        return token

    def begin(self, provider: str, invitation: str = "") -> Departure:
        """Where to send the browser, and the value for its cookie; Unavailable when the provider does not answer."""
        chosen = self._registry.one(provider)
        endpoint = self._descriptions.of(chosen).endpoints["authorization_endpoint"]
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._ceremonies.ask(SIGN_IN, state, limits()["provider_minutes"], provider=chosen.id, browser=browser, invitation=invitation)
        asked = {
            "response_type": "code", "client_id": chosen.client_id, "redirect_uri": self.redirect_uri(chosen.id), "scope": " ".join(chosen.scopes),
            "state": state, "nonce": self._derived("nonce", state), "code_challenge_method": "S256",
            "code_challenge": create_s256_code_challenge(self._derived("verifier", state)),
        }
        return Departure(add_params_to_uri(endpoint, list(asked.items())), browser)

    def arrive(self, provider: str, answer: Mapping[str, str], browser: str, device: str = "") -> SignInStep:
        """A session for who signed in there, or what has to be shown first: a second factor enrolled here, or one that has to be enrolled.

        `answer` is the query of the redirect, `browser` the cookie; Refused, in one sentence, when they do not fit.
        The state is used up whatever comes of it. A legal person's session acts for the legal person its provider names, or not at all, never
        for the account itself; so it needs no factor of the account's.
        """
        chosen, state = self._registry.one(provider), answer.get("state", "")
        asked = self._ceremonies.take(SIGN_IN, state) if state else None
        try:
            if asked is None or asked.provider != chosen.id or not browser or not secrets.compare_digest(hashed(browser), asked.browser_hash):
                raise NotBelieved("state")
            claims = self._claims(chosen, answer, state)
            account = self._account(chosen, claims, asked)
            code = self._credit_code(chosen, claims, account)
            second = bool(chosen.second_factor_acr) and claims.get("acr") in chosen.second_factor_acr
            assurance, method = 2 if second else 1, f"provider:{chosen.id}"[:METHOD_LENGTH]
            if not code:
                return self._sign_in.with_proof(account, method, device, assurance)
            return self._enter_for(account, code, chosen, assurance, method, device)
        except NotBelieved as error:
            raise self._refuse(chosen, str(error)) from None
        except Refused:
            raise self._refuse(chosen, "closed") from None

    def _enter_for(self, account: str, code: str, provider: Provider, assurance: int, method: str, device: str) -> SignInStep:
        """A session that acts for the legal person from its first moment."""
        holder = self._accounts.account(account)
        facts = {"method": method, "provider": provider.id, "state": "signed_in"}
        told = writing(self._audit, f"{holder.kind}:{holder.id}", "account.sign_in", f"account:{holder.id}", facts=facts)
        with told, self._storage.session() as session:
            opened = self._sessions.open_within(session, session.get_one(Account, holder.id), assurance, method=method, device=device)
            return SignInStep.signed_in(self._agency.bind_within(session, opened, code))

    def _claims(self, provider: Provider, answer: Mapping[str, str], state: str) -> dict[str, Any]:
        if "error" in answer or not answer.get("code"):
            raise NotBelieved("declined")
        # RFC 9207: a provider that names itself in the redirect must be the one the browser was sent to.
        if answer.get("iss", provider.issuer) != provider.issuer:
            raise NotBelieved("issuer")
        told = self._redeem(provider, answer["code"], self._derived("verifier", state))
        return self._descriptions.claims(provider, str(told.get("id_token", "")), self._derived("nonce", state), str(told.get("access_token", "")))

    def _redeem(self, provider: Provider, code: str, verifier: str) -> dict[str, Any]:
        """The provider's answer for a code; NotBelieved when it takes it for used, old or not ours."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri(provider.id), "code_verifier": verifier,
            "client_id": provider.client_id,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        secret = provider.secret()
        if secret is not None and provider.client_authentication == "post":
            form["client_secret"] = secret.get_secret_value()
        elif secret is not None:
            # RFC 6749 2.3.1: both halves are form-encoded before they are joined.
            pair = f"{quote(provider.client_id, safe='')}:{quote(secret.get_secret_value(), safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        endpoint = self._descriptions.of(provider).endpoints["token_endpoint"]
        try:
            got = client_of(provider).post(endpoint, urlencode(form).encode(), headers)
            told = json.loads(got.body) if got.status == 200 else None
        except (ValueError, RecursionError):
            told = None
        except LingnanError:
            raise Unavailable("身份提供方没有应答。请稍后重试。", "The identity provider does not answer. Try again later.") from None
        if not isinstance(told, dict):
            raise NotBelieved("code")
        return told

    def _account(self, provider: Provider, claims: dict[str, Any], asked: Asked) -> str:
        """The linked account; else the invited one; else, for citizens where the provider is trusted so far, a new one."""
        subject = str(claims["sub"])
        account, kind = self._linked(provider, subject)
        if not account:
            try:
                account, kind = self._link(provider, subject, claims, asked)
            except IntegrityError:
                # The same person in two windows: the other one was first, and its link holds.
                account, kind = self._linked(provider, subject)
        if not account or kind != ACCOUNT_KINDS[provider.kind]:
            raise NotBelieved("kind")
        return account

    def _linked(self, provider: Provider, subject: str) -> tuple[str, str]:
        """Id and kind of the account that this subject was linked to; empty texts when none was."""
        with self._storage.reading() as session:
            linked = _linked(session, provider, subject)
            return (linked.id, linked.kind) if linked else ("", "")

    def _link(self, provider: Provider, subject: str, claims: dict[str, Any], asked: Asked) -> tuple[str, str]:
        """Link the subject to the invited account, or to a new one; nobody is known before, so the outcome names the account."""
        facts = {"provider": provider.id, "invited": bool(asked.invitation_hash)}
        told = writing(self._audit, "anonymous", "provider.link", f"provider:{provider.id}", facts=facts)
        with told as begun, self._storage.session() as session:
            linked = self._invited(session, provider, asked) or self._fresh(session, provider, claims)
            session.add(AccountIdentity(issuer=provider.namespace, subject=subject, account_id=linked.id))
            session.flush()
            begun.tell(account=linked.id)
            return linked.id, linked.kind

    def _invited(self, session: Session, provider: Provider, asked: Asked) -> Account | None:
        if not asked.invitation_hash:
            return None
        now = self._clock.now()
        unused = (ProviderInvitation.token_hash == asked.invitation_hash) & (ProviderInvitation.provider == provider.id)
        unused = unused & ProviderInvitation.used_at.is_(None) & (ProviderInvitation.expires_at > now)
        taking = update(ProviderInvitation).where(unused).values(used_at=now).returning(ProviderInvitation.account_id)
        account = session.scalar(taking.execution_options(synchronize_session=False))
        if account is None:
            raise NotBelieved("invitation")
        return session.get(Account, account)

    def _fresh(self, session: Session, provider: Provider, claims: dict[str, Any]) -> Account:
        if not (provider.kind == "citizen" and provider.citizen_accounts):
            raise NotBelieved("unknown")
        told = claims.get("name")
        shown = told.strip()[:200] if isinstance(told, str) else ""
        return self._accounts.make_within(session, f"{provider.id}-{secrets.token_hex(8)}", shown or provider.zh, "", kind="citizen")

    def _credit_code(self, provider: Provider, claims: dict[str, Any], account: str) -> str:
        """The legal person that an enterprise's provider names; its written authority for this account must hold."""
        if provider.kind != "enterprise":
            return ""
        told = claims.get(provider.credit_code_claim)
        code = (USCC.normal(told) or "") if isinstance(told, str) else ""
        if not USCC.valid(code) or self._agency.may_act(account, code) is None:
            raise NotBelieved("authority")
        return code

    def _derived(self, use: str, state: str) -> str:
        """Nonce and verifier are made from the state and the hub's key, so that neither has to be kept anywhere."""
        return base64.urlsafe_b64encode(self._key.seal(f"provider.{use}", state.encode())).rstrip(b"=").decode()

    def _refuse(self, provider: Provider, reason: str) -> Refused:
        """The one refusal that callers are told; the log keeps the reason."""
        self._audit.record("provider", "anonymous", SIGN_IN, f"provider:{provider.id}", "refused", "", {"reason": reason})
        return Refused(
            "未能以该身份提供方登录：登录已过期、未被授权，或该身份尚未关联账号。请重新开始，或向管理员索取邀请。",
            "Signing in with that provider did not succeed: it took too long, was declined, or the identity is linked to no account. "
            "Begin again, or ask the administrator for an invitation.", code="provider",
        )


def _linked(session: Session, provider: Provider, subject: str) -> Account | None:
    statement = select(Account).join(AccountIdentity, AccountIdentity.account_id == Account.id)
    return session.scalar(statement.where(AccountIdentity.issuer == provider.namespace, AccountIdentity.subject == subject))
