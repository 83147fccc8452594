"""SM2 with SM3 (GB/T 32918.2, GB/T 35276), the signature of the 国密 suite, through Tongsuo's library (extra `gm`)."""

from importlib import import_module
from typing import Any, Self

from lingnan.base import WrongUse

ALGORITHM = "SM2-SM3"
# Both sides use the signer id 1234567812345678, the default of GB/T 35276 and of the library.


class Sm2Key:
    """A private key held in this process."""

    algorithm = ALGORITHM

    def __init__(self, private: Any) -> None:
        self._private = private
        forms = _library("crypto.serialization")
        self.public: bytes = private.public_key().public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)

    @classmethod
    def make(cls) -> Self:
        """A fresh key; WrongUse without the extra `gm`."""
        curves = _library("crypto.asymciphers.ec")
        return cls(curves.generate_private_key(curves.SM2()))

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None) -> Self:
        """The key of a PKCS#8 file; ValueError when the passphrase is wrong or it is no SM2 key."""
        try:
            private = _library("crypto.serialization").load_pem_private_key(pem, passphrase)
        except _library("crypto.exceptions").UnsupportedAlgorithm:
            private = None
        if getattr(getattr(private, "curve", None), "name", "") != "SM2":
            raise ValueError("not an SM2 key")
        return cls(private)

    def to_pem(self, passphrase: bytes) -> bytes:
        """The key as encrypted PKCS#8."""
        forms = _library("crypto.serialization")
        kept: bytes = self._private.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(passphrase))
        return kept

    def sign(self, data: bytes) -> bytes:
        """The signature as the DER sequence of r and s."""
        signature: bytes = self._private.sign(data, _sm3())
        return signature


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the signature is that of the public key (DER); WrongUse without the extra `gm`."""
    errors = _library("crypto.exceptions")
    try:
        key = _library("crypto.serialization").load_der_public_key(public)
        if getattr(getattr(key, "curve", None), "name", "") != "SM2":
            return False
        key.verify(signature, data, _sm3())
    # The library answers InternalError where the bytes are no DER sequence at all.
    except (errors.InvalidSignature, errors.InternalError, errors.UnsupportedAlgorithm, ValueError):
        return False
    return True


def _sm3() -> Any:
    return _library("crypto.asymciphers.ec").ECDSA(_library("crypto.hashes").SM3())


def _library(part: str) -> Any:
    try:
        return import_module(f"tongsuopy.{part}")
    except ImportError as error:
        raise WrongUse(
            "SM2 签名需要扩展 gm。请安装：pip install 'lingnan[gm]'，或将 LINGNAN_SUITE 设为 international。",
            "SM2 signatures need the extra gm. Install it: pip install 'lingnan[gm]', or set LINGNAN_SUITE to international.",
            code="ExtraMissing", extra="gm",
        ) from error
