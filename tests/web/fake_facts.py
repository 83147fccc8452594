"""Made departments, resources, cities and rows behind the made answers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lingnan.insight import (
    CatalogueLine,
    Grid,
    GridColumn,
    MapLayer,
    RegisterLine,
    Words,
)

NOW = datetime(2026, 10, 31, 2, 12, tzinfo=UTC)
D = Decimal
CITIES = (
    "440100 广州市 18736 2650 97.9|440200 韶关市 2860 210 96.1|440300 深圳市 17680 3920 98.8|440400 珠海市 2476 420 98.2|440500 汕头市 5553 402 95.2|"
    "440600 佛山市 9613 1280 97.7|440700 江门市 4822 410 96.9|440800 湛江市 7038 350 94.1|440900 茂名市 6241 290 94.9|441200 肇庆市 4130 260 96.0|"
    "441300 惠州市 6073 590 97.2|441400 梅州市 3860 190 95.4|441500 汕尾市 2680 120 93.8|441600 河源市 2838 150 95.9|441700 阳江市 2613 170 96.3|"
    "441800 清远市 3982 240 96.4|441900 东莞市 10489 1510 97.5|442000 中山市 4457 680 97.8|"
    "445100 潮州市 2572 180 95.1|445200 揭阳市 5578 270 93.2|445300 云浮市 2390 130 95.7"
)
DEPARTMENTS = [
    ("gongan", "公安厅", "Public Security"),
    ("weijian", "卫生健康委", "Health Commission"),
    ("shichang", "市场监督管理局", "Market Regulation"),
    ("renshe", "人力资源和社会保障厅", "Human Resources and Social Security"),
    ("shuiwu", "税务局", "Taxation"),
    ("jiaoyu", "教育厅", "Education"),
    ("fagai", "发展改革委", "Development and Reform"),
    ("nengyuan", "能源局", "Energy"),
    ("zhujian", "住房和城乡建设厅", "Housing"),
    ("ziran", "自然资源厅", "Natural Resources"),
    ("tongji", "统计局", "Statistics"),
    ("zhengwu", "政务服务数据管理局", "Government Services"),
]
ROWS = [128114, 2310, 21480, 61240, 14890, 18633, 9120, 176220, 171530, 48900, 5040, 33210]
BAD = [4102, 81, 702, 2310, 640, 511, 203, 3120, 2980, 1410, 12, 940]
RESOURCES = [
    ("301001/000001", "gongan.resident", "户籍人口", "Registered residents", 0),
    ("301002/000001", "weijian.vital_event", "出生死亡登记", "Births and deaths", 1),
    ("301003/000001", "shichang.enterprise", "市场主体", "Market entities", 2),
    ("301003/000002", "shichang.enterprise_change", "变更登记", "Changes of registration", 2),
    ("301004/000001", "renshe.insured", "参保人员", "Insured persons", 3),
    ("301005/000001", "shuiwu.taxpayer_year", "纳税人年度", "Taxpayer years", 4),
    ("301006/000001", "jiaoyu.enrolment", "学籍", "School enrolment", 5),
    ("301007/000001", "fagai.licence", "行政许可", "Licences", 6),
    ("301008/000001", "nengyuan.power_use", "企业用电", "Power use of firms", 7),
    ("301009/000001", "zhujian.water_use", "企业用水", "Water use of firms", 8),
    ("301010/000001", "ziran.address", "标准地址", "Standard addresses", 9),
    ("301012/000001", "zhengwu.service_case", "政务服务办件", "Service cases", 11),
]


def w(zh: str, en: str = "") -> Words:
    return Words(zh=zh, en=en)


def cities() -> list[tuple[str, str, Decimal, Decimal, Decimal]]:
    return [(c, n, D(p), D(f), D(q)) for c, n, p, f, q in (line.split(" ") for line in CITIES.split("|"))]


LAYERS = (
    MapLayer(key="people", title=w("户籍人口", "People"), unit="people", values={c[0]: c[2] for c in cities()}, table="registers.people"),
    MapLayer(
        key="entities", title=w("市场主体", "Legal entities"), unit="entities", values={c[0]: c[3] for c in cities()}, table="registers.entities"
    ),
    MapLayer(key="quality", title=w("数据质量", "Quality"), unit="percent", values={c[0]: c[4] for c in cities()}),
)
REGISTERS = (
    RegisterLine(
        key="people",
        title=w("人口库", "People"),
        description=w(
            "自然人的基本信息，按公民身份号码归并五个部门的数据。", "Basic facts of natural persons, joined from five departments by citizen number."
        ),
        entries=127034,
        sources=(w("公安厅", "Public Security"), w("教育厅", "Education"), w("人社厅", "Social Security")),
        table="registers.people",
        observations=986120,
        unlinked=1280,
    ),
    RegisterLine(
        key="entities",
        title=w("法人库", "Legal entities"),
        description=w("企业、个体户和其他组织，按统一社会信用代码归并。", "Firms and other organisations, joined by credit code."),
        entries=15110,
        sources=(w("市场监管局", "Market Regulation"), w("税务局", "Taxation")),
        table="registers.entities",
        observations=102200,
        unlinked=88,
    ),
    RegisterLine(
        key="places",
        title=w("地名地址库", "Places"),
        description=w("行政区划沿革和标准地址。", "Administrative divisions with their history, and standard addresses."),
        entries=48900,
        sources=(w("自然资源厅", "Natural Resources"),),
        table="registers.addresses",
    ),
    RegisterLine(
        key="economy",
        title=w("宏观经济库", "Economy"),
        description=w("各级区划的经济社会指标序列。", "Indicator series of divisions."),
        entries=420,
        sources=(w("统计局", "Statistics"),),
        table="registers.series",
    ),
)
STEPS = [
    ("collect:gongan.resident", "采集户籍人口", "collect", 0, 3.1, 128114),
    ("collect:renshe.insured", "采集参保人员", "collect", 0.1, 1.9, 61240),
    ("govern:gongan.resident", "治理户籍人口", "govern", 3.1, 2.2, 124012),
    ("govern:renshe.insured", "治理参保人员", "govern", 2.0, 1.4, 58930),
    ("registers:people", "建人口库", "registers", 5.3, 6.4, 127034),
    ("registers:entities", "建法人库", "registers", 5.0, 2.1, 15110),
    ("catalogue:register", "登记目录", "catalogue", 11.7, 0.4, 15),
]


def grid(table: str, refused: Words | None = None) -> Grid:
    columns = (
        GridColumn(name="resident_no", title=w("人员编号", "Resident no."), type="VARCHAR"),
        GridColumn(name="citizen_number", title=w("公民身份号码", "Citizen number"), type="VARCHAR", classification="personal", masked=True),
        GridColumn(name="name", title=w("姓名", "Name"), type="VARCHAR", classification="personal", masked=True),
        GridColumn(name="birth_date", title=w("出生日期", "Born"), type="DATE", classification="personal", masked=True),
        GridColumn(name="division", title=w("户籍地区划", "Division"), type="VARCHAR"),
        GridColumn(name="address", title=w("住址", "Address"), type="VARCHAR", classification="sensitive", masked=True),
        GridColumn(name="updated_on", title=w("更新日期", "Updated"), type="DATE"),
    )
    rows = tuple(
        (
            f"R{n:08d}",
            "4401**********00",
            "陈**",
            None if n % 7 else "1984-**-**",
            "440106",
            "广东省广州市天河区****",
            date(2026, 9, 1) + timedelta(n),
        )
        for n in range(20)
    )
    return Grid(table=table, columns=columns, rows=() if refused else rows, total=124012, origin="made", decision="48213", refused=refused)


def line(index: int) -> CatalogueLine:
    code, table, zh, en, d = RESOURCES[index]
    return CatalogueLine(
        code=code,
        title=w(zh, en),
        summary=w(f"{DEPARTMENTS[d][1]}按月报送的{zh}数据，供核验和统计使用。", f"{en} as reported monthly, for verification and statistics."),
        department=w(*DEPARTMENTS[d][1:]),
        table=table,
        format="CSV",
        origin="made",
        share_type="conditional",
        open_type="none",
        rows=ROWS[d],
        score=D("97.41"),
        updated_at=NOW,
        matched_fields=(w("公民身份号码", "Citizen number"),) if index % 3 == 0 else (),
    )
