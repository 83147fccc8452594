"""The three richest made answers: the cockpit, a city, a resource."""

from datetime import timedelta

from fake_facts import BAD, DEPARTMENTS, LAYERS, NOW, RESOURCES, ROWS, D, cities, line, w

from lingnan.base import Missing
from lingnan.insight import (
    Batch,
    Chart,
    CitySheet,
    Cockpit,
    Field,
    Figure,
    ItemSheet,
    LastBuild,
    Lineage,
    LineageEdge,
    LineageNode,
    Load,
    Quality,
    ResourceSheet,
    RuleLine,
    Series,
    SuggestionList,
    TrendPoint,
    Use,
)
from lingnan.insight.cockpit import CountyLine
from lingnan.trust import Subject


class FakeResources:
    """What the search as one types asks for besides its results, and the page of one item."""

    def item(self, code: str, name: str, subject: Subject) -> ItemSheet:
        sheet = FakeSheets().resource(code, subject)
        field = next(each for each in sheet.fields if each.name == name)
        return ItemSheet(
            code=code, key=name, resource=sheet.title, department=sheet.department, department_key="gongan", field=field,
            element=None, meaning=None, codes=None, used=0, places=(),
        )

    def suggestions(self, words: str, limit: int, subject: Subject) -> SuggestionList:
        return SuggestionList(items=())


class FakeSheets:
    """Cockpit, city and resource of a built hub; nothing at all when bare."""

    bare: bool
    resources = FakeResources()

    def cockpit(self, subject: Subject) -> Cockpit:
        if self.bare:
            return Cockpit(as_of=NOW, made=False, figures=(), layers=(), charts=(), loads=(), build=None)
        names = [
            ("departments", "部门", "Departments", 12, "/departments", "", w("15 个系统", "15 systems")),
            ("resources", "信息资源", "Resources", 22, "/catalogue", "", w("214 个信息项", "214 items")),
            ("tables", "数据表", "Tables", 71, "/catalogue", "", None),
            ("accepted", "通过行数", "Rows accepted", 690687, "/departments", "rows", None),
            ("quarantined", "隔离行数", "Rows quarantined", 17011, "/quarantine", "rows", w("占 2.4%", "2.4 %")),
            ("people", "人口库", "People", 127034, "/registers/people", "people", None),
            ("entities", "法人库", "Legal entities", 15110, "/registers/entities", "entities", None),
            ("quality", "质量得分", "Quality", D("97.41"), "/departments", "percent", None),
        ]
        figures = tuple(
            Figure(key=k, title=w(zh, en), value=v, href=h, unit=u, note=n, table="registers.people" if k == "people" else "")
            for k, zh, en, v, h, u, n in names
        )
        labels = tuple(w(d[1], d[2]) for d in DEPARTMENTS)
        charts = (
            Chart(
                key="rows",
                title=w("各部门数据行数", "Rows by department"),
                kind="stacked",
                unit="rows",
                labels=labels,
                series=(
                    Series(title=w("通过", "Accepted"), values=tuple(D(r) for r in ROWS)),
                    Series(title=w("隔离", "Quarantined"), values=tuple(D(b) for b in BAD)),
                ),
                hrefs=tuple(f"/departments/{d[0]}" for d in DEPARTMENTS),
            ),
            Chart(
                key="dimensions",
                title=w("分维度数据质量", "Quality by dimension"),
                kind="bar",
                unit="percent",
                labels=tuple(
                    w(zh, en)
                    for zh, en in [
                        ("完整性", "Completeness"),
                        ("唯一性", "Uniqueness"),
                        ("规范性", "Conformity"),
                        ("一致性", "Consistency"),
                        ("准确性", "Accuracy"),
                        ("及时性", "Timeliness"),
                    ]
                ),
                series=(Series(title=w("合格率", "Holds"), values=(D("99.01"), D("98.97"), D("95.8"), D("97.2"), D("97.9"), D("96.6"))),),
                hrefs=(),
            ),
        )
        loads = tuple(
            Load(
                code=r[0],
                title=w(r[2], r[3]),
                department=w(*DEPARTMENTS[r[4]][1:]),
                received_at=NOW - timedelta(minutes=7 * n),
                rows=ROWS[r[4]],
                rejected=3 if n == 2 else 0,
                batch=f"b{n}",
                origin="real" if n == 4 else "made",
                alarm=w("比上次少 38%，已告警", "38 % fewer than last time") if n == 3 else None,
            )
            for n, r in enumerate(RESOURCES[:8])
        )
        return Cockpit(
            as_of=NOW,
            made=True,
            figures=figures,
            layers=LAYERS,
            charts=charts,
            loads=loads,
            build=LastBuild(id="done", state="done", started_at=NOW, seconds=D("31.4"), steps_run=58, steps_skipped=3),
        )

    def city(self, code: str, subject: Subject) -> CitySheet:
        found = next((c for c in cities() if c[0] == code), None)
        if not found:
            raise Missing(f"没有区划代码为 {code} 的地市。请从总览地图选择。", f"No city has the code {code}. Choose one on the overview's map.")
        figures = tuple(
            Figure(key=layer.key, title=layer.title, value=layer.values[code], unit=layer.unit, href="/registers/people") for layer in LAYERS
        )
        counties = tuple(
            CountyLine(
                code=f"{code[:4]}{n:02d}",
                title=w(f"第{n}区", f"District {n}"),
                values={"people": D(1000 * n), "entities": D(90 * n), "quality": D("96.2")},
            )
            for n in range(3, 12)
        )
        return CitySheet(code=code, title=w(found[1]), figures=figures, layers=LAYERS, counties=counties)

    def resource(self, code: str, subject: Subject) -> ResourceSheet:
        found = next((r for r in RESOURCES if code in r[:2]), None)
        if not found:
            raise Missing(f"目录中没有资源“{code}”。请从目录检索。", f"The catalogue has no resource “{code}”. Search the catalogue.")
        table, title, department = found[1], w(found[2], found[3]), DEPARTMENTS[found[4]]
        fields = tuple(
            Field(
                name=n,
                title=w(zh, en),
                source=zh,
                type=t,
                element=e,
                code_list=c,
                classification=k,
                share_level="conditional",
                required=n == "name",
                key=n == "resident_no",
            )
            for n, zh, en, t, e, c, k in [
                ("resident_no", "人员编号", "Resident no.", "VARCHAR", "", "", "internal"),
                ("citizen_number", "公民身份号码", "Citizen number", "VARCHAR", "citizen_number", "", "personal"),
                ("name", "姓名", "Name", "VARCHAR", "person_name", "", "personal"),
                ("sex", "性别", "Sex", "VARCHAR", "sex", "sexes", "personal"),
                ("division", "户籍地区划", "Division", "VARCHAR", "division", "divisions", "internal"),
                ("address", "住址", "Address", "VARCHAR", "address", "", "sensitive"),
            ]
        )
        rules = tuple(
            RuleLine(
                id=i,
                title=w(zh, en),
                column=c,
                dimension=d,
                severity=s,
                checked=128114,
                failed=f,
                repaired=r,
                href=f"/quarantine?feed={table}&rule={i}",
            )
            for i, zh, en, c, d, s, f, r in [
                ("identifier", "公民身份号码有效", "Citizen number holds", "citizen_number", "conformity", "error", 2561, 310),
                ("code_valid", "行政区划代码有效", "Division code valid", "division", "conformity", "error", 5120, 0),
                ("birth", "出生日期与号码一致", "Birth date matches number", "birth_date", "consistency", "error", 402, 0),
                ("name_given", "姓名已填", "Name given", "name", "completeness", "warning", 0, 12),
            ]
        )
        trend = tuple(TrendPoint(at=NOW - timedelta(days=n), score=D("96.0") + D(n % 4) / 3) for n in range(12, 0, -1))
        nodes = [
            ("sys", "人口信息管理系统", "Population system", "system", 0, ""),
            ("landing.gongan_resident", "原始户籍人口", "Residents as delivered", "landing", 1, "/tables/landing/gongan_resident"),
            (table, found[2], found[3], "table", 2, ""),
            ("quarantine.gongan_resident", "隔离的户籍人口", "Quarantined residents", "quarantine", 2, "/quarantine?feed=gongan.resident"),
            ("registers.people_observations", "人口来源记录", "Observations of people", "register", 3, "/tables/registers/people_observations"),
            ("registers.people", "人口库", "People", "register", 4, "/registers/people"),
        ]
        lineage = Lineage(
            nodes=tuple(LineageNode(id=i, title=w(zh, en), kind=k, depth=d, href=h, here=i == table) for i, zh, en, k, d, h in nodes),
            edges=tuple(
                LineageEdge(source=a, target=b)
                for a, b in [
                    ("sys", "landing.gongan_resident"),
                    ("landing.gongan_resident", table),
                    ("landing.gongan_resident", "quarantine.gongan_resident"),
                    (table, "registers.people_observations"),
                    ("registers.people_observations", "registers.people"),
                ]
            ),
        )
        return ResourceSheet(
            code=found[0],
            title=title,
            summary=line(RESOURCES.index(found)).summary,
            department=w(*department[1:]),
            department_href=f"/departments/{department[0]}",
            system=w("人口信息管理系统", "Population system"),
            table=table,
            origin="made",
            licence="",
            source="",
            format="CSV (GBK)",
            theme=w("人口", "Population"),
            update_cycle="monthly",
            share_type="conditional",
            share_condition="用于核验",
            open_type="none",
            open_condition="",
            contract_version="1.0.0",
            rows=124012,
            updated_at=NOW,
            fields=fields,
            quality=Quality(score=D("97.41"), accepted=124012, quarantined=4102, dimensions=(), rules=rules, trend=trend),
            batches=tuple(
                Batch(
                    id=f"0192f{n}aa-7c11-7000",
                    received_at=NOW - timedelta(days=n),
                    location=f"world/handover/gongan/resident_44{n:02d}00.csv",
                    rows=6100,
                    rejected=n % 2,
                    digest="9f86d081884c7d65",
                )
                for n in range(1, 6)
            ),
            lineage=lineage,
            uses=(
                Use(title=w("人口库", "People"), kind="register", href="/registers/people", count=None, last_at=NOW),
                Use(title=w("政务服务数据管理局", "Government Services"), kind="department", href="/departments/zhengwu", count=312, last_at=NOW),
            ),
        )
