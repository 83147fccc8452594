"""`trust issuers list|recognise|revoke|take-list`: other issuers whose electronic signatures count here 电子签名互认."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingnan.cli.options import As, AsJson, Home, Lang
from lingnan.cli.output import answer, language, say, show

if TYPE_CHECKING:
    from lingnan.trust import IssuerCard

app = typer.Typer(help="互认签发机构：名单、登记、吊销 issuers recognised here: list, recognise, revoke", no_args_is_help=True)
Issuer = Annotated[str, typer.Argument(help="机构短名 short name, such as guangxi-ca", show_default=False)]
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="PEM 文件 PEM file", show_default=False)]


@app.callback()
def _group() -> None:
    """互认签发机构：名单、登记、吊销 issuers recognised here: list, recognise, revoke."""


@app.command("list")
def list_issuers(home: Home = None, lang: Lang = None, as_json: AsJson = False, account: As = None) -> None:
    """列出互认签发机构 list the issuers whose signatures count here."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.allow(who_acts(hub, account), "trust.keys.view", "issuers")
        cards = hub.trust.issuers.listing()
    if as_json:
        answer({"issuers": [asdict(card) for card in cards]})
        return
    show([(card.name, _line(card, language(lang) == "en")) for card in cards])


@app.command("recognise")
def recognise(
    issuer: Issuer, certificate: File,
    zh: Annotated[str, typer.Option("--zh", help="中文名称 name in Chinese")],
    basis: Annotated[str, typer.Option("--basis", help="互认依据：协议或条款 legal basis of recognition")],
    since: Annotated[datetime, typer.Option("--since", formats=FORMATS, help="起始（北京时间） from when, China's time")],
    until: Annotated[datetime | None, typer.Option("--until", formats=FORMATS, help="终止 until when", show_default=False)] = None,
    en: Annotated[str, typer.Option("--en", help="英文名称 name in English")] = "",
    home: Home = None, lang: Lang = None, account: As = None,
) -> None:
    """按证书登记互认机构，已登记的更新 recognise an issuer by its certificate; brings a known one up to date."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        text = certificate.read_text(encoding="utf-8", errors="replace")
        by, ends = who_acts(hub, account), _china(until) if until else None
        card = hub.trust.issuers.recognise(by, issuer, zh, en, text, basis, _china(since), ends)
    say(f"已登记“{issuer}”：{card.subject}。", f"Recognised “{issuer}”: {card.subject}.", language(lang))


@app.command("revoke")
def revoke(
    issuer: Issuer, serial: Annotated[str, typer.Argument(help="证书序列号（十六进制） serial number, hexadecimal", show_default=False)],
    at: Annotated[datetime, typer.Option("--at", formats=FORMATS, help="自何时起吊销（北京时间） revoked since, China's time")],
    home: Home = None, lang: Lang = None, account: As = None,
) -> None:
    """登记一张证书已吊销 enter one certificate of an issuer as revoked since a moment."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        hub.trust.issuers.revoke(who_acts(hub, account), issuer, serial, _china(at))
    say(f"“{issuer}”的证书 {serial} 已登记吊销。", f"Certificate {serial} of “{issuer}” is revoked.", language(lang))


@app.command("take-list")
def take_list(issuer: Issuer, crl: File, home: Home = None, lang: Lang = None, account: As = None) -> None:
    """收取机构签发的吊销列表（CRL） take an issuer's own revocation list."""
    from lingnan.cli.opening import open_hub, who_acts

    with open_hub(home, lang) as hub:
        revoked = hub.trust.issuers.take_list(who_acts(hub, account), issuer, crl.read_text(encoding="utf-8", errors="replace"))
    say(f"已收取“{issuer}”的吊销列表，共 {revoked} 张。", f"Took the list of “{issuer}”: {revoked} revoked.", language(lang))


def _china(moment: datetime) -> datetime:
    from lingnan.base import CHINA

    return moment.replace(tzinfo=CHINA)


def _line(card: "IssuerCard", english: bool) -> str:
    from lingnan.base import CHINA

    since, ends = card.since.astimezone(CHINA).date(), card.until.astimezone(CHINA).date() if card.until else ""
    return "\t".join((card.en or card.zh if english else card.zh, f"{since}..{ends}", f"{card.revoked}", card.subject, card.basis))
