"""A made answer to every verb of `Pages`, for the tests of layout only."""

from collections.abc import Iterator
from datetime import date, timedelta

from fake_facts import BAD, DEPARTMENTS, NOW, REGISTERS, RESOURCES, ROWS, STEPS, D, grid, line, w
from fake_sheets import FakeSheets

from lingnan.base import Missing, Refused
from lingnan.insight import (
    BuildLine,
    BuildPage,
    BuildSheet,
    CataloguePage,
    CatalogueQuery,
    ChangedValue,
    ConflictPage,
    ConflictRow,
    ContradictedLine,
    Count,
    DepartmentLine,
    DepartmentPage,
    DepartmentSheet,
    DivisionCount,
    Facet,
    FacetValue,
    Fact,
    FormList,
    Grid,
    Happening,
    Menu,
    MenuLine,
    QuarantinedRow,
    QuarantinePage,
    QuarantineQuery,
    RegisterChangeLine,
    RegisterChangePage,
    RegisterEntry,
    RegisterLine,
    RegisterList,
    RegisterPage,
    RegisterSheet,
    RuleFailure,
    SignInPage,
    SnapshotLine,
    SnapshotPage,
    Span,
    StepLine,
    SystemLine,
    TableSheet,
    Value,
    VersionLine,
)
from lingnan.trust import ANONYMOUS, Purpose, Subject


class FakeIdentity:
    """What layout needs of identity: the menu of the made steward, and an entry without providers."""

    def menu(self, subject: Subject) -> Menu:
        own = (MenuLine(key="inbox", href="/inbox", count=3), MenuLine(key="profile", href="/profile"))
        return Menu(name=w("演示数据管理员", "Demo steward"), own=own, guard=(MenuLine(key="policy", href="/security/policy"),))

    def entry(self) -> SignInPage:
        return SignInPage(providers=(), passkeys_possible=True, set_up=False)


class FakeRegisterHistory:
    """A change, a conflict and two snapshots of a register."""

    def changes(self, register: str, cursor: str, limit: int, newest_first: bool, subject: Subject) -> RegisterChangePage:
        name, sex = w("姓名", "Name"), w("性别", "Sex")
        values = (ChangedValue(attribute=name, before="陈*", after="陈**"), ChangedValue(attribute=sex, before=None, after="2"))
        item = RegisterChangeLine(entry="E1", at=NOW, kind="changed", attributes=("name", "sex"), values=values)
        return RegisterChangePage(register_line=_register(register), items=(item,), cursor="1.E1.2.0")

    def conflicts(self, register: str, department: str, table: str, attribute: str, cursor: str, subject: Subject) -> ConflictPage:
        group = ContradictedLine(
            table="renshe.insured", title=w("参保人", "Insured"), department=w("人社厅", "Social Insurance"), attribute="name",
            attribute_title=w("姓名", "Name"), rows=3, compared=400,
        )
        row = ConflictRow(entry="E1", table="renshe.insured", key="I17", attribute=w("姓名", "Name"), value="陈*", survivor="陈**", known_from=NOW)
        items = (row,) if table else ()
        return ConflictPage(
            register_line=_register(register), department=department, table=table, attribute=attribute, groups=(group,), total=len(items),
            items=items,
        )

    def snapshots(self, register: str, year: int | None, subject: Subject) -> SnapshotPage:
        told = {"edition": 1, "table": "registers.people_snapshot", "version": 0, "known_at": NOW, "entries": 90, "digest": "5f" * 32, "reason": ""}
        lines = tuple(
            SnapshotLine.model_validate({**told, "year": each, "as_of": date(each, 12, 31), "change": change})
            for each, change in ((2025, 4), (2024, None))
        )
        counts = (DivisionCount(code="440106", division=w("广州市天河区", "Tianhe, Guangzhou"), entries=90, before=86),)
        return SnapshotPage(register_line=_register(register), items=lines, chosen=lines[0], counts=counts)


def _register(key: str) -> RegisterLine:
    return next(each for each in REGISTERS if each.key == key)
class FakeForms:
    """No form is open."""
    def listing(self, subject: Subject) -> FormList:
        return FormList(items=(), mine=())


class FakePages(FakeSheets):
    """Answers like a built hub at scale 1; `bare` is a hub with nothing yet."""

    def __init__(self, *, bare: bool = False) -> None:
        self.bare = bare
        self.identity, self.register_history = FakeIdentity(), FakeRegisterHistory()
        self.forms = FakeForms()
        self.tokens = {"once"}
        self.sessions: set[str] = set()

    def subject(self, session: str) -> Subject:
        return Subject("official", "018f-steward", "bureau", frozenset({"steward"}), session) if session in self.sessions else ANONYMOUS

    def health(self) -> None:
        return None

    def subject_of_token(self, token: str, address: str) -> Subject:
        if token != "lnt_known":
            raise Refused("令牌无效。", "The token is not valid.")
        return Subject("official", "018f-steward", "bureau", frozenset({"steward"}), token="t1", scope=frozenset({"page.view"}))

    def sign_in(self, token: str) -> str:
        if token not in self.tokens:
            raise Refused("登录链接已用过或已过期。请重新签发。", "The sign-in link was used or is too old. Have a new one issued.")
        self.tokens.discard(token)
        self.sessions.add("s1")
        return "s1"

    def sign_out(self, session: str) -> None:
        self.sessions.discard(session)

    def departments(self, subject: Subject) -> DepartmentPage:
        return DepartmentPage(
            items=()
            if self.bare
            else tuple(
                DepartmentLine(
                    id=d[0],
                    code="114400000069xxxx",
                    title=w(d[1], d[2]),
                    systems=1,
                    resources=1 + n % 3,
                    accepted=ROWS[n],
                    quarantined=BAD[n],
                    score=D(100) - D(BAD[n] * 100) / D(ROWS[n]),
                    last_at=NOW,
                )
                for n, d in enumerate(DEPARTMENTS)
            )
        )

    def department(self, department: str, subject: Subject) -> DepartmentSheet:
        found = next((item for item in self.departments(subject).items if item.id == department), None)
        if not found:
            raise Missing(f"没有部门“{department}”。请从部门列表选择。", f"There is no department “{department}”. Choose one from the list.")
        return DepartmentSheet(
            line=found,
            systems=(SystemLine(title=w("人口信息管理系统", "Population system"), resources=1),),
            resources=tuple(
                Count(key=r[1], title=w(r[2], r[3]), count=ROWS[r[4]], href=f"/catalogue/{r[0]}")
                for r in RESOURCES
                if DEPARTMENTS[r[4]][0] == department
            ),
        )

    def search(self, query: CatalogueQuery, subject: Subject) -> CataloguePage:
        items = tuple(line(n) for n in range(len(RESOURCES)) if query.words in RESOURCES[n][2] or query.words in RESOURCES[n][3])
        chosen = query.facets
        facets = (
            Facet(
                field="department",
                title=w("提供部门", "Provider"),
                values=tuple(
                    FacetValue(value=d[0], title=w(d[1], d[2]), count=1 + n % 3, chosen=d[0] in chosen.get("department", ()))
                    for n, d in enumerate(DEPARTMENTS)
                ),
            ),
            Facet(
                field="origin",
                title=w("数据性质", "Origin"),
                values=(
                    FacetValue(value="made", title=w("演示数据", "Demo data"), count=16),
                    FacetValue(value="real", title=w("真实数据", "Real data"), count=6),
                ),
            ),
            Facet(
                field="share_type",
                title=w("共享属性", "Sharing"),
                values=(
                    FacetValue(value="conditional", title=w("有条件共享", "Shared on condition"), count=18),
                    FacetValue(value="unconditional", title=w("无条件共享", "Shared freely"), count=4),
                ),
            ),
        )
        return CataloguePage(total=len(items), items=() if self.bare else items, facets=facets, next="p2" if not query.cursor and items else None)

    def preview(self, code: str, subject: Subject) -> Grid:
        refused = (
            w("敏感个人信息须登录后按授权查看。", "Sensitive personal data needs a sign-in and a grant.")
            if "renshe" in code or "301004" in code
            else None
        )
        return grid(self.resource(code, subject).table, refused)

    def table(self, name: str, subject: Subject, purpose: Purpose | None = None) -> TableSheet:
        preview = grid(name)
        return TableSheet(
            name=name,
            title=w("户籍人口", "Registered residents"),
            resource_code="301001/000001",
            origin="made",
            rows=124012,
            version=3,
            columns=preview.columns,
            versions=tuple(
                VersionLine(
                    version=n,
                    at=NOW - timedelta(days=3 - n),
                    mode="overwrite",
                    rows=124012,
                    job="govern:gongan.resident",
                    code="9c41d2e77ab0ff10",
                    inputs={"landing.gongan_resident": n, "registers.divisions": 0},
                )
                for n in (3, 2, 1, 0)
            ),
            preview=preview,
        )

    def registers(self, subject: Subject) -> RegisterList:
        return RegisterList(items=() if self.bare else REGISTERS)

    def register_search(self, register: str, words: str, cursor: str, subject: Subject) -> RegisterPage:
        found = next((r for r in REGISTERS if r.key == register), None)
        if not found:
            raise Missing(f"没有基础库“{register}”。", f"There is no register “{register}”.")
        items = (
            tuple(
                RegisterEntry(id=f"E{n}", label=f"陈*{n}", hint="4401**********00", division=w("广州市天河区", "Tianhe, Guangzhou")) for n in range(8)
            )
            if words and words != "无"
            else ()
        )
        return RegisterPage(register_line=found, words=words, total=len(items) or None, items=items)

    def register_entry(self, register: str, entry: str, as_of: date | None, known_at: date | None, subject: Subject) -> RegisterSheet:
        found = self.register_search(register, "", "", subject).register_line
        early = as_of is not None and as_of < date(1984, 1, 1)
        values = (
            ()
            if early
            else tuple(
                Value(name=n, title=w(zh, en), value=v, source=w(s), classification=c, masked=m, disagreeing=d)
                for n, zh, en, v, s, c, m, d in [
                    ("name", "姓名", "Name", "陈**", "公安厅", "personal", True, 1),
                    ("sex", "性别", "Sex", "女", "公安厅", "personal", False, 0),
                    ("division", "户籍地区划", "Division", "440106", "公安厅", "internal", False, 0),
                    ("address", "住址", "Address", None, "公安厅", "sensitive", True, 0),
                    ("employer", "参保单位", "Employer", "广州南沙**有限公司", "人社厅", "personal", False, 0),
                ]
            )
        )
        facts = (
            ()
            if early
            else tuple(
                Fact(
                    attribute=w("姓名", "Name"),
                    value=v,
                    source=w(s),
                    batch="0192f1",
                    position="resident_440100.csv:17",
                    valid_from=date(2019, 3, 1),
                    known_from=NOW,
                    known_to=None,
                    survives=k,
                )
                for v, s, k in [("陈**", "公安厅", True), ("陈*", "教育厅", False)]
            )
        )
        return RegisterSheet(
            register_line=found,
            id=entry,
            label="陈**",
            origin="made",
            as_of=as_of or date(2026, 10, 31),
            known_at=known_at or date(2026, 10, 31),
            changes=(date(2003, 9, 1), date(2012, 6, 30), date(2019, 3, 1)),
            values=values,
            facts=facts,
            spans=() if early else tuple(
                Span(attribute=w("姓名", "Name"), value=value, source=w("公安厅"), since=since, until=until)
                for value, since, until in (("陈*", None, date(2019, 3, 1)), ("陈**", date(2019, 3, 1), None))
            ),
            happenings=(Happening(event="merged", at=NOW, other="E2"),),
        )

    def quarantine(self, query: QuarantineQuery, subject: Subject) -> QuarantinePage:
        facets = (
            Facet(
                field="department",
                title=w("部门", "Department"),
                values=tuple(
                    FacetValue(value=d[0], title=w(d[1], d[2]), count=BAD[n], chosen=query.department == d[0]) for n, d in enumerate(DEPARTMENTS)
                ),
            ),
            Facet(
                field="rule",
                title=w("规则", "Rule"),
                values=(
                    FacetValue(value="identifier", title=w("标识有效", "Identifier holds"), count=5210, chosen=query.rule == "identifier"),
                    FacetValue(value="code_valid", title=w("代码有效", "Code valid"), count=6120),
                ),
            ),
        )
        rows = () if self.bare else tuple(self.quarantined_rows(query, subject))
        return QuarantinePage(total=0 if self.bare else 17011, facets=() if self.bare else facets, items=rows, next="c2" if rows else None)

    def quarantined_rows(self, query: QuarantineQuery, subject: Subject) -> Iterator[QuarantinedRow]:
        for n in range(12):
            yield QuarantinedRow(
                feed="gongan.resident",
                title=w("户籍人口", "Registered residents"),
                department=w("公安厅", "Public Security"),
                key=f"R{n:08d}",
                batch="0192f1aa-7c11-7000",
                position=f"resident_440100.csv:{17 + n}",
                received_at=NOW,
                failures=(
                    RuleFailure(
                        rule="identifier",
                        title=w("公民身份号码校验位不符", "Check digit of citizen number wrong"),
                        column="citizen_number",
                        value="4401**********0X",
                    ),
                    *(
                        (RuleFailure(rule="code_valid", title=w("区划代码已撤销", "Division abolished"), column="division", value="=440183"),)
                        if n % 3 == 0
                        else ()
                    ),
                ),
            )

    def builds(self, cursor: str, subject: Subject) -> BuildPage:
        states = ("running", "done", "incomplete", "done")
        return BuildPage(
            items=()
            if self.bare
            else tuple(
                BuildLine(
                    id=f"0192f{n}aa-7c11-7000-8000-000000000000",
                    state=s,
                    started_at=NOW - timedelta(hours=n),
                    seconds=None if s == "running" else D("31.4"),
                    steps_run=58,
                    steps_skipped=3,
                    steps_failed=int(s == "incomplete"),
                    rows=690687,
                )
                for n, s in enumerate(states)
            )
        )

    def build(self, build: str, subject: Subject) -> BuildSheet:
        found = next((item for item in self.builds("", subject).items if item.id == build or build == item.state), None)
        if not found:
            raise Missing("没有这次构建。", "There is no such build.")
        steps = [StepLine(name=n, title=w(zh, n), room=r, state="done", begun_s=D(str(b)), seconds=D(str(s)), rows=k) for n, zh, r, b, s, k in STEPS]
        steps.append(
            StepLine(
                name="collect:zhengwu.service_case",
                title=w("采集政务服务办件", "Collect service cases"),
                room="collect",
                state="kept",
                begun_s=D(0),
                seconds=D("0.2"),
                rows=None,
                note=w("接口没有应答，沿用上次批次", "The API does not answer; the last batch stays"),
            )
        )
        steps.append(
            StepLine(name="insight:figures", title=w("计算指标", "Figures"), room="insight", state="waiting", begun_s=None, seconds=None, rows=None)
        )
        return BuildSheet(line=found, steps=tuple(steps), done_share=D("0.62"))
