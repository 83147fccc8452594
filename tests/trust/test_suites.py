"""Suites against the vectors of their standards and against the OpenSSL command line; what is not installed is said."""

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from lingnan.base import Damaged, WrongUse
from lingnan.trust.keys.ed25519 import Ed25519Key
from lingnan.trust.keys.es256 import verify as verify_es256
from lingnan.trust.keys.suites import Suite, suite_by_name, verify_with

INTERNATIONAL, GM = suite_by_name("international"), suite_by_name("gm")
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the OpenSSL command line is not installed (Debian package openssl)")
PASSPHRASE = b"sixteen or more characters"

# GB/T 32918.5-2017 annex A: key, message “message digest”, signer id 1234567812345678.
SM2_SECRET = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
SM2_POINT = (
    "04" "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020" "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SM2_SIGNATURE = encode_dss_signature(
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3, 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
)
SM2_PUBLIC = bytes.fromhex("3059301306072A8648CE3D020106082A811CCF5501822D034200" + SM2_POINT)


@pytest.fixture
def gm() -> Suite:
    pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    return GM


@pytest.mark.parametrize(
    ("suite", "text", "expected"),
    [
        (INTERNATIONAL, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),  # FIPS 180-4
        (GM, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),  # GB/T 32905-2016 A.1
        (GM, "abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),  # GB/T 32905-2016 A.2
    ],
)
def test_hashes_of_the_standards(suite: Suite, text: str, expected: str) -> None:
    assert suite.digest(text.encode()).hex() == expected


def test_sm4_gcm_of_rfc_8998() -> None:
    sealed = (
        "00001234567800000000ABCD"
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    plain = "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    context = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    assert GM.unseal(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), bytes.fromhex(sealed), context).hex().upper() == plain


def test_aes_256_gcm_of_the_gcm_specification() -> None:
    sealed = (
        "cafebabefacedbaddecaf888"
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    plain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    context = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    assert INTERNATIONAL.unseal(bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2), bytes.fromhex(sealed), context).hex() == plain


def test_ed25519_of_rfc_8032() -> None:
    key = Ed25519Key(Ed25519PrivateKey.from_private_bytes(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")))
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert key.public.hex().endswith("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    assert key.sign(b"\x72") == signature
    assert verify_with("Ed25519", key.public, b"\x72", signature)
    assert not verify_with("Ed25519", key.public, b"\x73", signature)


def test_es256_of_rfc_7515() -> None:
    def number(text: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(text + "="), "big")

    numbers = ec.EllipticCurvePublicNumbers(
        number("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), number("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), ec.SECP256R1()
    )
    public = numbers.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    said = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    signature = base64.urlsafe_b64decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q==")
    assert verify_es256(public, said, signature)
    assert not verify_es256(public, said + b".", signature)
    assert not verify_es256(public, said, signature + b"0")
    assert not verify_with("Ed25519", public, said, signature)


def test_sm2_of_gb_t_32918(gm: Suite) -> None:
    assert verify_with("SM2-SM3", SM2_PUBLIC, b"message digest", SM2_SIGNATURE)
    assert not verify_with("SM2-SM3", SM2_PUBLIC, b"message digesT", SM2_SIGNATURE)
    assert not verify_with("SM2-SM3", SM2_PUBLIC, b"message digest", b"no sequence")
    assert not verify_with("SM2-SM3", INTERNATIONAL.make_key().public, b"message digest", SM2_SIGNATURE)


def test_an_sm2_key_is_no_key_of_another_algorithm(gm: Suite) -> None:
    assert not verify_with("ES256", SM2_PUBLIC, b"message digest", bytes(64))
    assert not verify_with("Ed25519", SM2_PUBLIC, b"message digest", bytes(64))
    assert not verify_with("SM2-SM3", INTERNATIONAL.make_key().public, b"", b"")
    with pytest.raises(ValueError, match=r"not an SM2 key"):
        gm.load_key(INTERNATIONAL.make_key().to_pem(PASSPHRASE), PASSPHRASE)


@pytest.mark.parametrize("name", ["international", "gm"])
def test_a_key_comes_back_from_its_file_under_its_passphrase_only(name: str) -> None:
    if name == "gm":
        pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    suite = suite_by_name(name)
    key = suite.make_key()
    pem = key.to_pem(PASSPHRASE)
    assert b"ENCRYPTED PRIVATE KEY" in pem
    assert suite.load_key(pem, PASSPHRASE).public == key.public
    with pytest.raises(ValueError, match=r"[Pp]assword|decrypt"):
        suite.load_key(pem, PASSPHRASE + b".")


@pytest.mark.parametrize("suite", [INTERNATIONAL, GM], ids=lambda suite: suite.name)
@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=200), context=st.binary(max_size=40), at=st.integers(min_value=0))
def test_what_is_sealed_comes_back_and_no_bit_can_change(suite: Suite, data: bytes, context: bytes, at: int) -> None:
    secret = bytes(range(suite.secret_bytes))
    sealed = suite.seal(secret, data, context)
    assert suite.unseal(secret, sealed, context) == data
    assert sealed != suite.seal(secret, data, context), "every nonce is fresh"
    touched = bytearray(sealed)
    touched[at % len(sealed)] ^= 1
    for wrong in ((secret, bytes(touched), context), (secret, sealed, context + b"."), (bytes(suite.secret_bytes), sealed, context)):
        with pytest.raises(Damaged):
            suite.unseal(*wrong)


@pytest.mark.parametrize("suite", [INTERNATIONAL, GM], ids=lambda suite: suite.name)
def test_short_texts_and_keys_are_refused(suite: Suite) -> None:
    with pytest.raises(Damaged):
        suite.unseal(bytes(suite.secret_bytes), b"short", b"")
    with pytest.raises(WrongUse):
        suite.seal(b"short", b"data", b"")


def test_an_unknown_suite_is_named() -> None:
    with pytest.raises(WrongUse, match="international, gm"):
        suite_by_name("none")


def test_without_the_extra_the_error_says_how_to_get_it() -> None:
    code = (
        "import sys\n"
        "sys.modules['tongsuopy'] = None\n"
        "from lingnan.base import WrongUse\n"
        "from lingnan.trust.keys.suites import suite_by_name\n"
        "assert suite_by_name('gm').digest(b'abc').hex().startswith('66c7f0f4')\n"
        "try:\n"
        "    suite_by_name('gm').make_key()\n"
        "except WrongUse as error:\n"
        "    assert error.code == 'ExtraMissing' and 'lingnan[gm]' in error.zh and 'lingnan[gm]' in error.en\n"
        "    print('told')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "told", done.stderr


def openssl(*words: str | Path, folder: Path) -> str:
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def as_pem(public: bytes) -> str:
    return "-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(public).decode() + "-----END PUBLIC KEY-----\n"


SIGNING = {"international": ([], ["genpkey", "-algorithm", "ed25519"]), "gm": (
    ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"], ["genpkey", "-algorithm", "SM2"])}


@needs_openssl
@pytest.mark.parametrize("name", ["international", "gm"])
def test_openssl_verifies_what_the_hub_signs_and_the_reverse(name: str, tmp_path: Path) -> None:
    if name == "gm":
        pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    suite, (options, generate) = suite_by_name(name), SIGNING[name]
    (tmp_path / "data").write_bytes(b"signed in one place, checked in the other")
    data = (tmp_path / "data").read_bytes()

    key = suite.make_key()
    (tmp_path / "public.pem").write_text(as_pem(key.public))
    (tmp_path / "ours").write_bytes(key.sign(data))
    checking = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "data", "-sigfile", "ours", *options]
    assert "Verified Successfully" in openssl(*checking, folder=tmp_path)
    (tmp_path / "ours").write_bytes(suite.make_key().sign(data))
    assert "Verified Successfully" not in openssl(*checking, folder=tmp_path)

    openssl(*generate, "-out", "theirs.pem", folder=tmp_path)
    openssl("pkey", "-in", "theirs.pem", "-pubout", "-outform", "DER", "-out", "theirs.der", folder=tmp_path)
    openssl("pkeyutl", "-sign", "-inkey", "theirs.pem", "-rawin", "-in", "data", "-out", "theirs.sig", *options, folder=tmp_path)
    public, signature = (tmp_path / "theirs.der").read_bytes(), (tmp_path / "theirs.sig").read_bytes()
    assert verify_with(suite.algorithms[0], public, data, signature)
    assert not verify_with(suite.algorithms[0], public, data + b".", signature)


@needs_openssl
def test_openssl_opens_a_key_file_of_the_hub(tmp_path: Path) -> None:
    key = INTERNATIONAL.make_key()
    (tmp_path / "key.pem").write_bytes(key.to_pem(PASSPHRASE))
    openssl("pkey", "-in", "key.pem", "-passin", f"pass:{PASSPHRASE.decode()}", "-pubout", "-outform", "DER", "-out", "public.der", folder=tmp_path)
    assert (tmp_path / "public.der").read_bytes() == key.public


@needs_openssl
def test_openssl_hashes_alike(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes("岭南".encode())
    for suite, name in ((INTERNATIONAL, "-sha256"), (GM, "-sm3")):
        assert openssl("dgst", name, "-r", "data", folder=tmp_path).split()[0] == suite.digest("岭南".encode()).hex()
