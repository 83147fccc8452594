"""Answers the forms of data elements: new ones, next versions, ones that came back, and asking for one to be preferred or retired."""

import json
from collections.abc import Mapping
from typing import Any

from lingnan.base import BadInput, Conflict, Missing
from lingnan.catalogue import ElementCard
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.resource_values import CLASS_NAMES
from lingnan.insight import ElementForm, ElementVerdict, Words
from lingnan.standards import IDENTIFIERS, code_list, data_elements
from lingnan.trust import Subject

PLAIN = ("zh", "en", "object", "property", "term", "representation", "code_list", "identifier", "unit", "classification", "source")
SEVERAL = ("synonyms", "columns")
RELATIONS = ("derived_from", "part_of", "used_with")
TERMS = ("代码", "名称", "号码", "日期", "时间", "指示符", "金额", "比率", "数量", "数值", "地址", "描述", "文本")
OWN_RULES = ("in_range", "pattern")
MENDED = "draft"
"""The state of a case that waits for its element to be written on."""


class ElementPages:
    """Elements on their way, for those who describe data."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def form(self, element: str, subject: Subject) -> ElementForm:
        """An empty form, or that of an element: its next version, or the one that its case gave back."""
        self._allow(subject)
        if not element:
            return self._sheet("", "new", "", Words(zh=""), {"classification": "internal"}, subject)
        register = self._desk.hub.catalogue.elements
        back = self._given_back(element, subject)
        card = back or register.element(element)
        request = "mend" if back else "change"
        values = _values(element, register.content(element, card.version))
        sheet = self._sheet(element, request, card.version, Words(zh=card.zh, en=card.en), {**values, "area": card.area}, subject)
        if back is None:
            return sheet
        faults = str(self._desk.hub.office.casework.cases.facts(back.case).get("faults", ""))
        return sheet.model_copy(update={"case": back.case, "faults": faults})

    def examine(self, values: Mapping[str, str], subject: Subject) -> ElementVerdict:
        """What is written so far is worth; nothing is kept."""
        self._allow(subject)
        name = values.get("element", "").strip()
        register = self._desk.hub.catalogue.elements
        found = register.examine(name or "unnamed", self._content(values), self._unit(subject), values.get("area", ""))
        faults = [Words(zh=zh, en=en) for zh, en in found.faults]
        if not name:
            faults.insert(0, Words(zh="请填写标识", en="Give it an id"))
        elif values.get("request") == "new" and register.versions(name):
            zh, en = f"数据元 {name} 已在册，请换标识，或申请变更", f"{name} is registered; choose another id or change that one"
            faults.insert(0, Words(zh=zh, en=en))
        return ElementVerdict(status=found.status, faults=tuple(faults), alike=tuple((each, Words(zh=zh, en=en)) for each, zh, en in found.alike))

    def propose(self, request: str, values: Mapping[str, str], subject: Subject) -> str:
        """Hand a new element, the next version or the mended one in; gives the case's number. BadInput while there is anything to mend."""
        verdict = self.examine({**values, "request": request}, subject)
        if verdict.faults:
            raise BadInput(f"还有 {len(verdict.faults)} 处须修改。", f"{len(verdict.faults)} things are still to be mended.", code="StillToMend")
        name, reason = values["element"].strip(), values.get("reason", "").strip()
        if not reason:
            raise BadInput("请写明理由。", "Give a reason.", fields=[{"field": "reason", "zh": "请写明理由", "en": "Give a reason"}])
        content = json.dumps(self._content(values), ensure_ascii=False)
        back = self._given_back(name, subject)
        if request == "mend":
            if back is None:
                raise Conflict("该数据元不在待修改状态。", "The element does not wait to be mended.", element=name)
            self._desk.hub.office.casework.cases.act(back.case, "resubmit", subject, {"content": content, "reason": reason})
            return back.case
        told = {"element": name, "request": request, "content": content, "reason": reason, "provider": self._unit(subject)}
        return self._desk.hub.catalogue.elements.propose({**told, **_said(values, "area", "element_version")}, subject)

    def ask(self, element: str, request: str, reason: str, replacement: str, subject: Subject) -> str:
        """Ask for an element to be preferred or retired; gives the case's number."""
        self._allow(subject)
        if request not in ("prefer", "retire"):
            raise BadInput("申请事项须为列为首选或废止。", "Ask for it to be preferred or retired.", request=request)
        if not reason.strip():
            raise BadInput("请写明理由。", "Give a reason.")
        register = self._desk.hub.catalogue.elements
        card = register.element(element)
        if replacement:
            register.element(replacement)
        told = {"element": card.id, "request": request, "reason": reason.strip(), "provider": self._unit(subject)}
        return register.propose({**told, **({"replacement": replacement} if replacement else {})}, subject)

    def _given_back(self, element: str, subject: Subject) -> ElementCard | None:
        """The version of an element whose case waits for the reader's office to mend it."""
        for card in self._desk.hub.catalogue.elements.versions(element):
            if not card.case or card.registered_at is not None or card.shipped:
                continue
            try:
                sheet = self._desk.hub.office.casework.cases.sheet(card.case, subject)
            except Missing:
                continue
            if sheet.line.state == MENDED:
                return card
        return None

    def _sheet(self, element: str, request: str, version: str, title: Words, values: dict[str, str], subject: Subject) -> ElementForm:
        return ElementForm(
            element=element, request=request, version=version, title=title, case="", faults="", values=values, choices=self._choices(subject)
        )

    def _choices(self, subject: Subject) -> dict[str, tuple[tuple[str, Words], ...]]:
        known = data_elements().areas
        lists = self._desk.hub.catalogue.vocabulary().lists
        return {
            "classification": tuple(CLASS_NAMES.items()), "term": tuple((each, Words(zh=each)) for each in TERMS),
            "area": (("", Words(zh="本单位自定", en="Our own")), *((each.id, Words(zh=each.zh, en=each.en)) for each in known.values())),
            "code_list": tuple((name, Words(zh=each.header.zh, en=each.header.en)) for name, each in sorted(lists.items())),
            "identifier": tuple((name, Words(zh=name)) for name in IDENTIFIERS),
            "unit": tuple((each.zh, Words(zh=each.zh, en=each.en)) for each in code_list("indicator-units").entries),
        }

    def _content(self, values: Mapping[str, str]) -> dict[str, Any]:
        """The element as in a file of elements; what the form does not show stays as the version before has it."""
        told = {name: value.strip() for name, value in values.items()}
        name = told.get("element", "")
        register = self._desk.hub.catalogue.elements
        held: dict[str, Any] = dict(register.content(name)) if name and register.versions(name) else {}
        content = {key: value for key, value in held.items() if key not in (*PLAIN, *SEVERAL, "means", "relations", "rules", "proofed", "version")}
        content |= {key: told[key] for key in PLAIN if told.get(key)}
        content["means"] = {"zh": told.get("means_zh", ""), "en": told.get("means_en", "")}
        content |= {key: _several(told[key]) for key in SEVERAL if told.get(key)}
        relations = {key: _several(told[key]) for key in RELATIONS if told.get(key)}
        rules = _rules(told, held.get("rules", ()))
        return {**content, **({"relations": relations} if relations else {}), **({"rules": rules} if rules else {}), "proofed": False}

    def _unit(self, subject: Subject) -> str:
        return self._desk.organisations().get(subject.organisation, (self._desk.hub.settings.office, Words(zh="")))[0]

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "catalogue.edit", "standards")


def _said(values: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: values[name].strip() for name in names if values.get(name, "").strip()}


def _several(text: str) -> list[str]:
    for sign in "、;；,，\n":
        text = text.replace(sign, " ")
    return text.split()


def _rules(told: Mapping[str, str], held: Any) -> list[dict[str, Any]]:
    """Range and pattern as rules, with those of other kinds that were there; beside them the rule that list or identifier would bring alone."""
    rules = [dict(rule) for rule in held if rule.get("rule") not in (*OWN_RULES, "code_valid", "identifier")]
    limits = {key: _number(told[name]) for name, key in (("minimum", "min"), ("maximum", "max")) if told.get(name)}
    rules += [{"rule": "in_range", **limits}] if limits else []
    rules += [{"rule": "pattern", "regex": told["pattern"]}] if told.get("pattern") else []
    if rules and told.get("identifier"):
        rules.insert(0, {"rule": "identifier", "kind": told["identifier"]})
    elif rules and told.get("code_list"):
        rules.insert(0, {"rule": "code_valid", "list": told["code_list"]})
    return rules


def _number(text: str) -> float | int:
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        zh, en = f"“{text[:40]}”不是数。", f"“{text[:40]}” is no number."
        raise BadInput(zh, en, fields=[{"field": "minimum", "zh": zh, "en": en}]) from None


def _values(element: str, content: Mapping[str, Any]) -> dict[str, str]:
    """What the form shows of an element."""
    values = {"element": element, **{key: str(content[key]) for key in PLAIN if content.get(key)}}
    means = content.get("means") or {}
    values |= {"means_zh": str(means.get("zh", "")), "means_en": str(means.get("en", ""))}
    values |= {key: "、".join(map(str, content.get(key, ()))) for key in SEVERAL}
    values |= {key: "、".join(content.get("relations", {}).get(key, ())) for key in RELATIONS}
    by_rule = {rule.get("rule"): rule for rule in content.get("rules", ())}
    span, shape = by_rule.get("in_range", {}), by_rule.get("pattern", {})
    values |= {"minimum": _text(span.get("min")), "maximum": _text(span.get("max")), "pattern": _text(shape.get("regex"))}
    return values


def _text(value: Any) -> str:
    return "" if value is None else str(value)
