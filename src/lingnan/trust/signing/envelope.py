"""The text of a receipt: a JWS in compact form (RFC 7515) over canonical JSON (RFC 8785), algorithm names of RFC 9864."""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from typing import Any

from lingnan.base import BadInput, WrongUse

TYPE = "lingnan-signature"
LARGEST = 1 << 53
LENGTH_LIMIT = 64_000


def canonical(values: Mapping[str, Any]) -> bytes:
    """The one spelling of the values as JSON; WrongUse for what has none (fractions, huge numbers, other types)."""
    _check(values)
    # By UTF-16 units, as RFC 8785 3.2.3 orders names; Python's own sorting differs beyond the basic plane.
    return json.dumps(_ordered(values), ensure_ascii=False, separators=(",", ":")).encode()


def signing_input(header: Mapping[str, Any], payload: Mapping[str, Any]) -> bytes:
    """What is signed: header and payload in base64url with a point between."""
    return f"{_encode(canonical(header))}.{_encode(canonical(payload))}".encode()


def encode(signed: bytes, signature: bytes) -> str:
    """The whole text."""
    return f"{signed.decode()}.{_encode(signature)}"


def decode(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Header, payload and signature of a text; BadInput when it is no receipt."""
    parts = text.strip().split(".")
    try:
        if len(text) > LENGTH_LIMIT or len(parts) != 3:
            raise ValueError("not three parts")
        header, payload, signature = json.loads(_decode(parts[0])), json.loads(_decode(parts[1])), _decode(parts[2])
        if not isinstance(header, dict) or not isinstance(payload, dict) or header.get("typ") != TYPE:
            raise ValueError("not a receipt")
    except (ValueError, RecursionError, binascii.Error) as error:
        raise BadInput("这不是签名回执。", "This is no signature receipt.") from error
    return header, payload, signature


def signed_part(text: str) -> bytes:
    """The bytes of a text that its signature is over."""
    return text.strip().rpartition(".")[0].encode()


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _ordered(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    return [_ordered(each) for each in value] if isinstance(value, list | tuple) else value


def _check(value: Any) -> None:
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise _no_spelling("a name that is no text")
        for each in value.values():
            _check(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check(each)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST):
        raise _no_spelling(str(value) if math.isfinite(value) else "no number")
    elif not isinstance(value, str | int | type(None)):
        raise _no_spelling(type(value).__name__)


def _no_spelling(what: str) -> WrongUse:
    return WrongUse(
        f"签名的附加事实只能是文本、整数、真假值、列表与对象（{what}）。小数请写成文本。",
        f"Facts of a signature are texts, whole numbers, truth values, lists and objects only ({what}). Write fractions as text.",
    )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
