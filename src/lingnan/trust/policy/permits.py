"""Verbs that change the policy itself: who may, that two different persons did, and the log's word on it."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from lingnan.base import Refused
from lingnan.trust.log.writing import Writing, writing
from lingnan.trust.shapes import Classified, Subject

if TYPE_CHECKING:
    from lingnan.trust.policy.deciding import PolicyPoint


def must_be_allowed(point: "PolicyPoint", by: Subject, action: str, resource: str, table: Classified | None = None) -> str:
    """The reference of the person who acts; Refused when the policy does not permit it (with that table) or nobody is named. Logged."""
    must_be_named(by, action)
    point.allow(by, action, resource, table=table)
    return by.reference


def must_be_named(by: Subject, action: str) -> None:
    """Refused when no account acts."""
    if not by.account:
        raise Refused(
            f"“{action}”须由具名账号办理。请登录后重试。", f"“{action}” has to be done by a named account. Sign in and try again.", action=action
        )


def must_be_another(first: str, second: str, what: tuple[str, str]) -> None:
    """Refused when the second person is the first (four eyes 四眼原则)."""
    if first == second:
        raise Refused(
            f"{what[0]}须由提出人以外的另一人批准。请交由其他有权人员办理。", f"{what[1]} has to be approved by another person than who proposed it.",
            person=first,
        )


def changing(point: "PolicyPoint", by: Subject, action: str, resource: str, **facts: Any) -> AbstractContextManager[Writing]:
    """The log's word on a change before it is made, and on its end after it."""
    return writing(point.audit, by, action, resource, facts=facts)
