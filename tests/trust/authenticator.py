"""A software authenticator: makes ES256 keys and answers a browser's ceremonies with real CBOR and real signatures."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One device with one passkey; its fields say how it may misbehave."""

    origin: str = "http://localhost:8400"
    party: str = ""
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    count: int = 0
    model: bytes = bytes(range(16))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: bytes = b""

    def create(self, options: str) -> str:
        """What `navigator.credentials.create` answers."""
        asked = json.loads(options)
        self.user = base64url_to_bytes(asked["user"]["id"])
        told = self._client_data("webauthn.create", asked["challenge"])
        data = self._data(asked["rp"]["id"], ATTESTED) + self.model + struct.pack(">H", len(self.credential)) + self.credential + self._public_key()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": told, "attestationObject": attestation})

    def get(self, options: str) -> str:
        """What `navigator.credentials.get` answers."""
        asked = json.loads(options)
        told = self._client_data("webauthn.get", asked["challenge"])
        data = self._data(asked["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": told, "authenticatorData": data, "signature": signature, "userHandle": self.user})

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.credential)
        shown: dict[str, Any] = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": shown, "clientExtensionResults": {}})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, party: str, more: int) -> bytes:
        self.count += 1 if self.counts else 0
        return hashlib.sha256((self.party or party).encode()).digest() + bytes([self.flags | more]) + struct.pack(">I", self.count)

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
