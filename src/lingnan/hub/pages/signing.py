"""Signing in one's own name on a page: shortly after having shown a second factor, and withdrawn when the step comes to nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lingnan.base import BadInput, LingnanError
from lingnan.hub.pages.desk import Desk
from lingnan.trust import SignInRules, Subject
from lingnan.trust.identity.service import has_passkey

UNUSED = "未采用：办理未完成 not used: the step was not done"


def confirmed(desk: Desk, subject: Subject, session: str) -> bool:
    """Whether the person has shown with a second factor who they are, within the minutes in which they may sign."""
    minutes = SignInRules.read(desk.hub.home).confirm_minutes
    return bool(session) and subject.assurance > 1 and desk.hub.trust.sessions.recently_confirmed(session, minutes)


def signs_by_passkey(desk: Desk, subject: Subject) -> bool:
    """Whether the person has a passkey to sign with."""
    with desk.hub.storage.reading() as session:
        return bool(subject.account) and has_passkey(session, subject.account)


def must_be_confirmed(desk: Desk, subject: Subject, session: str) -> None:
    """BadInput at the field `code` until the person has shown who they are."""
    if not confirmed(desk, subject, session):
        zh, en = "此步须电子签名，请先以动态口令或通行密钥验证身份", "this step is signed: first show a one-time code or passkey"
        raise BadInput(f"{zh}。", f"{en[0].upper()}{en[1:]}.", code="FormWrong", fields={"code": {"zh": zh, "en": en}})


@contextmanager
def signed(desk: Desk, subject: Subject, content: bytes, title: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """The receipt of the person's own signature of exactly this content, withdrawn when the block fails."""
    signatures = desk.hub.trust.signatures
    receipt = signatures.sign(subject, "decision", signatures.digest(content), title, facts)
    try:
        yield receipt.text
    except LingnanError:
        signatures.withdraw(subject, receipt.code, UNUSED)
        raise
