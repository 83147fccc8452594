"""What a refusal says: what was asked, why not, and what is missing: a sign-in for visitors, a role or a grant for whoever is signed in."""

from collections.abc import Sequence

from lingnan.base import Refused
from lingnan.trust.identity.roles import known_roles
from lingnan.trust.shapes import Decision, Subject

MOST_NAMED = 5


def refusal_of(subject: Subject, decision: Decision, number: int, why: tuple[str, str] = ("", ""), roles: Sequence[str] = ()) -> Refused:
    """The refusal a decision ends in, with its number in the log; `roles` are those that would be permitted."""
    denied_zh = "、".join(decision.denied[:MOST_NAMED]) or decision.resource
    denied_en = ", ".join(decision.denied[:MOST_NAMED]) or decision.resource
    zh, en = _missing(subject, decision, roles)
    return Refused(
        f"按现行策略，不得对 {decision.resource} 执行“{decision.action}”（涉及：{denied_zh}）{why[0]}。{zh}；审计编号 {number}。",
        f"Policy does not allow “{decision.action}” on {decision.resource} (about: {denied_en}){why[1]}. {en}; audit number {number}.",
        resource=decision.resource, action=decision.action, denied=list(decision.denied), audit=number,
    )


def _missing(subject: Subject, decision: Decision, roles: Sequence[str]) -> tuple[str, str]:
    """What would have to be there."""
    if subject.kind == "anonymous":
        return "如确需使用，请登录或向提供部门申请", "Sign in or apply to the providing department"
    if subject.unproven:
        return "请先完成双因素鉴别", "Show a second factor first"
    if roles:
        zh, en = ("、".join(known_roles()[each].zh for each in roles), ", ".join(known_roles()[each].en for each in roles))
        return f"您已登录，缺少角色：{zh}", f"You are signed in; what is missing is one of the roles {en}"
    if decision.denied:
        return "您已登录，缺少对上述内容的授权，请向提供部门申请", "You are signed in; a grant on these is missing: ask the providing department"
    return "您已登录，本账号没有此项权限，请向提供部门申请", "You are signed in; this account lacks the right: ask the providing department"
