"""Signing keys that stay in a PKCS#11 token (extra `hsm`): the hub asks the token to sign and never sees the key."""

import threading
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lingnan.base import Unavailable, WrongUse
from lingnan.trust.keys import ed25519, es256
from lingnan.trust.keys.secret import read_secret

PIN = "HSM_PIN"
_LOCK = threading.Lock()


class TokenKey:
    """A key in a token, found by module, token label and key label; the PIN comes from `LINGNAN_HSM_PIN` or its file."""

    def __init__(self, place: Mapping[str, str], algorithm: str, public: bytes) -> None:
        self.place, self.algorithm, self.public = dict(place), algorithm, public

    @classmethod
    def at(cls, place: Mapping[str, str], algorithm: str = "") -> Self:
        """The key at that place; Unavailable when token or key do not answer, WrongUse when it is no key the hub can use."""
        with _LOCK, _session(place) as session:
            public = _public(session, place)
        found = _algorithm(public)
        if algorithm and found != algorithm:
            raise WrongUse(
                f"令牌中密钥 {place['label']} 的算法为 {found}，应为 {algorithm}。", f"The token's key {place['label']} is {found}, not {algorithm}."
            )
        return cls(place, found, public)

    def sign(self, data: bytes) -> bytes:
        """The signature, made inside the token; Unavailable when the token does not answer."""
        library = _library("pkcs11")
        with _LOCK, _session(self.place) as session:
            try:
                key = session.get_key(object_class=library.ObjectClass.PRIVATE_KEY, label=self.place["label"])
                signature: bytes = self._sign(library, key, data)
            except library.PKCS11Error as error:
                raise _no_answer(self.place, error) from None
        return signature

    def _sign(self, library: Any, key: Any, data: bytes) -> Any:
        if self.algorithm == ed25519.ALGORITHM:
            return key.sign(data, mechanism=library.Mechanism.EDDSA)
        # The hash is taken here: tokens that sign hashes only are more common than those that also hash.
        from lingnan.trust.keys.suites import suite_by_name

        return key.sign(suite_by_name("international").digest(data), mechanism=library.Mechanism.ECDSA)


def _session(place: Mapping[str, str]) -> Any:
    library, pin = _library("pkcs11"), read_secret(PIN)
    if pin is None:
        raise WrongUse(
            "签名密钥在密码设备中：请设置 LINGNAN_HSM_PIN_FILE。", "The signing key is in a token: set LINGNAN_HSM_PIN_FILE."
        )
    try:
        return _module(place["module"]).get_token(token_label=place["token"]).open(user_pin=pin.get_secret_value())
    except (library.PKCS11Error, RuntimeError) as error:
        raise _no_answer(place, error) from None


@cache
def _module(path: str) -> Any:
    return _library("pkcs11").lib(path)


def _public(session: Any, place: Mapping[str, str]) -> bytes:
    library, encoders = _library("pkcs11"), _library("pkcs11.util.ec")
    try:
        key = session.get_key(object_class=library.ObjectClass.PUBLIC_KEY, label=place["label"])
        if key.key_type == library.KeyType.EC_EDWARDS:
            # The attribute is an OCTET STRING, in some modules without its header, around the 32 bytes of RFC 8032.
            point = Ed25519PublicKey.from_public_bytes(key[library.Attribute.EC_POINT][-ed25519.PUBLIC_BYTES:])
            return point.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return bytes(encoders.encode_ec_public_key(key))
    except library.PKCS11Error as error:
        raise _no_answer(place, error) from None


def _algorithm(public: bytes) -> str:
    try:
        key = serialization.load_der_public_key(public)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, Ed25519PublicKey):
        return ed25519.ALGORITHM
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return es256.ALGORITHM
    raise WrongUse("令牌中的密钥应为 Ed25519 或 P-256。", "A key in a token must be Ed25519 or P-256.")


def _no_answer(place: Mapping[str, str], error: Exception) -> Unavailable:
    # The kind of the error only: a module's text may hold what it was given.
    told = type(error).__name__
    return Unavailable(
        f"密码设备“{place['token']}”没有应答，或没有密钥“{place['label']}”（{told}）。请检查设备、模块路径与 PIN。",
        f"Token “{place['token']}” does not answer or has no key “{place['label']}” ({told}). Check device, module path and PIN.",
        token=place["token"],
    )


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise WrongUse(
            "密码设备中的密钥需要扩展 hsm。请安装：pip install 'lingnan[hsm]'。",
            "Keys in a token need the extra hsm. Install it: pip install 'lingnan[hsm]'.",
            code="ExtraMissing", extra="hsm",
        ) from error
