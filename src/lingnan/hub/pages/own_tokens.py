"""One's API tokens: the list, what a new one may be made of, and making it."""

from datetime import date

from lingnan.hub.pages.desk import Desk, end_of
from lingnan.insight import Choice, Limit, TokenForm, TokenLine, TokenPage, Words
from lingnan.trust import IssuedToken, Purpose, Subject, TokenCard, purpose_codes
from lingnan.trust.identity.credential_shapes import limits
from lingnan.trust.policy.reach import within_reach

QUOTAS = ("calls_a_minute", "calls_a_day", "rows_a_day")
SCOPES = {
    "page.view": Words(zh="查看公开页面与统计", en="See public pages and figures"),
    "catalogue.search": Words(zh="检索资源目录", en="Search the catalogue"),
    "statistics.view": Words(zh="查看办件统计", en="See statistics of cases"),
    "preview": Words(zh="预览数据行", en="Preview rows"),
    "read": Words(zh="读取数据", en="Read data"),
    "query": Words(zh="以查询读取数据", en="Read data by queries"),
    "query.run": Words(zh="运行查询", en="Run queries"),
    "export": Words(zh="导出数据", en="Export data"),
    "register.look_up": Words(zh="查询基础库", en="Look up the registers"),
    "page.govern": Words(zh="查看隔离区与质量", en="See quarantine and quality"),
    "collect.inspect": Words(zh="检查报送文件", en="Inspect delivered files"),
    "collect.load": Words(zh="装载数据", en="Load data"),
    "build.run": Words(zh="运行构建", en="Run builds"),
    "catalogue.edit": Words(zh="编辑目录", en="Edit the catalogue"),
    "board.officials": Words(zh="查看面向公务人员的看板、报告与订阅", en="See boards, reports and subscriptions of officials"),
    "case.open": Words(zh="提出申请", en="Open cases"),
    "case.view": Words(zh="查看事项", en="See cases"),
    "case.act": Words(zh="办理事项", en="Act in cases"),
    "notice.view": Words(zh="查看通知", en="See notices"),
    "alert.view": Words(zh="查看告警", en="See alerts"),
    "attachment.read": Words(zh="读取附件", en="Read attachments"),
    "document.sign": Words(zh="签署文书", en="Sign documents"),
    "record.sightings": Words(zh="查看谁查询过记录", en="See who looked at a record"),
    "trust.verify": Words(zh="核验审计日志", en="Verify the log"),
    "trust.audit.view": Words(zh="查看审计日志", en="See the log"),
    "trust.risk.view": Words(zh="查看风险", en="See risks"),
    "trust.policy.view": Words(zh="查看策略", en="See the policy"),
    "trust.keys.view": Words(zh="查看密钥清单", en="See the list of keys"),
    "profile.view": Words(zh="查看本人资料", en="See the own profile"),
}
"""Actions a token may be narrowed to, as the form offers them. Accounts, policy and keys are changed by people alone."""


def tokens(desk: Desk, subject: Subject) -> TokenPage:
    """Every token of the account, newest first, with what a new one may be made of."""
    trust = desk.hub.trust
    trust.allow(subject, "profile.view", f"account:{subject.account}")
    held = trust.tokens.of(subject.account)
    items = tuple(_line(desk, card) for card in held if subject.credit_code in ("", card.credit_code))
    if not trust.point.permits(subject, "token.make")[0]:
        return TokenPage(items=items, refused=Words(
            zh="完成双因素登录后才能创建令牌。", en="Tokens are made after signing in with a second factor."
        ))
    purposes = tuple(Choice(value=code.code, title=Words(zh=code.zh, en=code.en)) for code in purpose_codes().values())
    figures = {name: Limit(usual=limits()[name]["usual"], most=limits()[name]["most"]) for name in QUOTAS}
    return TokenPage(
        items=items, scopes=_scopes(desk, subject), purposes=purposes, limits=figures, latest=_latest_day(desk),
    )


def make(desk: Desk, subject: Subject, form: TokenForm) -> IssuedToken:
    """The fresh token; Refused when the scope is more than the subject may do, BadInput for what is missing."""
    trust = desk.hub.trust
    trust.allow(subject, "token.make", f"account:{subject.account}")
    return trust.tokens.make(
        subject, name=form.name, scope=form.scope, purpose=Purpose(form.purpose, form.article, form.matter), expires_at=end_of(form.until),
        calls_a_minute=form.calls_a_minute, calls_a_day=form.calls_a_day, rows_a_day=form.rows_a_day, addresses=form.addresses,
    )


def _latest_day(desk: Desk) -> date:
    return date.fromordinal(desk.now().date().toordinal() + int(limits()["token_days"]) - 1)


def _scopes(desk: Desk, subject: Subject) -> tuple[Choice, ...]:
    point = desk.hub.trust.point
    return tuple(Choice(value=action, title=title) for action, title in SCOPES.items() if within_reach(point, subject, action))


def _line(desk: Desk, card: TokenCard) -> TokenLine:
    state = "revoked" if card.revoked else "over" if card.expires_at <= desk.hub.clock.now() else "live"
    return TokenLine(
        id=card.id, name=card.name, scope=card.scope, purpose=card.purpose, matter=card.matter, credit_code=card.credit_code,
        addresses=card.addresses, calls_a_minute=card.calls_a_minute, calls_a_day=card.calls_a_day, rows_a_day=card.rows_a_day,
        made_at=card.made_at, expires_at=card.expires_at, last_used_at=card.last_used_at, state=state,
    )
