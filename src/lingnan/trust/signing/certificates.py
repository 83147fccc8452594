"""Checks certificates of other issuers (X.509, RFC 5280) and detached signatures made with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lingnan.base import BadInput
from lingnan.trust.signing.shapes import ForeignFinding

SHORTEST_RSA = 2048
LONGEST_CHAIN = 5
_HASHES = {"sha256", "sha384", "sha512"}
T = TypeVar("T", bound=x509.ExtensionType)
_CURVES: dict[str, hashes.HashAlgorithm] = {"secp256r1": hashes.SHA256(), "secp384r1": hashes.SHA384(), "secp521r1": hashes.SHA512()}
_KNOWN_CRITICAL = {x509.BasicConstraints.oid, x509.KeyUsage.oid, x509.ExtendedKeyUsage.oid, x509.CertificatePolicies.oid}


def read_certificates(text: str) -> list[x509.Certificate]:
    """The certificates of a PEM text, in its order; BadInput when there is none or one cannot be read."""
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput(
            "证书无法读取。应为 PEM 格式的 X.509 证书（Ed25519、ECDSA 或 RSA）。",
            "The certificate cannot be read. X.509 in PEM is expected, with Ed25519, ECDSA or RSA.",
        ) from error


def trusted_path(certificate: x509.Certificate, others: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """From the certificate up to a recognised issuer, over intermediates that came along; empty when no path leads there."""
    path = [certificate]
    while len(path) <= LONGEST_CHAIN:
        anchor = next((each for each in anchors if _issued(path[-1], each, len(path) - 1)), None)
        if anchor is not None:
            return [*path, anchor]
        above = next((each for each in others if each not in path and _issued(path[-1], each, len(path) - 1)), None)
        if above is None:
            return []
        path.append(above)
    return []


def time_finding(path: Sequence[x509.Certificate], at: datetime) -> ForeignFinding:
    """Whether every certificate of the path held at that moment."""
    if any(at < each.not_valid_before_utc for each in path):
        return "not_yet"
    return "expired" if any(at > each.not_valid_after_utc for each in path) else "valid"


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether a certificate is for signatures: its key and hash are strong enough, its uses allow it, nothing critical is unknown."""
    return _strong(certificate) and not _unknown_critical(certificate) and _usage(certificate, "digital_signature", "content_commitment")


def signature_holds(certificate: x509.Certificate, content: bytes, signature: bytes) -> bool:
    """Whether the detached signature is the certificate's: Ed25519, ECDSA (DER, the hash of the curve), RSA (PSS or PKCS#1, SHA-256)."""
    key = certificate.public_key()
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, content)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(_CURVES[key.curve.name]))
        elif isinstance(key, rsa.RSAPublicKey):
            return _rsa_holds(key, content, signature)
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def to_pem(certificate: x509.Certificate) -> str:
    """The certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _rsa_holds(key: rsa.RSAPublicKey, content: bytes, signature: bytes) -> bool:
    sha = hashes.SHA256()
    for form in (padding.PSS(padding.MGF1(sha), padding.PSS.AUTO), padding.PKCS1v15()):
        try:
            key.verify(signature, content, form, sha)
        except InvalidSignature:
            continue
        return True
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Whether `issuer` is an authority that signed the certificate and may have `below` authorities under it on this path."""
    basic = _extension(issuer, x509.BasicConstraints)
    if basic is None or not basic.ca or (basic.path_length is not None and basic.path_length < below):
        return False
    if not _usage(issuer, "key_cert_sign") or not _strong(issuer) or not _strong(certificate) or _unknown_critical(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _strong(certificate: x509.Certificate) -> bool:
    try:
        key, sha = certificate.public_key(), certificate.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError):
        return False
    if sha is not None and sha.name not in _HASHES:
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= SHORTEST_RSA
    return isinstance(key, Ed25519PublicKey) or (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES)


def _usage(certificate: x509.Certificate, *uses: str) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    return usage is not None and any(getattr(usage, use) for use in uses)


def _unknown_critical(certificate: x509.Certificate) -> bool:
    return any(each.critical and each.oid not in _KNOWN_CRITICAL for each in certificate.extensions)


def _extension(certificate: x509.Certificate, kind: type[T]) -> T | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError):
        return None
