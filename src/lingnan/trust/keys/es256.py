"""ES256 (RFC 7518 section 3.4): ECDSA on P-256 with SHA-256, for tokens that know no Ed25519; the hub makes no such keys itself."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

ALGORITHM = "ES256"
NUMBER_BYTES = 32


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether the signature (r and s, 32 bytes each) is that of the public key (DER)."""
    try:
        key = serialization.load_der_public_key(public)
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1" or len(signature) != 2 * NUMBER_BYTES:
            return False
        r, s = int.from_bytes(signature[:NUMBER_BYTES], "big"), int.from_bytes(signature[NUMBER_BYTES:], "big")
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
