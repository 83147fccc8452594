"""Mails: composed so that nothing in them can become a header, handed to the mail server so that a kill makes no second one."""

import html
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from lingnan.base import BadInput, Unavailable
from lingnan.casework.mail_shapes import MailDraft, MailRefused, MailSettings, check_address

TIMEOUT_S = 15.0
SENDER = {"zh": "岭南政务数据枢纽", "en": "Lingnan data hub"}
_FOOT = {
    "zh": "本邮件由系统自动发送，请勿回复。接收方式可在枢纽的通知设置中更改。",
    "en": "Sent automatically; please do not reply. Change how you are told in the hub.",
}


def compose(draft: MailDraft, settings: MailSettings) -> EmailMessage:
    """Text and HTML side by side, in UTF-8; the subject encoded after RFC 2047."""
    for part in (draft.subject, draft.message_id):
        if any(each in part for each in "\r\n\0"):
            raise BadInput("邮件标题中不得有换行。", "The subject of a mail must hold no line break.")
    message = EmailMessage(policy=SMTP)
    user, _, domain = settings.sender.partition("@")
    message["From"] = Address(SENDER["en" if draft.lang == "en" else "zh"], user, domain)
    message["To"] = check_address(draft.to)
    message["Subject"] = draft.subject
    message["Date"] = format_datetime(draft.at)
    message["Message-ID"] = draft.message_id
    # RFC 3834: no machine answers this, so that two of them never write to each other for ever.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(draft, settings), cte="base64")
    message.add_alternative(_html(draft, settings), subtype="html", cte="base64")
    return message


class MailServer:
    """A connection to the mail server for one round of mails."""

    def __init__(self, settings: MailSettings, smtp: smtplib.SMTP) -> None:
        self._settings, self._smtp = settings, smtp

    @classmethod
    @contextmanager
    def connected(cls, settings: MailSettings) -> Iterator["MailServer"]:
        """Connect, encrypt as asked, sign in; Unavailable when any of it fails, and nothing is sent in the clear instead."""
        try:
            smtp = _open(settings)
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(
                f"邮件服务器 {settings.host}:{settings.port} 不可用（{_reason(error)}）。请检查邮件设置后等待重试。",
                f"Mail server {settings.host}:{settings.port} cannot be used ({_reason(error)}). Check the mail settings; it is tried again.",
            ) from error
        try:
            yield cls(settings, smtp)
        finally:
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()

    def hand_over(self, draft: MailDraft, before_last_word: Callable[[], None]) -> None:
        """Give the mail to the server. MailRefused when it never takes it, Unavailable when it does not now.

        `before_last_word` is called when all but the final dot is sent: until then the server has no mail, afterwards it has one even
        if we die, so that a mark set in between tells which of the two it was.
        """
        body = re.sub(rb"(?m)^\.", b"..", compose(draft, self._settings).as_bytes())
        try:
            self._ask(250, *self._smtp.mail(self._settings.sender))
            self._ask(250, *self._smtp.rcpt(draft.to))
            self._ask(354, *self._smtp.docmd("DATA"))
            self._smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        except (OSError, smtplib.SMTPException) as error:
            raise _lost(error) from error
        before_last_word()
        self._smtp.send(b".\r\n")
        self._ask(250, *self._smtp.getreply())

    def _ask(self, wanted: int, code: int, said: bytes) -> None:
        if code == wanted or (wanted == 250 and code == 251):
            return
        with suppress(OSError):
            self._smtp.rset()
        words = f"{code} {said.decode('utf-8', 'replace')}"[:300]
        if code >= 500:
            raise MailRefused(f"邮件服务器拒收：{words}。", f"The mail server refuses it: {words}.", reply=code)
        raise Unavailable(f"邮件服务器暂不接收：{words}。", f"The mail server does not take it now: {words}.", reply=code)


def _open(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=str(settings.ca) if settings.ca else None)
    if settings.tls == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_S, context=context)
    else:
        smtp = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
    try:
        if settings.tls == "starttls":
            smtp.starttls(context=context)
        if settings.user:
            smtp.login(settings.user, settings.password)
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _reason(error: Exception) -> str:
    """What went wrong without anything that was sent: a failed sign-in must not tell the password."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _lost(error: Exception) -> Unavailable:
    return Unavailable(
        f"与邮件服务器的连接中断（{_reason(error)}）。稍后重试。", f"The connection to the mail server broke ({_reason(error)}). It is tried again."
    )


def _text(draft: MailDraft, settings: MailSettings) -> str:
    parts = [f"{line['title']}\n\n{line['text']}\n{_link(line, settings)}".rstrip() for line in draft.lines]
    return "\n\n----\n\n".join(parts) + f"\n\n-- \n{_FOOT['en' if draft.lang == 'en' else 'zh']}\n"


def _html(draft: MailDraft, settings: MailSettings) -> str:
    parts = []
    for line in draft.lines:
        link = html.escape(_link(line, settings))
        anchor = f'<p><a href="{link}">{link}</a></p>' if link else ""
        text = html.escape(line["text"]).replace("\n", "<br>")
        parts.append(f"<h2>{html.escape(line['title'])}</h2><p>{text}</p>{anchor}")
    lang = "en" if draft.lang == "en" else "zh-CN"
    return f'<!doctype html><html lang="{lang}"><body>{"<hr>".join(parts)}<p><small>{html.escape(_FOOT[lang[:2]])}</small></p></body></html>\n'


def _link(line: dict[str, str], settings: MailSettings) -> str:
    path = line.get("link", "")
    return f"{settings.site.rstrip('/')}{path}" if settings.site and path.startswith("/") else ""
