"""`trust keys`, `trust sign` and `trust check-signature`: the hub's keys, and signatures of files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.trust import KeyCard, Trust

app = typer.Typer(help="密钥：查看、更替、算法清单 keys: see, rotate, inventory", no_args_is_help=True)
Title = Annotated[str, typer.Option("--title", help="文书标题（持码人可见，不得含个人信息） title, shown to whoever holds the code")]
Kind = Annotated[str, typer.Option("--kind", help="document | decision")]
Out = Annotated[Path | None, typer.Option("--out", help="回执写入的文件 where the receipt goes; default: FILE.sig", show_default=False)]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", help="他方签名的证书（PEM） certificate of another issuer's signature", show_default=False)
]


@app.callback()
def _group() -> None:
    """密钥：查看、更替、算法清单 keys: see, rotate, inventory."""


@app.command("list")
def list_keys(home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """列出签名密钥（不含私钥） list signing keys, never their private parts."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        cards = hub.trust.key_administration.cards(who_acts(hub, account))
    if as_json:
        answer({"keys": [_told(card) for card in cards]})
        return
    show([(f"{card.purpose} {card.state}", f"{card.id[:16]}  {card.suite} {card.algorithm}  {card.place}") for card in cards])


@app.command("rotate")
def rotate(
    purpose: Annotated[str, typer.Argument(help="checkpoint | document | decision | message | webhook")],
    expected: Annotated[str, typer.Option("--expected", help="以此为现用密钥，不符则不更替 rotate only if this is the active key")] = "",
    module: Annotated[str, typer.Option("--module", help="PKCS#11 模块路径：改用密码设备中的密钥 path of a PKCS#11 module")] = "",
    token: Annotated[str, typer.Option("--token", help="密码设备的标签 the token's label")] = "",
    label: Annotated[str, typer.Option("--label", help="密码设备中密钥的标签 the key's label in the token")] = "",
    home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None,
) -> None:
    """更替一种用途的密钥，旧密钥在并行期内仍可核验 rotate a key; the old one verifies for its overlap."""
    from lingnan.base import WrongUse
    from lingnan.cli.opening import open_hub, who_acts

    if any((module, token, label)) and not all((module, token, label)):
        raise WrongUse("--module、--token、--label 须同时给出。", "Give --module, --token and --label together.")
    with open_hub(home, lang) as hub:
        subject, office = who_acts(hub, account), hub.trust.key_administration
        named: Any = purpose
        if module:
            office.adopt(subject, named, module, token, label)
        card = office.rotate(subject, named, expected)
    if as_json:
        answer({"key": _told(card)})
    say(f"{purpose} 现用密钥：{card.id}", f"Active key of {purpose}: {card.id}", language(lang))


@app.command("inventory")
def inventory(home: Home = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """列出每一处密码使用 list every use of cryptography: algorithm, key, where it lies, rotation, standard."""
    from lingnan.trust import crypto_uses

    uses = crypto_uses()
    if as_json:
        answer({"uses": [use.model_dump() for use in uses]})
        return
    show([(use.en if language(lang, home) == "en" else use.zh, f"{use.algorithm}  {use.key}") for use in uses])


def sign(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)], title: Title, kind: Kind = "document", out: Out = None,
    home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> None:
    """签署文件 sign a file; needs LINGNAN_TOKEN of a session with a second factor."""
    import mimetypes

    from lingnan.cli.opening import open_hub, who_acts

    named: Any = kind
    with open_hub(home, lang) as hub:
        signatures = hub.trust.signatures
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        # Nobody signs for another: without a token it is the machine's operator who asks, and policy refuses (电子签名法 第十三条).
        receipt = signatures.sign(who_acts(hub, None), named, signatures.digest(file.read_bytes()), title, media_type=media_type)
    target = out or file.with_name(f"{file.name}.sig")
    target.write_text(receipt.text + "\n", encoding="utf-8")
    if as_json:
        answer({"signature": str(target), "code": receipt.code, "audit": receipt.audit, "key": receipt.signature.key})
    say(f"已签署，核验码 {receipt.code}，回执 {target}。", f"Signed; code {receipt.code}, receipt {target}.", language(lang))


def check_signature(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    signature: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    certificate: Certificate = None, home: Home = None, lang: Lang = None, as_json: AsJson = False,
) -> int:
    """核验签名，本枢纽的回执或互认机构的签名 check a receipt of this hub, or with --certificate another issuer's; exit code 1 unless valid."""
    from lingnan.cli.opening import open_hub

    with open_hub(home, lang) as hub:
        found = _checked(hub.trust, file.read_bytes(), signature, certificate)
    if as_json:
        answer(found)
    say(found["zh"], found["en"], language(lang))
    return 0 if found["finding"] == "valid" else 1


def _checked(trust: "Trust", content: bytes, signature: Path, certificate: Path | None) -> dict[str, Any]:
    from lingnan.trust import SignatureReceipt

    if certificate is not None:
        foreign = trust.issuers.check(content, signature.read_bytes(), certificate.read_text(encoding="utf-8"))
        return {"finding": foreign.finding, "zh": foreign.zh, "en": foreign.en, "issuer": foreign.issuer, "subject": foreign.subject}
    receipt = SignatureReceipt.from_text(signature.read_text(encoding="utf-8"))
    verdict = trust.signatures.verify(receipt, content)
    told = {"finding": verdict.finding, "zh": verdict.zh, "en": verdict.en, "key": receipt.signature.key}
    return {**told, "subject": receipt.subject, "title": receipt.title, "at": receipt.at.isoformat(), "audit": receipt.audit, "code": receipt.code}


def _told(card: "KeyCard") -> dict[str, Any]:
    import base64
    from dataclasses import asdict

    return {**asdict(card), "public": base64.b64encode(card.public).decode()}
