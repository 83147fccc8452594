"""Guards: named conditions a transition waits for. Effects: named consequences, which hub binds to the rooms that carry them out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lingnan.trust import Subject

Fault = tuple[str, str]


@dataclass(frozen=True)
class Circumstances:
    """What a guard may look at: who acts, what is known of the case, what was filled in now, how many attachments there are."""

    subject: Subject
    facts: Mapping[str, Any]
    form: Mapping[str, Any]
    attachments: int = 0


@dataclass(frozen=True)
class Guard:
    """One condition: the types of its arguments, and a check that gives the reason why not, in both languages."""

    arguments: Mapping[str, type]
    check: Callable[..., Fault | None]


def _fact_present(at: Circumstances, fact: str) -> Fault | None:
    return None if at.facts.get(fact) not in (None, "") else (f"事项缺少“{fact}”", f"the case lacks “{fact}”")


def _one_of(value: Any, name: str, any_of: list[Any]) -> Fault | None:
    allowed = [str(each) for each in any_of]
    return None if value in any_of else (f"“{name}”须为：{'、'.join(allowed)}", f"“{name}” must be one of: {', '.join(allowed)}")


def _fact_is(at: Circumstances, fact: str, any_of: list[Any]) -> Fault | None:
    return _one_of(at.facts.get(fact), fact, any_of)


def _form_is(at: Circumstances, field: str, any_of: list[Any]) -> Fault | None:
    return _one_of(at.form.get(field), field, any_of)


def _attachments(at: Circumstances, at_least: int) -> Fault | None:
    return None if at.attachments >= at_least else (f"至少需要 {at_least} 个附件", f"at least {at_least} attachments are needed")


def _assurance(at: Circumstances, at_least: int) -> Fault | None:
    return None if at.subject.assurance >= at_least else ("须以第二因子或通行密钥登录后办理", "sign in with a second factor or passkey first")


GUARDS: Final[Mapping[str, Guard]] = {
    "fact_present": Guard({"fact": str}, _fact_present),
    "fact_is": Guard({"fact": str, "any_of": list}, _fact_is),
    "form_is": Guard({"field": str, "any_of": list}, _form_is),
    "attachments": Guard({"at_least": int}, _attachments),
    "assurance": Guard({"at_least": int}, _assurance),
}

EFFECTS: Final[Mapping[str, tuple[str, str]]] = {
    "open_account": ("开通账号", "open the account"),
    "grant_agency": ("授予代办权限", "grant the agent's authority"),
    "revoke_agency": ("撤销代办权限", "revoke the agent's authority"),
    "mark_disputed": ("标注异议", "mark as disputed"),
    "unmark_disputed": ("取消异议标注", "take the mark of dispute away"),
    "request_correction": ("要求来源部门更正", "ask the source department to correct"),
    "activate_policy": ("启用策略", "activate the policy"),
    "settle_override": ("应急越权复核通过", "settle the override as justified"),
    "report_override": ("应急越权复核不通过", "report the override as not justified"),
    "acknowledge_alert": ("签收预警", "acknowledge the alert"),
    "close_alert": ("关闭预警", "close the alert"),
    "allow_address": ("登记外联地址", "register the outgoing address"),
    "remove_address": ("注销外联地址", "remove the outgoing address"),
    "accept_contribution": ("采用公众填报", "let the contribution count"),
    "refuse_contribution": ("不采用公众填报", "set the contribution aside"),
    "withdraw_contribution": ("撤回公众填报", "take the contribution back"),
    "check_resources": ("检查目录完整性", "check the resources' forms"),
    "follow_resources": ("标明目录审核中", "mark the resources as under review"),
    "return_resources": ("目录退回编制人", "give the resources back to their authors"),
    "publish_resources": ("发布信息资源", "publish the resources"),
    "apply_resource_changes": ("变更生效", "put the changes in force"),
    "withdraw_resource": ("撤销信息资源", "withdraw the resource"),
    "confirm_resources": ("登记年度复核", "note the yearly review"),
    "check_element": ("检查数据元", "check the element"),
    "register_element": ("注册数据元", "register the element"),
    "drop_element": ("放弃数据元提案", "forget the proposal"),
    "check_code_list": ("检查代码表", "check the code list"),
    "register_code_list": ("登记代码表", "register the code list"),
    "reopen_code_list": ("代码表退回修改", "give the code list back to be written"),
    "drop_code_list": ("放弃代码表版本", "forget the version"),
    "follow_standard": ("登记标准所处阶段", "note where the standard stands"),
    "check_comments": ("核对意见处理", "count the comments that are open"),
    "approve_model": ("批准模型", "approve the model"),
    "retire_model": ("停用模型", "retire the model"),
    "check_vote": ("核对审查结论", "count the experts' votes"),
}
