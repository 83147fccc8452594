"""Alerts as messages of the Common Alerting Protocol 1.2 (OASIS, 2010), for systems of other offices that warn."""

from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree as xml

from lingnan.base import CHINA
from lingnan.casework.alert_rules import AlertRule
from lingnan.casework.alert_shapes import AlertCard

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
HEADLINE = 160
"""Characters of a headline, so that it fits short messages (section 3.2.2)."""
GEOCODE = "GB/T 2260"
RESTRICTION = "供政务部门使用 for government offices"
MESSAGES = {"open": "Alert", "acknowledged": "Update", "resolved": "Cancel"}
PlaceName = Callable[[str, str], str]
"""A division's name by its six-digit code and the language (`zh` or `en`); empty where there is none."""


def cap_message(card: AlertCard, rule: AlertRule | None, sender: str, place: PlaceName) -> bytes:
    """The alert in UTF-8, in both languages; what was acknowledged updates it, what is over cancels it."""
    root = xml.Element("alert", xmlns=NAMESPACE)
    first = f"{sender},{card.id},{_moment(card.raised_at)}"
    message = MESSAGES.get(card.state, "Alert")
    told = [
        ("identifier", card.id if message == "Alert" else f"{card.id}.{card.state}"), ("sender", sender),
        ("sent", _moment(card.raised_at if message == "Alert" else _last(card))), ("status", "Actual"), ("msgType", message),
        ("scope", "Restricted"), ("restriction", RESTRICTION),
    ]
    _add(root, [*told, ("references", first)] if message != "Alert" else told)
    for language, text, event in (("zh-CN", card.zh, rule.zh if rule else ""), ("en-US", card.en, rule.en if rule else "")):
        _info(root, card, rule, language, text, event, place)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _info(root: xml.Element, card: AlertCard, rule: AlertRule | None, language: str, text: str, event: str, place: PlaceName) -> None:
    info = xml.SubElement(root, "info")
    _add(info, [
        ("language", language), ("category", rule.category if rule else "Other"),
        ("event", event if event and "{" not in event else card.rule), ("urgency", rule.urgency if rule else "Unknown"),
        ("severity", card.severity), ("certainty", rule.certainty if rule else "Unknown"), ("headline", text[:HEADLINE]), ("description", text),
    ])
    code = str(card.facts.get(rule.area, "")) if rule and rule.area else ""
    if code:
        area = xml.SubElement(info, "area")
        _add(area, [("areaDesc", place(code, language[:2]) or code)])
        _add(xml.SubElement(area, "geocode"), [("valueName", GEOCODE), ("value", code)])


def _add(parent: xml.Element, told: list[tuple[str, str]]) -> None:
    for name, text in told:
        xml.SubElement(parent, name).text = text


def _last(card: AlertCard) -> datetime:
    return card.history[-1].at if card.history else card.last_at


def _moment(at: datetime) -> str:
    """To the second, with China's offset, as section 3.2.1 wants it."""
    return at.astimezone(CHINA).isoformat(timespec="seconds")
