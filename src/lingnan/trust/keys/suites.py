"""Suites of cryptographic algorithms behind one interface, so that one setting changes all of them: international and 国密."""

import os
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers import algorithms as ciphers
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lingnan.base import Damaged, WrongUse
from lingnan.trust.keys import ed25519, es256, sm2

SuiteName = Literal["international", "gm"]
NONCE_BYTES, TAG_BYTES = 12, 16


class SigningKey(Protocol):
    """A private key that signs, wherever it lies; its `repr` never tells it."""

    @property
    def algorithm(self) -> str:
        """The one algorithm this key may be used with."""
        ...

    @property
    def public(self) -> bytes:
        """The public part as SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7)."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The signature of the data."""
        ...


class StoredKey(SigningKey, Protocol):
    """A signing key held in the process, that can be written to a file."""

    def to_pem(self, passphrase: bytes) -> bytes:
        """The key as encrypted PKCS#8 in PEM (RFC 5958)."""
        ...


class Suite(Protocol):
    """What a hub needs of cryptography: a hash, signatures, authenticated encryption, each with its name."""

    @property
    def name(self) -> SuiteName:
        """The value of the setting `LINGNAN_SUITE`."""
        ...

    @property
    def hash_name(self) -> str:
        """`SHA-256` or `SM3`."""
        ...

    @property
    def aead_name(self) -> str:
        """`AES-256-GCM` or `SM4-GCM`."""
        ...

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Signature algorithms of this suite; the first is the one its own keys are made with."""
        ...

    @property
    def secret_bytes(self) -> int:
        """Length of a key for `seal`."""
        ...

    def digest(self, data: bytes) -> bytes:
        """The hash of the data, 32 bytes."""
        ...

    def make_key(self) -> StoredKey:
        """A fresh signing key; WrongUse when its library is not installed."""
        ...

    def load_key(self, pem: bytes, passphrase: bytes) -> StoredKey:
        """The signing key that `to_pem` wrote; ValueError when passphrase or text is wrong."""
        ...

    def seal(self, secret: bytes, data: bytes, context: bytes) -> bytes:
        """Encrypt and authenticate data for one context: nonce, ciphertext and tag in one text."""
        ...

    def unseal(self, secret: bytes, sealed: bytes, context: bytes) -> bytes:
        """What was sealed; Damaged when key, context or a single bit is not the same."""
        ...


class International:
    """SHA-256 (FIPS 180-4), Ed25519 (RFC 8032), AES-256-GCM (SP 800-38D); ES256 for keys in tokens without Ed25519."""

    name: SuiteName = "international"
    hash_name, aead_name = "SHA-256", "AES-256-GCM"
    algorithms = (ed25519.ALGORITHM, es256.ALGORITHM)
    secret_bytes = 32

    def digest(self, data: bytes) -> bytes:
        """SHA-256."""
        return _hash(hashes.SHA256(), data)

    def make_key(self) -> StoredKey:
        """A fresh Ed25519 key."""
        return ed25519.Ed25519Key.make()

    def load_key(self, pem: bytes, passphrase: bytes) -> StoredKey:
        """An Ed25519 key from its file."""
        return ed25519.Ed25519Key.from_pem(pem, passphrase)

    def seal(self, secret: bytes, data: bytes, context: bytes) -> bytes:
        """AES-256-GCM under a random nonce."""
        _check_secret(secret, self.secret_bytes)
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(secret).encrypt(nonce, data, context)

    def unseal(self, secret: bytes, sealed: bytes, context: bytes) -> bytes:
        """The plain data of `seal`."""
        _check_secret(secret, self.secret_bytes)
        try:
            return AESGCM(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise _unsealable() from None


class Gm:
    """国密: SM3 (GB/T 32905), SM2 (GB/T 32918, extra `gm`), SM4-GCM (GB/T 32907, RFC 8998)."""

    name: SuiteName = "gm"
    hash_name, aead_name = "SM3", "SM4-GCM"
    algorithms = (sm2.ALGORITHM,)
    secret_bytes = 16

    def digest(self, data: bytes) -> bytes:
        """SM3."""
        return _hash(hashes.SM3(), data)

    def make_key(self) -> StoredKey:
        """A fresh SM2 key."""
        return sm2.Sm2Key.make()

    def load_key(self, pem: bytes, passphrase: bytes) -> StoredKey:
        """An SM2 key from its file."""
        return sm2.Sm2Key.from_pem(pem, passphrase)

    def seal(self, secret: bytes, data: bytes, context: bytes) -> bytes:
        """SM4-GCM under a random nonce."""
        _check_secret(secret, self.secret_bytes)
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(ciphers.SM4(secret), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return nonce + encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def unseal(self, secret: bytes, sealed: bytes, context: bytes) -> bytes:
        """The plain data of `seal`."""
        _check_secret(secret, self.secret_bytes)
        nonce, body, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
        try:
            decryptor = Cipher(ciphers.SM4(secret), modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(context)
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError):
            raise _unsealable() from None


SUITES: Mapping[str, Suite] = {"international": International(), "gm": Gm()}
HASHES: Mapping[str, Callable[[bytes], bytes]] = {"sha256": SUITES["international"].digest, "sm3": SUITES["gm"].digest}
"""Hashes by the name digests carry, for contents hashed under either suite."""
_VERIFIERS: Mapping[str, Callable[[bytes, bytes, bytes], bool]] = {
    ed25519.ALGORITHM: ed25519.verify, es256.ALGORITHM: es256.verify, sm2.ALGORITHM: sm2.verify,
}


def suite_by_name(name: str) -> Suite:
    """The suite of that name; WrongUse for any other."""
    if name not in SUITES:
        raise WrongUse(
            f"没有名为“{name}”的密码套件。可用：international、gm（设置 LINGNAN_SUITE）。",
            f"There is no suite “{name}”. Allowed: international, gm (setting LINGNAN_SUITE).",
            suite=name,
        )
    return SUITES[name]


def verify_with(algorithm: str, public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the signature of the data is that of the public key (DER) under this algorithm; False for an unknown algorithm."""
    verifier = _VERIFIERS.get(algorithm)
    return verifier is not None and verifier(public, data, signature)


def _hash(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    state = hashes.Hash(algorithm)
    state.update(data)
    return state.finalize()


def _check_secret(secret: bytes, length: int) -> None:
    if len(secret) != length:
        raise WrongUse(f"该套件的密钥应为 {length} 字节，实为 {len(secret)} 字节。", f"This suite takes keys of {length} bytes, not {len(secret)}.")


def _unsealable() -> Damaged:
    return Damaged(
        "密文无法解开：内容被改动、密钥不符或用途不符。请核对密钥文件，或从备份恢复。",
        "The sealed text cannot be opened: it was altered, or key or context are not those it was sealed with. Restore it or the key.",
    )
