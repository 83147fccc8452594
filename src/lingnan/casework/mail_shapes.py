"""What a mail needs: the server's settings, the draft, and addresses that are no headers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from lingnan.base import BadInput, LingnanError, Settings, WrongUse

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")


class MailRefused(LingnanError):
    """The server will never take this mail (a reply of 500 or above)."""


@dataclass(frozen=True)
class MailSettings:
    """How to reach the mail server; the password shows nowhere."""

    host: str
    sender: str
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca: Path | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    site: str = ""

    @classmethod
    def read(cls, settings: Settings) -> "MailSettings | None":
        """From the hub's settings; None when no mail is to be sent, WrongUse when something is missing."""
        if not settings.mail_host:
            return None
        if not settings.mail_from:
            raise WrongUse("设置了 LINGNAN_MAIL_HOST，还须设置 LINGNAN_MAIL_FROM。", "LINGNAN_MAIL_HOST is set; LINGNAN_MAIL_FROM is needed too.")
        file = settings.mail_password_file
        password = file.read_text(encoding="utf-8").strip() if file else settings.mail_password.get_secret_value()
        return cls(
            settings.mail_host, check_address(settings.mail_from), settings.mail_port, settings.mail_tls, settings.mail_ca, settings.mail_user,
            password, settings.site,
        )


@dataclass(frozen=True)
class MailDraft:
    """A mail to be: one person, one language, one or several notices (title, text, link)."""

    to: str
    lang: str
    subject: str
    lines: Sequence[dict[str, str]]
    message_id: str
    at: datetime


def check_address(address: str) -> str:
    """The address; BadInput when it is none, above all when it holds a line break."""
    if len(address) > 254 or not _ADDRESS.fullmatch(address) or ".." in address or address.startswith(".") or ".@" in address:
        raise BadInput("电子邮件地址的写法不对。例：name@example.cn。", "This is no e-mail address. Example: name@example.cn.")
    return address
