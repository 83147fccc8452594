"""Who a session stands for, signing in by a one-time link, signing out."""

from sqlalchemy.exc import SQLAlchemyError

from lingnan.base import Unavailable
from lingnan.hub.pages.desk import Desk
from lingnan.trust import Subject


def subject(desk: Desk, session: str) -> Subject:
    """Who a session's token stands for; the visitor when it is empty, unknown or over. Unavailable while the log cannot be written."""
    desk.hub.trust.audit.ensure_writable()
    return desk.hub.trust.subject_of(session)


def health(desk: Desk) -> None:
    """Nothing when database and log answer; Unavailable when not."""
    try:
        desk.organisations()
    except SQLAlchemyError as error:
        raise Unavailable(
            "平台数据库暂时无法访问，请稍后重试；运维人员请检查数据库服务与磁盘空间。",
            "The hub's database cannot be reached. Try again later; operators check the database service and disk space.",
        ) from error
    desk.hub.trust.audit.size()


def subject_of_token(desk: Desk, token: str, address: str) -> Subject:
    """Who an API token stands for when used from an address; Refused when it may not be used."""
    desk.hub.trust.audit.ensure_writable()
    return desk.hub.trust.tokens.subject_of(token, address)


def sign_in(desk: Desk, token: str) -> str:
    """The session a one-time link opens; Refused when it was used or is over."""
    return desk.hub.trust.redeem_link(token)[0]


def sign_out(desk: Desk, session: str) -> None:
    """End a session; an unknown one is no error."""
    if session:
        desk.hub.trust.accounts.sign_out(session)
