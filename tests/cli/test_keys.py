"""The commands for keys and signatures, in one process, over a hub of their own."""

import json
from pathlib import Path

import pytest

from lingnan.cli import app
from lingnan.cli.output import end_with
from lingnan.hub import Hub
from lingnan.trust import Subject
from tests.back_ends import Furnish
from tests.trust.test_signing import Authority, pem


@pytest.fixture
def home(tmp_path: Path, furnish: Furnish, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LINGNAN_HOME", str(furnish(tmp_path / "home")))
    monkeypatch.delenv("LINGNAN_TOKEN", raising=False)
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = end_with(lambda: app(list(words), standalone_mode=False))
    return code, capsys.readouterr().out


def test_keys_are_listed_and_rotated(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "trust", "keys", "rotate", "document", "--json")
    assert code == 0
    first = json.loads(said)["key"]
    assert (first["state"], first["place"], first["algorithm"]) == ("active", "file", "Ed25519")
    code, said = run(capsys, "trust", "keys", "rotate", "document", "--expected", "0" * 64)
    assert code == 2
    code, said = run(capsys, "trust", "keys", "list", "--json")
    keys = json.loads(said)["keys"]
    assert [key["id"] for key in keys if key["purpose"] == "document" and key["state"] == "active"] == [first["id"]]
    assert "PRIVATE" not in said


def test_the_inventory_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "trust", "keys", "inventory", "--json")
    uses = json.loads(said)["uses"]
    assert code == 0
    assert {"id", "zh", "en", "algorithm", "key", "stored", "rotation", "standard", "security", "modules"} <= set(uses[0])


def test_the_operator_signs_nothing_and_for_nobody(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("a letter")
    code, _said = run(capsys, "trust", "sign", str(tmp_path / "letter.txt"), "--title", "函")
    assert code == 3
    assert not (tmp_path / "letter.txt.sig").exists()
    code, _said = run(capsys, "trust", "sign", str(tmp_path / "letter.txt"), "--title", "函", "--as", "steward")
    assert code == 2


def test_a_signed_file_is_checked(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.txt").write_text("a letter")
    clerk = Subject("official", "clerk", roles=frozenset({"steward"}), assurance=2)
    monkeypatch.setattr("lingnan.cli.opening.who_acts", lambda hub, account: clerk)
    code, said = run(capsys, "trust", "sign", str(tmp_path / "letter.txt"), "--title", "函", "--json")
    assert code == 0
    assert json.loads(said)["code"].startswith("LN-")
    asked = ("trust", "check-signature", str(tmp_path / "letter.txt"), str(tmp_path / "letter.txt.sig"), "--json")
    code, said = run(capsys, *asked)
    assert (code, json.loads(said)["finding"], json.loads(said)["subject"]) == (0, "valid", "official:clerk")
    (tmp_path / "letter.txt").write_text("another letter")
    code, said = run(capsys, *asked)
    assert (code, json.loads(said)["finding"]) == (1, "altered")


def test_the_hub_signs_with_the_suite_of_its_setting(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tongsuopy", reason="the extra gm is not installed")
    monkeypatch.setenv("LINGNAN_SUITE", "gm")
    from lingnan.base import load_settings

    with Hub.open(load_settings()) as hub:
        assert hub.trust.keys.sign("message", b"data").algorithm == "SM2-SM3"


def test_issuers_are_recognised_revoked_and_listed(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    authority = Authority("广西政务电子认证中心")
    (tmp_path / "ca.pem").write_text(pem(authority.certificate))
    (tmp_path / "crl.pem").write_text(authority.crl(7, 8))
    words = ("--zh", "广西政务电子认证中心", "--basis", "电子签名法 第十六条", "--since", "2026-01-01")
    assert run(capsys, "trust", "issuers", "recognise", "guangxi-ca", str(tmp_path / "ca.pem"), *words)[0] == 0
    assert run(capsys, "trust", "issuers", "revoke", "guangxi-ca", "AB", "--at", "2026-02-01")[0] == 0
    assert run(capsys, "trust", "issuers", "take-list", "guangxi-ca", str(tmp_path / "crl.pem"))[0] == 0
    (card,) = json.loads(run(capsys, "trust", "issuers", "list", "--json")[1])["issuers"]
    assert (card["name"], card["revoked"], card["since"]) == ("guangxi-ca", 3, "2025-12-31T16:00:00+00:00"), "midnight in China"
    for wrong in (("No Name", *words), ("gx", *words[:-1], "yesterday"), ("gx", *words, "--until", "2025-01-01")):
        assert run(capsys, "trust", "issuers", "recognise", wrong[0], str(tmp_path / "ca.pem"), *wrong[1:])[0] == 2, wrong
    assert run(capsys, "trust", "issuers", "revoke", "nobody", "AB", "--at", "2026-02-01")[0] == 2
    assert run(capsys, "trust", "issuers", "recognise", "gx", str(tmp_path / "crl.pem"), *words)[0] == 2, "no certificate"
