"""A made answer to every verb of `Pages`, for the layout's tests only."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lingnan.base import Missing, Refused
from lingnan.insight import (
    Batch, BuildLine, BuildPage, BuildSheet, CatalogueLine, CataloguePage, CatalogueQuery, Chart, CitySheet, Cockpit, Count, DepartmentLine,
    DepartmentPage, DepartmentSheet, Fact, Facet, FacetValue, Field, Figure, Grid, GridColumn, LastBuild, Lineage, LineageEdge, LineageNode, Load,
    MapLayer, Quality, QuarantinedRow, QuarantinePage, QuarantineQuery, RegisterEntry, RegisterLine, RegisterList, RegisterPage, RegisterSheet,
    ResourceSheet, RuleFailure, RuleLine, Series, StepLine, SystemLine, TableSheet, TrendPoint, Use, Value, VersionLine, Words,
)
from lingnan.insight.cockpit import CountyLine
from lingnan.trust import ANONYMOUS, Subject

NOW = datetime(2026, 10, 31, 2, 12, tzinfo=UTC)
D = Decimal
CITIES = (
    "440100 广州市 18736 2650 97.9|440200 韶关市 2860 210 96.1|440300 深圳市 17680 3920 98.8|440400 珠海市 2476 420 98.2|440500 汕头市 5553 402 95.2|"
    "440600 佛山市 9613 1280 97.7|440700 江门市 4822 410 96.9|440800 湛江市 7038 350 94.1|440900 茂名市 6241 290 94.9|441200 肇庆市 4130 260 96.0|"
    "441300 惠州市 6073 590 97.2|441400 梅州市 3860 190 95.4|441500 汕尾市 2680 120 93.8|441600 河源市 2838 150 95.9|441700 阳江市 2613 170 96.3|"
    "441800 清远市 3982 240 96.4|441900 东莞市 10489 1510 97.5|442000 中山市 4457 680 97.8|445100 潮州市 2572 180 95.1|445200 揭阳市 5578 270 93.2|445300 云浮市 2390 130 95.7"
)
DEPARTMENTS = [
    ("gongan", "公安厅", "Public Security"), ("weijian", "卫生健康委", "Health Commission"), ("shichang", "市场监督管理局", "Market Regulation"),
    ("renshe", "人力资源和社会保障厅", "Human Resources and Social Security"), ("shuiwu", "税务局", "Taxation"), ("jiaoyu", "教育厅", "Education"),
    ("fagai", "发展改革委", "Development and Reform"), ("nengyuan", "能源局", "Energy"), ("zhujian", "住房和城乡建设厅", "Housing"),
    ("ziran", "自然资源厅", "Natural Resources"), ("tongji", "统计局", "Statistics"), ("zhengwu", "政务服务数据管理局", "Government Services"),
]
ROWS = [128114, 2310, 21480, 61240, 14890, 18633, 9120, 176220, 171530, 48900, 5040, 33210]
BAD = [4102, 81, 702, 2310, 640, 511, 203, 3120, 2980, 1410, 12, 940]
RESOURCES = [
    ("301001/000001", "gongan.resident", "户籍人口", "Registered residents", 0), ("301002/000001", "weijian.vital_event", "出生死亡登记", "Births and deaths", 1),
    ("301003/000001", "shichang.enterprise", "市场主体", "Market entities", 2), ("301003/000002", "shichang.enterprise_change", "变更登记", "Changes of registration", 2),
    ("301004/000001", "renshe.insured", "参保人员", "Insured persons", 3), ("301005/000001", "shuiwu.taxpayer_year", "纳税人年度", "Taxpayer years", 4),
    ("301006/000001", "jiaoyu.enrolment", "学籍", "School enrolment", 5), ("301007/000001", "fagai.licence", "行政许可", "Licences", 6),
    ("301008/000001", "nengyuan.power_use", "企业用电", "Power use of firms", 7), ("301009/000001", "zhujian.water_use", "企业用水", "Water use of firms", 8),
    ("301010/000001", "ziran.address", "标准地址", "Standard addresses", 9), ("301012/000001", "zhengwu.service_case", "政务服务办件", "Service cases", 11),
]


def w(zh: str, en: str = "") -> Words:
    return Words(zh=zh, en=en)


def cities() -> list[tuple[str, str, Decimal, Decimal, Decimal]]:
    return [(c, n, D(p), D(f), D(q)) for c, n, p, f, q in (line.split(" ") for line in CITIES.split("|"))]


LAYERS = (
    MapLayer(key="people", title=w("户籍人口", "People"), unit="people", values={c[0]: c[2] for c in cities()}, table="registers.people"),
    MapLayer(key="entities", title=w("市场主体", "Legal entities"), unit="entities", values={c[0]: c[3] for c in cities()}, table="registers.entities"),
    MapLayer(key="quality", title=w("数据质量", "Quality"), unit="percent", values={c[0]: c[4] for c in cities()}),
)
REGISTERS = (
    RegisterLine(key="people", title=w("人口库", "People"), description=w("自然人的基本信息，按公民身份号码归并五个部门的数据。", "Basic facts of natural persons, joined from five departments by citizen number."), entries=127034, sources=(w("公安厅", "Public Security"), w("教育厅", "Education"), w("人社厅", "Social Security")), table="registers.people", observations=986120, unlinked=1280),
    RegisterLine(key="entities", title=w("法人库", "Legal entities"), description=w("企业、个体户和其他组织，按统一社会信用代码归并。", "Firms and other organisations, joined by credit code."), entries=15110, sources=(w("市场监管局", "Market Regulation"), w("税务局", "Taxation")), table="registers.entities", observations=102200, unlinked=88),
    RegisterLine(key="places", title=w("地名地址库", "Places"), description=w("行政区划沿革和标准地址。", "Administrative divisions with their history, and standard addresses."), entries=48900, sources=(w("自然资源厅", "Natural Resources"),), table="registers.addresses"),
    RegisterLine(key="economy", title=w("宏观经济库", "Economy"), description=w("各级区划的经济社会指标序列。", "Indicator series of divisions."), entries=420, sources=(w("统计局", "Statistics"),), table="registers.series"),
)
STEPS = [("collect:gongan.resident", "采集户籍人口", "collect", 0, 3.1, 128114), ("collect:renshe.insured", "采集参保人员", "collect", 0.1, 1.9, 61240), ("govern:gongan.resident", "治理户籍人口", "govern", 3.1, 2.2, 124012), ("govern:renshe.insured", "治理参保人员", "govern", 2.0, 1.4, 58930), ("registers:people", "建人口库", "registers", 5.3, 6.4, 127034), ("registers:entities", "建法人库", "registers", 5.0, 2.1, 15110), ("catalogue:register", "登记目录", "catalogue", 11.7, 0.4, 15)]


def grid(table: str, refused: Words | None = None) -> Grid:
    columns = (
        GridColumn(name="resident_no", title=w("人员编号", "Resident no."), type="VARCHAR"), GridColumn(name="citizen_number", title=w("公民身份号码", "Citizen number"), type="VARCHAR", classification="personal", masked=True),
        GridColumn(name="name", title=w("姓名", "Name"), type="VARCHAR", classification="personal", masked=True), GridColumn(name="birth_date", title=w("出生日期", "Born"), type="DATE", classification="personal", masked=True),
        GridColumn(name="division", title=w("户籍地区划", "Division"), type="VARCHAR"), GridColumn(name="address", title=w("住址", "Address"), type="VARCHAR", classification="sensitive", masked=True), GridColumn(name="updated_on", title=w("更新日期", "Updated"), type="DATE"),
    )
    rows = tuple((f"R{n:08d}", "4401**********00", "陈**", None if n % 7 else "1984-**-**", "440106", "广东省广州市天河区****", date(2026, 9, 1) + timedelta(n)) for n in range(20))
    return Grid(table=table, columns=columns, rows=() if refused else rows, total=124012, origin="made", decision="48213", refused=refused)


def line(index: int) -> CatalogueLine:
    code, table, zh, en, d = RESOURCES[index]
    return CatalogueLine(code=code, title=w(zh, en), summary=w(f"{DEPARTMENTS[d][1]}按月报送的{zh}数据，供核验和统计使用。", f"{en} as reported monthly, for verification and statistics."), department=w(*DEPARTMENTS[d][1:]), table=table, format="CSV", origin="made", share_type="conditional", open_type="none", rows=ROWS[d], score=D("97.41"), updated_at=NOW, matched_fields=(w("公民身份号码", "Citizen number"),) if index % 3 == 0 else ())


class FakePages:
    """Answers like a built hub at scale 1; `running` lets the build go on, `bare` is a hub with nothing yet."""

    def __init__(self, *, bare: bool = False) -> None:
        self.bare = bare
        self.tokens = {"once"}
        self.sessions: set[str] = set()

    def subject(self, session: str) -> Subject:
        return Subject("official", "018f-steward", "bureau", frozenset({"steward"}), session) if session in self.sessions else ANONYMOUS

    def sign_in(self, token: str) -> str:
        if token not in self.tokens:
            raise Refused("登录链接已用过或已过期。请重新签发。", "The sign-in link was used or is too old. Have a new one issued.")
        self.tokens.discard(token)
        self.sessions.add("s1")
        return "s1"

    def sign_out(self, session: str) -> None:
        self.sessions.discard(session)

    def cockpit(self, subject: Subject) -> Cockpit:
        if self.bare:
            return Cockpit(as_of=NOW, made=False, figures=(), layers=(), charts=(), loads=(), build=None)
        names = [("departments", "部门", "Departments", 12, "/departments", "", w("15 个系统", "15 systems")), ("resources", "信息资源", "Resources", 22, "/catalogue", "", w("214 个信息项", "214 items")), ("tables", "数据表", "Tables", 71, "/catalogue", "", None), ("accepted", "通过行数", "Rows accepted", 690687, "/departments", "rows", None), ("quarantined", "隔离行数", "Rows quarantined", 17011, "/quarantine", "rows", w("占 2.4%", "2.4 %")), ("people", "人口库", "People", 127034, "/registers/people", "people", None), ("entities", "法人库", "Legal entities", 15110, "/registers/entities", "entities", None), ("quality", "质量得分", "Quality", D("97.41"), "/departments", "percent", None)]
        figures = tuple(Figure(key=k, title=w(zh, en), value=v, href=h, unit=u, note=n, table="registers.people" if k == "people" else "") for k, zh, en, v, h, u, n in names)
        labels = tuple(w(d[1], d[2]) for d in DEPARTMENTS)
        charts = (
            Chart(key="rows", title=w("各部门数据行数", "Rows by department"), kind="stacked", unit="rows", labels=labels, series=(Series(title=w("通过", "Accepted"), values=tuple(D(r) for r in ROWS)), Series(title=w("隔离", "Quarantined"), values=tuple(D(b) for b in BAD))), hrefs=tuple(f"/departments/{d[0]}" for d in DEPARTMENTS)),
            Chart(key="dimensions", title=w("分维度数据质量", "Quality by dimension"), kind="bar", unit="percent", labels=tuple(w(zh, en) for zh, en in [("完整性", "Completeness"), ("唯一性", "Uniqueness"), ("规范性", "Conformity"), ("一致性", "Consistency"), ("准确性", "Accuracy"), ("及时性", "Timeliness")]), series=(Series(title=w("合格率", "Holds"), values=(D("99.01"), D("98.97"), D("95.8"), D("97.2"), D("97.9"), D("96.6"))),), hrefs=()),
        )
        loads = tuple(Load(code=r[0], title=w(r[2], r[3]), department=w(*DEPARTMENTS[r[4]][1:]), received_at=NOW - timedelta(minutes=7 * n), rows=ROWS[r[4]], rejected=3 if n == 2 else 0, batch=f"b{n}", origin="real" if n == 4 else "made", alarm=w("比上次少 38%，已告警", "38 % fewer than last time") if n == 3 else None) for n, r in enumerate(RESOURCES[:8]))
        return Cockpit(as_of=NOW, made=True, figures=figures, layers=LAYERS, charts=charts, loads=loads, build=LastBuild(id="0192", state="done", started_at=NOW, seconds=D("31.4"), steps_run=58, steps_skipped=3))

    def city(self, code: str, subject: Subject) -> CitySheet:
        found = next((c for c in cities() if c[0] == code), None)
        if not found:
            raise Missing(f"没有区划代码为 {code} 的地市。请从总览地图选择。", f"No city has the code {code}. Choose one on the overview's map.")
        figures = tuple(Figure(key=layer.key, title=layer.title, value=layer.values[code], unit=layer.unit, href="/registers/people") for layer in LAYERS)
        counties = tuple(CountyLine(code=f"{code[:4]}{n:02d}", title=w(f"第{n}区", f"District {n}"), values={"people": D(1000 * n), "entities": D(90 * n), "quality": D("96.2")}) for n in range(3, 12))
        return CitySheet(code=code, title=w(found[1]), figures=figures, layers=LAYERS, counties=counties)

    def departments(self, subject: Subject) -> DepartmentPage:
        return DepartmentPage(items=() if self.bare else tuple(DepartmentLine(id=d[0], code="114400000069xxxx", title=w(d[1], d[2]), systems=1, resources=1 + n % 3, accepted=ROWS[n], quarantined=BAD[n], score=D(100) - D(BAD[n] * 100) / D(ROWS[n]), last_at=NOW) for n, d in enumerate(DEPARTMENTS)))

    def department(self, department: str, subject: Subject) -> DepartmentSheet:
        found = next((item for item in self.departments(subject).items if item.id == department), None)
        if not found:
            raise Missing(f"没有部门“{department}”。请从部门列表选择。", f"There is no department “{department}”. Choose one from the list.")
        return DepartmentSheet(line=found, systems=(SystemLine(title=w("人口信息管理系统", "Population system"), resources=1),), resources=tuple(Count(key=r[1], title=w(r[2], r[3]), count=ROWS[r[4]], href=f"/catalogue/{r[0]}") for r in RESOURCES if DEPARTMENTS[r[4]][0] == department))

    def search(self, query: CatalogueQuery, subject: Subject) -> CataloguePage:
        items = tuple(line(n) for n in range(len(RESOURCES)) if query.words in RESOURCES[n][2] or query.words in RESOURCES[n][3])
        chosen = query.facets
        facets = (
            Facet(field="department", title=w("提供部门", "Provider"), values=tuple(FacetValue(value=d[0], title=w(d[1], d[2]), count=1 + n % 3, chosen=d[0] in chosen.get("department", ())) for n, d in enumerate(DEPARTMENTS))),
            Facet(field="origin", title=w("数据性质", "Origin"), values=(FacetValue(value="made", title=w("演示数据", "Demo data"), count=16), FacetValue(value="real", title=w("真实数据", "Real data"), count=6))),
            Facet(field="share_type", title=w("共享属性", "Sharing"), values=(FacetValue(value="conditional", title=w("有条件共享", "Shared on condition"), count=18), FacetValue(value="unconditional", title=w("无条件共享", "Shared freely"), count=4))),
        )
        return CataloguePage(total=len(items), items=() if self.bare else items, facets=facets, next="p2" if not query.cursor and items else None)

    def resource(self, code: str, subject: Subject) -> ResourceSheet:
        found = next((r for r in RESOURCES if code in r[:2]), None)
        if not found:
            raise Missing(f"目录中没有资源“{code}”。请从目录检索。", f"The catalogue has no resource “{code}”. Search the catalogue.")
        table, title, department = found[1], w(found[2], found[3]), DEPARTMENTS[found[4]]
        fields = tuple(Field(name=n, title=w(zh, en), source=zh, type=t, element=e, code_list=c, classification=k, share_level="conditional", required=n == "name", key=n == "resident_no") for n, zh, en, t, e, c, k in [("resident_no", "人员编号", "Resident no.", "VARCHAR", "", "", "internal"), ("citizen_number", "公民身份号码", "Citizen number", "VARCHAR", "citizen_number", "", "personal"), ("name", "姓名", "Name", "VARCHAR", "person_name", "", "personal"), ("sex", "性别", "Sex", "VARCHAR", "sex", "sexes", "personal"), ("division", "户籍地区划", "Division", "VARCHAR", "division", "divisions", "internal"), ("address", "住址", "Address", "VARCHAR", "address", "", "sensitive")])
        rules = tuple(RuleLine(id=i, title=w(zh, en), column=c, dimension=d, severity=s, checked=128114, failed=f, repaired=r, href=f"/quarantine?feed={table}&rule={i}") for i, zh, en, c, d, s, f, r in [("identifier", "公民身份号码有效", "Citizen number holds", "citizen_number", "conformity", "error", 2561, 310), ("code_valid", "行政区划代码有效", "Division code valid", "division", "conformity", "error", 5120, 0), ("birth", "出生日期与号码一致", "Birth date matches number", "birth_date", "consistency", "error", 402, 0), ("name_given", "姓名已填", "Name given", "name", "completeness", "warning", 0, 12)])
        trend = tuple(TrendPoint(at=NOW - timedelta(days=n), score=D("96.0") + D(n % 4) / 3) for n in range(12, 0, -1))
        nodes = [("sys", "人口信息管理系统", "Population system", "system", 0, ""), ("landing.gongan_resident", "原始户籍人口", "Residents as delivered", "landing", 1, "/tables/landing/gongan_resident"), (table, found[2], found[3], "table", 2, ""), ("quarantine.gongan_resident", "隔离的户籍人口", "Quarantined residents", "quarantine", 2, "/quarantine?feed=gongan.resident"), ("registers.people_observations", "人口来源记录", "Observations of people", "register", 3, "/tables/registers/people_observations"), ("registers.people", "人口库", "People", "register", 4, "/registers/people")]
        lineage = Lineage(nodes=tuple(LineageNode(id=i, title=w(zh, en), kind=k, depth=d, href=h, here=i == table) for i, zh, en, k, d, h in nodes), edges=tuple(LineageEdge(source=a, target=b) for a, b in [("sys", "landing.gongan_resident"), ("landing.gongan_resident", table), ("landing.gongan_resident", "quarantine.gongan_resident"), (table, "registers.people_observations"), ("registers.people_observations", "registers.people")]))
        return ResourceSheet(code=found[0], title=title, summary=line(RESOURCES.index(found)).summary, department=w(*department[1:]), department_href=f"/departments/{department[0]}", system=w("人口信息管理系统", "Population system"), table=table, origin="made", licence="", source="", format="CSV (GBK)", theme=w("人口", "Population"), update_cycle="monthly", share_type="conditional", share_condition="用于核验", open_type="none", open_condition="", contract_version="1.0.0", rows=124012, updated_at=NOW, fields=fields, quality=Quality(score=D("97.41"), accepted=124012, quarantined=4102, dimensions=(), rules=rules, trend=trend), batches=tuple(Batch(id=f"0192f{n}aa-7c11-7000", received_at=NOW - timedelta(days=n), location=f"world/handover/gongan/resident_44{n:02d}00.csv", rows=6100, rejected=n % 2, digest="9f86d081884c7d65") for n in range(1, 6)), lineage=lineage, uses=(Use(title=w("人口库", "People"), kind="register", href="/registers/people", count=None, last_at=NOW), Use(title=w("政务服务数据管理局", "Government Services"), kind="department", href="/departments/zhengwu", count=312, last_at=NOW)))

    def preview(self, code: str, subject: Subject) -> Grid:
        refused = w("敏感个人信息须登录后按授权查看。", "Sensitive personal data needs a sign-in and a grant.") if "renshe" in code or "301004" in code else None
        return grid(self.resource(code, subject).table, refused)

    def table(self, name: str, subject: Subject) -> TableSheet:
        preview = grid(name)
        return TableSheet(name=name, title=w("户籍人口", "Registered residents"), resource_code="301001/000001", origin="made", rows=124012, version=3, columns=preview.columns, versions=tuple(VersionLine(version=n, at=NOW - timedelta(days=3 - n), mode="overwrite", rows=124012, job="govern:gongan.resident", code="9c41d2e77ab0ff10", inputs={"landing.gongan_resident": n, "registers.divisions": 0}) for n in (3, 2, 1, 0)), preview=preview)

    def registers(self, subject: Subject) -> RegisterList:
        return RegisterList(items=() if self.bare else REGISTERS)

    def register_search(self, register: str, words: str, cursor: str, subject: Subject) -> RegisterPage:
        found = next((r for r in REGISTERS if r.key == register), None)
        if not found:
            raise Missing(f"没有基础库“{register}”。", f"There is no register “{register}”.")
        items = tuple(RegisterEntry(id=f"E{n}", label=f"陈*{n}", hint="4401**********00", division=w("广州市天河区", "Tianhe, Guangzhou")) for n in range(8)) if words and words != "无" else ()
        return RegisterPage(register_line=found, words=words, total=len(items) or None, items=items)

    def register_entry(self, register: str, entry: str, as_of: date | None, known_at: date | None, subject: Subject) -> RegisterSheet:
        found = self.register_search(register, "", "", subject).register_line
        early = as_of is not None and as_of < date(1984, 1, 1)
        values = () if early else tuple(Value(name=n, title=w(zh, en), value=v, source=w(s), classification=c, masked=m, disagreeing=d) for n, zh, en, v, s, c, m, d in [("name", "姓名", "Name", "陈**", "公安厅", "personal", True, 1), ("sex", "性别", "Sex", "女", "公安厅", "personal", False, 0), ("division", "户籍地区划", "Division", "440106", "公安厅", "internal", False, 0), ("address", "住址", "Address", None, "公安厅", "sensitive", True, 0), ("employer", "参保单位", "Employer", "广州南沙**有限公司", "人社厅", "personal", False, 0)])
        facts = () if early else tuple(Fact(attribute=w("姓名", "Name"), value=v, source=w(s), batch="0192f1", position="resident_440100.csv:17", valid_from=date(2019, 3, 1), known_from=NOW, known_to=None, survives=k) for v, s, k in [("陈**", "公安厅", True), ("陈*", "教育厅", False)])
        return RegisterSheet(register_line=found, id=entry, label="陈**", origin="made", as_of=as_of or date(2026, 10, 31), known_at=known_at or date(2026, 10, 31), changes=(date(2003, 9, 1), date(2012, 6, 30), date(2019, 3, 1)), values=values, facts=facts)

    def quarantine(self, query: QuarantineQuery, subject: Subject) -> QuarantinePage:
        facets = (Facet(field="department", title=w("部门", "Department"), values=tuple(FacetValue(value=d[0], title=w(d[1], d[2]), count=BAD[n], chosen=query.department == d[0]) for n, d in enumerate(DEPARTMENTS))), Facet(field="rule", title=w("规则", "Rule"), values=(FacetValue(value="identifier", title=w("标识有效", "Identifier holds"), count=5210, chosen=query.rule == "identifier"), FacetValue(value="code_valid", title=w("代码有效", "Code valid"), count=6120))))
        rows = () if self.bare else tuple(self.quarantined_rows(query, subject))
        return QuarantinePage(total=0 if self.bare else 17011, facets=() if self.bare else facets, items=rows, next="c2" if rows else None)

    def quarantined_rows(self, query: QuarantineQuery, subject: Subject) -> Iterator[QuarantinedRow]:
        for n in range(12):
            yield QuarantinedRow(feed="gongan.resident", title=w("户籍人口", "Registered residents"), department=w("公安厅", "Public Security"), key=f"R{n:08d}", batch="0192f1aa-7c11-7000", position=f"resident_440100.csv:{17 + n}", received_at=NOW, failures=(RuleFailure(rule="identifier", title=w("公民身份号码校验位不符", "Check digit of citizen number wrong"), column="citizen_number", value="4401**********0X"), *((RuleFailure(rule="code_valid", title=w("区划代码已撤销", "Division abolished"), column="division", value="=440183"),) if n % 3 == 0 else ())))

    def builds(self, cursor: str, subject: Subject) -> BuildPage:
        states = ("running", "done", "incomplete", "done")
        return BuildPage(items=() if self.bare else tuple(BuildLine(id=f"0192f{n}aa-7c11-7000-8000-000000000000", state=s, started_at=NOW - timedelta(hours=n), seconds=None if s == "running" else D("31.4"), steps_run=58, steps_skipped=3, steps_failed=int(s == "incomplete"), rows=690687) for n, s in enumerate(states)))

    def build(self, build: str, subject: Subject) -> BuildSheet:
        found = next((item for item in self.builds("", subject).items if item.id == build or build == item.state), None)
        if not found:
            raise Missing("没有这次构建。", "There is no such build.")
        steps = [StepLine(name=n, title=w(zh, n), room=r, state="done", begun_s=D(str(b)), seconds=D(str(s)), rows=k) for n, zh, r, b, s, k in STEPS]
        steps.append(StepLine(name="collect:zhengwu.service_case", title=w("采集政务服务办件", "Collect service cases"), room="collect", state="kept", begun_s=D(0), seconds=D("0.2"), rows=None, note=w("接口没有应答，沿用上次批次", "The API does not answer; the last batch stays")))
        steps.append(StepLine(name="insight:figures", title=w("计算指标", "Figures"), room="insight", state="waiting", begun_s=None, seconds=None, rows=None))
        return BuildSheet(line=found, steps=tuple(steps), done_share=D("0.62"))
