"""Signatures of webhooks in the Standard Webhooks form: over id, moment and body, so that neither can be altered nor sent again later."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from lingnan.base import Refused

PREFIX = "whsec_"
ID, MOMENT, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def shown_secret(secret: bytes) -> str:
    """The secret as the receiver is given it."""
    return PREFIX + base64.b64encode(secret).decode()


def signed_content(message: str, moment: datetime, body: bytes) -> bytes:
    """What is signed."""
    return f"{message}.{int(moment.timestamp())}.".encode() + body


def hmac_signature(secret: bytes, content: bytes) -> str:
    """One entry `v1,…` of the signature header."""
    return "v1," + base64.b64encode(hmac.digest(secret, content, "sha256")).decode()


def check_webhook(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], now: datetime, window_seconds: int = 300) -> str:
    """The id of a genuine message; Refused for a wrong signature or a moment outside the window. Whoever receives keeps ids for the window."""
    told = {name.lower(): value for name, value in headers.items()}
    message, moment, given = (told.get(name, "") for name in (ID, MOMENT, SIGNATURE))
    if not moment.isdecimal() or len(moment) > 12 or abs(now.timestamp() - int(moment)) > window_seconds:
        raise Refused("消息的时间在允许的窗口之外。", "The message's moment lies outside the window.")
    content = f"{message}.{moment}.".encode() + body
    expected = [hmac_signature(_bytes_of(secret), content) for secret in secrets]
    if not message or not any(hmac.compare_digest(each, one) for each in expected for one in given.split(" ") if one.isascii()):
        raise Refused("消息的签名不对。", "The message's signature is wrong.")
    return message


def _bytes_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise Refused("密钥不是 whsec_ 形式。", "The secret has not the form whsec_….") from error
