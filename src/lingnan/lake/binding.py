"""What a view may read without showing it: values that are bound, and keys that no statement holds."""

import re

import pyarrow as pa

from lingnan.base import WrongUse
from lingnan.lake import names

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_BLOCK = 64
"""Bytes of one SHA-256 block (FIPS 180-4), which HMAC fills its key up to (RFC 2104)."""


def bound(name: str) -> str:
    """The expression by which a view's filter or mask reads `View.values[name]`."""
    return f"getvariable({names.literal(checked(name))})"


def keyed_hash(name: str, text: str) -> str:
    """The expression for HMAC-SHA-256 of a text expression under `View.keys[name]`, 64 hexadecimal digits; null of null."""
    key = names.quoted(key_table(name))
    inner = f"sha256((select key_inner from {key}) || encode({text}))"
    return f"sha256((select key_outer from {key}) || unhex({inner}))"


def pads(key: bytes) -> pa.Table:
    """The key as HMAC uses it, in one row that statements can read without holding it."""
    filled = key.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ with_byte for byte in filled) for with_byte in (0x36, 0x5C))
    return pa.table({"key_inner": pa.array([inner], pa.binary()), "key_outer": pa.array([outer], pa.binary())})


def key_table(name: str) -> str:
    """The name under which an engine keeps the key of that name."""
    return f"key {checked(name)}"


def checked(name: str) -> str:
    """The name of a value or key when it is one; else WrongUse."""
    if not _NAME.fullmatch(name):
        raise WrongUse(f"“{name}”不能作为绑定值的名称。", f"“{name}” is no name for a bound value.", name=name)
    return name
