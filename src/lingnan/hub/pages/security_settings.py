"""Answers the page of settings: the dated tables of rules that security rests on, as they are in force. No secret is among them."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import lingnan
from lingnan.base import Settings, load_yaml
from lingnan.casework.attachment_rules import ATTACHMENTS
from lingnan.hub.pages.desk import Desk
from lingnan.insight import RuleTable, SettingLine, SettingsPage, Words, WorkerLine
from lingnan.jobs import WorkerState, workers
from lingnan.trust import SignInRules, Subject
from lingnan.trust.identity.credential_shapes import FIGURES as CREDENTIALS
from lingnan.trust.identity.sign_in_rules import OWN_FILE
from lingnan.trust.identity.sign_in_rules import SHIPPED as SIGN_IN
from lingnan.trust.keys.key_ring import PERIODS
from lingnan.trust.signing.codes import LIMITS as LOOKUPS
from lingnan.trust.watch.overrides import LIMITS as OVERRIDES
from lingnan.trust.watch.rules import RULES as WATCH
from lingnan.trust.watch.statistics import LIMITS as STATISTICS

VIEW = "trust.settings.view"
SOURCE = Path(lingnan.__file__).parent
OF_THE_HUB = (
    "site", "suite", "query_seconds", "query_rows", "query_memory", "query_disk", "keep_days", "clamd", "mail_host", "mail_tls", "clock", "host",
)
"""The settings that bear on security; `mail_password` and whatever else is secret is not among them."""
TASKS = {
    "build": Words(zh="构建", en="Build"), "sweep": Words(zh="清理旧版本", en="Sweeping old versions"),
    "catalogue": Words(zh="目录巡查", en="Looking at the catalogue"), "snapshot": Words(zh="年度快照", en="Yearly snapshots"),
}
HEAD = frozenset({"valid_from", "effective", "proofed", "basis"})


def settings(desk: Desk, subject: Subject) -> SettingsPage:
    """Every table, as it is in force now."""
    desk.hub.trust.allow(subject, VIEW, "settings")
    rules = SignInRules.read(desk.hub.home)
    tables = [
        _of_hub(desk.hub.settings), _sign_in(rules, desk.hub.home), _table("credentials", CREDENTIALS), _table("periods", PERIODS, "periods"),
        _table("lookups", LOOKUPS, "limits"), _watch(), _table("overrides", OVERRIDES), _table("statistics", STATISTICS), _attachments(desk),
    ]
    at_work = workers(desk.hub.storage, desk.hub.settings)
    return SettingsPage(tables=tuple(tables), workers=tuple(_worker(each) for each in at_work))


def _worker(found: WorkerState) -> WorkerLine:
    task = TASKS.get(found.task, Words(zh=found.task)) if found.task else None
    return WorkerLine(name=found.name, beside=found.beside, since=found.since, task=task, task_since=found.task_since)


def _of_hub(given: Settings) -> RuleTable:
    lines = []
    for name in OF_THE_HUB:
        value, usual = getattr(given, name), Settings.model_fields[name].default
        if not isinstance(value, SecretStr):
            lines.append(SettingLine(name=f"hub.{name}", value=_shown(value), own=value != usual))
    return RuleTable(key="hub", file="HOME/settings.env", basis="", valid_from=None, proofed=None, lines=tuple(lines))


def _sign_in(rules: SignInRules, home: Path) -> RuleTable:
    shipped = dict(_flat("", _read(SIGN_IN)))
    lines = tuple(
        SettingLine(name=f"sign-in.{name}", value=_shown(value), own=value != shipped.get(name))
        for name, value in _flat("", rules.model_dump(mode="json")) if not _is_head(name)
    )
    file = f"HOME/{OWN_FILE}" if (home / OWN_FILE).is_file() else _place(SIGN_IN)
    return RuleTable(key="sign-in", file=file, basis=rules.basis, valid_from=rules.valid_from, proofed=rules.proofed, lines=lines)


def _watch() -> RuleTable:
    """One line a rule of watching; what each rule means is said on the page of risks."""
    told = _read(WATCH)
    lines = [SettingLine(name=f"watch.{name}", value=_shown(value)) for name, value in _flat("", {**told, "rules": {}}) if not _is_head(name)]
    for rule in told["rules"]:
        lines.append(SettingLine(name=f"rule:{rule['id']}", value=_shown(rule["limit"]), title=Words(zh=rule["zh"], en=rule["en"])))
    return _headed("watch", WATCH, told, lines)


def _attachments(desk: Desk) -> RuleTable:
    today = desk.now().date()
    versions = _read(ATTACHMENTS)["limits"]
    told = max([each for each in versions if each["valid_from"] <= today] or versions[:1], key=lambda each: each["valid_from"])
    return _headed("attachments", ATTACHMENTS, told, [
        SettingLine(name=f"attachments.{name}", value=_shown(value)) for name, value in _flat("", told) if not _is_head(name)
    ])


def _table(key: str, path: Path, within: str = "") -> RuleTable:
    told = _read(path)
    part = told[within] if within else told
    return _headed(key, path, told, [SettingLine(name=f"{key}.{name}", value=_shown(value)) for name, value in _flat("", part) if not _is_head(name)])


def _headed(key: str, path: Path, told: Mapping[str, Any], lines: list[SettingLine]) -> RuleTable:
    begins = told.get("valid_from") or told.get("effective")
    return RuleTable(
        key=key, file=_place(path), basis=told["basis"], valid_from=begins if isinstance(begins, date) else None, proofed=bool(told["proofed"]),
        lines=tuple(lines),
    )


def _flat(prefix: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", value


def _is_head(name: str) -> bool:
    return name.rpartition(".")[2] in HEAD


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(_shown(each) for each in value) or "—"
    return "—" if value in (None, "") else str(value)


def _place(path: Path) -> str:
    """Where a table lies, from the room on."""
    return path.relative_to(SOURCE).as_posix()


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(path.read_text(encoding="utf-8"))
    return loaded
