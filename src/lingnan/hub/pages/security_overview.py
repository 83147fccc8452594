"""Answers the first page of security: the state of log, keys, policy and risks, each figure leading down where its reader may go."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.security_keys import KeyPages
from lingnan.hub.pages.security_log import LogPages, checkpoint_line
from lingnan.hub.pages.security_risk import RiskPages
from lingnan.insight import Chart, GuardFigure, SecurityOverview, Series, Words
from lingnan.trust import Subject

DAYS = 7
KEPT_MINUTES = 5
"""The picture of refusals is worked out anew after so many minutes; it reads some days of the log."""
SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "overview": ("/security", ("trust.settings.view",)),
    "policy": ("/security/policy", ("trust.policy.view",)), "sets": ("/security/policy/sets", ("trust.policy.view",)),
    "negative": ("/security/policy/negative", ("trust.policy.view",)), "grants": ("/security/policy/grants", ("trust.policy.view",)),
    "assessments": ("/security/policy/assessments", ("trust.policy.view",)), "purposes": ("/security/policy/purposes", ("trust.policy.view",)),
    "audit": ("/security/audit", ("trust.audit.view",)), "checkpoints": ("/security/audit/checkpoints", ("trust.audit.view",)),
    "checks": ("/security/audit/checks", ("trust.verify",)), "risk": ("/security/risk", ("trust.risk.view",)),
    "overrides": ("/security/overrides", ("trust.risk.view", "override.approve", "override.request")),
    "keys": ("/security/keys", ("trust.keys.view",)), "settings": ("/security/settings", ("trust.settings.view",)),
}
"""The pages of security in their order: address, and the actions of which one opens it."""


def sections(desk: Desk, subject: Subject) -> tuple[tuple[str, str], ...]:
    """The pages that policy opens to the subject, as key and address; nothing is opened by it, so nothing is logged."""
    permits = desk.hub.trust.point.permits
    return tuple((key, href) for key, (href, actions) in SECTIONS.items() if any(permits(subject, action)[0] for action in actions))


class Overview:
    """Puts the figures together from the pages they lead to."""

    def __init__(self, desk: Desk, log: LogPages, risk: RiskPages, keys: KeyPages) -> None:
        self._desk, self._log, self._risk, self._keys = desk, log, risk, keys

    def page(self, subject: Subject) -> SecurityOverview:
        """The figures and the refusals of the last days."""
        self._desk.hub.trust.allow(subject, "trust.settings.view", "security")
        open_to = dict(sections(self._desk, subject))
        found = [self._entries(), self._checkpoint(), self._check(), self._due_keys()]
        found += [self._findings(), self._overrides(), self._policy(), self._listed()]
        figures = tuple(figure.model_copy(update={"href": open_to.get(figure.href, "")}) for figure in found)
        return SecurityOverview(as_of=self._desk.now(), figures=figures, refusals=self._refusals("audit" in open_to))

    def _entries(self) -> GuardFigure:
        return GuardFigure(key="entries", value=self._desk.hub.trust.audit.size(), href="audit")

    def _checkpoint(self) -> GuardFigure:
        notes = self._desk.hub.trust.audit.notes
        note = notes.newest()
        if note is None:
            return GuardFigure(key="checkpoint", value="—", href="checkpoints", state="warn")
        line, witnesses = checkpoint_line(note), {each.witness for kept in notes.cosigned() for each in checkpoint_line(kept).cosigned}
        at = self._desk.hub.clock.now() - line.at
        zh = f"第 {line.size} 条，{_ago_zh(at)}前；共签：{'、'.join(sorted(witnesses)) or '尚无'}"
        en = f"at entry {line.size}, {_ago_en(at)} ago; co-signed by {', '.join(sorted(witnesses)) or 'nobody yet'}"
        return GuardFigure(key="checkpoint", value=line.size, href="checkpoints", note=Words(zh=zh, en=en), state="plain" if line.key else "bad")

    def _check(self) -> GuardFigure:
        last = next((each for each in self._log.told_checks(5).items if each.state != "running"), None)
        if last is None or last.ended_at is None:
            return GuardFigure(key="check", value="—", href="checks", note=Words(zh="尚未核验", en="not checked yet"), state="warn")
        ago = self._desk.hub.clock.now() - last.ended_at
        told = {"sound": ("完整", "sound"), "damaged": ("有损坏", "damaged"), "broken_off": ("中断", "broken off"), "running": ("", "")}[last.state]
        note = Words(zh=f"{told[0]}，{_ago_zh(ago)}前", en=f"{told[1]}, {_ago_en(ago)} ago")
        return GuardFigure(key="check", value=last.checked, href="checks", note=note, state="good" if last.state == "sound" else "bad")

    def _due_keys(self) -> GuardFigure:
        due = self._keys.due()
        return GuardFigure(key="keys", value=len(due), href="keys", state="warn" if due else "good")

    def _findings(self) -> GuardFigure:
        still = [line for line in self._risk.told_findings() if line.state != "resolved"]
        return GuardFigure(key="findings", value=len(still), href="risk", state="warn" if still else "good")

    def _overrides(self) -> GuardFigure:
        active = self._risk.active()
        return GuardFigure(key="overrides", value=len(active), href="overrides", state="warn" if active else "good")

    def _policy(self) -> GuardFigure:
        trust, drift = self._desk.hub.trust, self._desk.hub.trust.policy_sets.drift()
        note = Words(zh="文件与在用策略不一致", en="files say something else") if drift else Words(zh="文件与在用策略一致", en="files agree")
        return GuardFigure(key="policy", value=trust.policy.digest[:8], href="sets", note=note, state="bad" if drift else "plain")

    def _listed(self) -> GuardFigure:
        kept = self._desk.hub.trust.negative_list
        version = kept.version()
        return GuardFigure(key="negative", value=len(kept.entries()), href="negative", note=Words(zh=f"第 {version} 版", en=f"version {version}"))

    def _refusals(self, linked: bool) -> Chart:
        today = self._desk.now().replace(hour=0, minute=0, second=0, microsecond=0)
        days = [(today - timedelta(days=back)).date().isoformat() for back in range(DAYS - 1, -1, -1)]
        slot = self._desk.now().replace(second=0, microsecond=0)
        slot -= timedelta(minutes=slot.minute % KEPT_MINUTES)
        counted = self._desk.keep(("refusals", slot), lambda: self._desk.hub.trust.log.refusals(today - timedelta(days=DAYS - 1)))
        return Chart(
            key="refusals", title=Words(zh="近七日被拒绝的请求", en="Requests refused in the last seven days"), kind="bar", unit="",
            labels=tuple(Words(zh=day) for day in days),
            series=(Series(title=Words(zh="拒绝", en="Refused"), values=tuple(Decimal(counted.get(day, 0)) for day in days)),),
            hrefs=tuple(f"/security/audit?outcome=refused&since={day}&until={day}" for day in days) if linked else (),
        )


def _ago_zh(span: timedelta) -> str:
    amount, unit = _measured(span)
    return f"{amount} {('分钟', '小时', '天')[unit]}"


def _ago_en(span: timedelta) -> str:
    amount, unit = _measured(span)
    return f"{amount} {('minute', 'hour', 'day')[unit]}{'' if amount == 1 else 's'}"


def _measured(span: timedelta) -> tuple[int, int]:
    minutes = max(0, int(span.total_seconds() // 60))
    return (minutes, 0) if minutes < 120 else (minutes // 60, 1) if minutes < 48 * 60 else (minutes // 1440, 2)
