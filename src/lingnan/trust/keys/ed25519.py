"""Ed25519 (RFC 8032), the signature of the international suite."""

from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "Ed25519"
PUBLIC_BYTES = 32


class Ed25519Key:
    """A private key held in this process."""

    algorithm = ALGORITHM

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    @classmethod
    def make(cls) -> Self:
        """A fresh key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None) -> Self:
        """The key of a PKCS#8 file; ValueError when the passphrase is wrong or it is no Ed25519 key."""
        private = serialization.load_pem_private_key(pem, passphrase)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")
        return cls(private)

    def to_pem(self, passphrase: bytes) -> bytes:
        """The key as encrypted PKCS#8."""
        protection = serialization.BestAvailableEncryption(passphrase)
        return self._private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._private.sign(data)


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the signature is that of the public key (DER)."""
    try:
        key = serialization.load_der_public_key(public)
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(signature, data)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
