"""A made catalogue of a province, the same at every run: departments, systems, resources and items with plausible names, as forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random

from lingnan.catalogue import DepartmentForm, ItemForm, ResourceForm, SystemForm
from lingnan.standards import code_list

CITIES = {
    "guangzhou": ("广州市", "440100"), "shenzhen": ("深圳市", "440300"), "zhuhai": ("珠海市", "440400"), "shantou": ("汕头市", "440500"),
    "foshan": ("佛山市", "440600"), "shaoguan": ("韶关市", "440200"), "zhanjiang": ("湛江市", "440800"), "dongguan": ("东莞市", "441900"),
    "huizhou": ("惠州市", "441300"),
}
OFFICES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "gongan": ("公安", "Public Security", "201", ("户籍人口", "流动人口", "机动车", "驾驶人", "居住证", "出入境证件", "保安单位", "旅馆业")),
    "minzheng": ("民政", "Civil Affairs", "203", ("婚姻", "养老机构", "低保对象", "社会组织", "特困人员", "孤儿", "殡葬服务", "福利彩票公益金")),
    "renshe": ("人力资源和社会保障", "Human Resources", "203", ("企业职工养老保险", "失业保险", "工伤保险", "职业资格", "就业登记", "技工院校")),
    "weijian": ("卫生健康", "Health", "202", ("医疗机构", "执业医师", "护士", "预防接种", "出生医学证明", "公共场所卫生", "传染病防控")),
    "jiaoyu": ("教育", "Education", "201", ("中小学校", "幼儿园", "教师资格", "学生学籍", "民办学校", "高校毕业生", "校车使用")),
    "shichang": ("市场监督管理", "Market Regulation", "208", ("企业登记", "个体工商户", "食品经营", "特种设备", "药品经营", "计量器具", "商标")),
    "ziran": ("自然资源", "Natural Resources", "209", ("不动产", "建设用地", "矿业权", "地质灾害点", "国土空间规划", "测绘资质", "海域使用权")),
    "shengtai": ("生态环境", "Ecology", "211", ("排污单位", "空气质量", "地表水质", "危险废物", "环境影响评价", "辐射安全", "噪声监测")),
    "zhujian": ("住房和城乡建设", "Housing", "209", ("建筑企业", "施工项目", "商品房预售", "物业服务", "公租房", "城镇燃气", "建筑工人")),
    "jiaotong": ("交通运输", "Transport", "201", ("道路运输企业", "营运车辆", "公路桥梁", "港口码头", "网约车", "公交线路", "船舶检验")),
    "shuili": ("水利", "Water", "211", ("水库", "堤防", "取水", "河道采砂", "水文监测", "灌区", "水土保持")),
    "nongye": ("农业农村", "Agriculture", "201", ("农村土地承包", "农药经营", "种子生产", "畜禽养殖", "渔业船舶", "农产品质量", "农机购置补贴")),
    "yingji": ("应急管理", "Emergency", "205", ("危险化学品企业", "安全生产", "避难场所", "救灾物资", "矿山企业", "自然灾害", "应急专家")),
    "nengyuan": ("能源", "Energy", "207", ("企业用电", "充电设施", "加油站", "光伏项目", "天然气管道", "电力设施")),
}
KINDS = {
    "基本信息": "basic facts", "登记信息": "registrations", "变更记录": "changes", "许可信息": "licences", "检查结果": "inspections",
    "处罚信息": "penalties", "统计年报": "yearly statistics", "名录": "list", "补贴发放": "allowances", "信用评价": "credit ratings",
    "证照信息": "certificates", "投诉举报": "complaints", "监测数据": "monitoring", "年检记录": "yearly checks", "空间分布": "locations",
}
OWNERS = {
    "": "", "申请人": "applicant", "法定代表人": "representative", "经办人": "clerk", "负责人": "head", "联系人": "contact", "监护人": "guardian",
    "持证人": "holder", "委托人": "principal", "受理单位": "receiver", "发证机关": "issuer", "审批部门": "approver", "企业": "company",
    "项目": "project", "机构": "institution", "户主": "householder", "配偶": "spouse", "车辆": "vehicle", "设备": "device", "场所": "site",
    "许可证": "licence", "合同": "contract", "检验": "inspection", "变更前": "before", "变更后": "after", "登记": "registration", "注册": "entry",
}
PROPERTIES = {
    "姓名": "name", "身份证号": "citizen_number", "名称": "title", "统一社会信用代码": "uscc", "联系电话": "phone", "地址": "address",
    "行政区划": "division", "日期": "date", "开始日期": "start_date", "结束日期": "end_date", "有效期": "valid_until", "状态": "status",
    "类型": "type", "类别代码": "class_code", "编号": "number", "金额": "amount", "面积": "area", "数量": "quantity", "经度": "longitude",
    "纬度": "latitude", "邮政编码": "postcode", "性别": "sex", "出生日期": "birth_date", "民族": "ethnicity", "学历": "education", "职务": "post",
    "等级": "level", "原因": "reason", "结果": "result", "依据": "basis", "备注": "remark", "更新时间": "updated_at", "附件": "attachment",
    "批准文号": "approval_number", "单位名称": "unit_title", "证件类型": "document_type", "证件号码": "document_number", "所属行业": "industry",
    "经济类型": "ownership", "注册资本": "capital", "经营范围": "scope", "人数": "persons", "年度": "year", "月份": "month", "次数": "times",
    "比例": "ratio", "合计": "total", "是否有效": "valid", "创建时间": "created_at", "数据来源": "source",
}
WAYS = {"": "", "代码": "_code", "说明": "_text", "（新）": "_new", "旧值": "_old", "核验标志": "_checked"}
FORMATS = ("csv", "xlsx", "sql", "json_api", "postgres", "xml")
CYCLES = ("daily", "weekly", "monthly", "quarterly", "yearly", "irregular", "realtime")
SHARING = ("unconditional", "conditional", "conditional", "none")
PERSONAL = {"姓名", "身份证号", "联系电话", "出生日期", "证件号码", "地址"}
COMMON = 120
"""So many terms stand in two items of three, as names and numbers do in a real catalogue."""


@dataclass(frozen=True)
class Size:
    """How large the catalogue is."""

    resources: int = 100_000
    items: int = 20


def forms(size: Size = Size()) -> Iterator[ResourceForm]:
    """The resources one after another, department by department; none is kept."""
    departments = _departments()
    for number in range(size.resources):
        yield _form(number, departments[number * len(departments) // size.resources], size)


@cache
def _departments() -> list[tuple[DepartmentForm, str]]:
    """Those of the province and of eight cities, 122 of them, each with its office."""
    made = [
        (DepartmentForm(id=key, zh=f"{zh}厅", en=f"{en} Department", level="province", division="440000"), key)
        for key, (zh, en, _theme, _objects) in OFFICES.items()
    ]
    for (city, (name, division)), (key, (zh, en, _theme, _objects)) in product(CITIES.items(), OFFICES.items()):
        form = DepartmentForm(id=f"{city}_{key}", zh=f"{name}{zh}局", en=f"{city.title()} {en} Bureau", level="city", division=division)
        made.append((form, key))
    return made[:122]


@cache
def _terms() -> tuple[ItemForm, ...]:
    """What items are called: whose, what, in which way, and in two spellings of the column; the common ones first."""
    named = []
    for (way, way_en), (owner, owner_en), (kind, kind_en), spelling in product(WAYS.items(), OWNERS.items(), PROPERTIES.items(), (0, 1, 2)):
        english = "_".join(part for part in (owner_en, kind_en) if part) + way_en
        name = (english, f"f_{english}", english.replace("_", ""))[spelling]
        classification = "personal" if kind in PERSONAL else "public"
        length = 18 if kind == "身份证号" else None
        named.append(ItemForm(
            name=name, zh=f"{owner}{kind}{way}", en=english.replace("_", " "), classification=classification, length=length,
            element="" if owner or way else kind_en,
        ))
    return tuple(named)


@cache
def _divisions(parent: str) -> tuple[tuple[str, str], ...]:
    inside = [(entry.code, entry.zh) for entry in code_list("divisions").entries if entry.code.startswith(parent) and entry.code[4:] != "00"]
    return tuple(inside[:12])


def _form(number: int, held: tuple[DepartmentForm, str], size: Size) -> ResourceForm:
    (department, office), draw = held, Random(number)
    zh, en, theme, objects = OFFICES[office]
    thing, (kind, kind_en) = draw.choice(objects), draw.choice(list(KINDS.items()))
    places = _divisions(department.division[:4]) if department.level == "city" else ()
    division, place = draw.choice(places) if places and draw.random() < 0.5 else (department.division, "")
    year = f"{draw.randint(2015, 2026)}年" if draw.random() < 0.3 else ""
    share = draw.choice(SHARING)
    return ResourceForm(
        key=f"{department.id}.r{number:06d}", zh=f"{place}{thing}{kind}{year}", en=f"{en} {kind_en} {number}", department=department,
        system=SystemForm(id=f"s{draw.randrange(9)}", zh=f"{zh}{draw.choice(objects)}管理系统", en=f"{en} system"), theme=theme,
        abstract_zh=f"{department.zh}在履行职责中形成的{thing}{kind}，由业务系统按周期归集，供各部门核验和统计使用。",
        abstract_en=f"{kind_en.capitalize()} kept by the {department.en}, collected from its system for checks and statistics.",
        division=division, format=draw.choice(FORMATS), share_type=share, share_basis="反间谍法第十四条" if share == "none" else "",
        open_type=draw.choice(("unconditional", "conditional")), update_cycle=draw.choice(CYCLES), table=f"{department.id}.t{number:06d}",
        items=_items(draw, size.items),
    )


def _items(draw: Random, count: int) -> tuple[ItemForm, ...]:
    terms = _terms()
    chosen: dict[str, ItemForm] = {}
    while len(chosen) < count:
        term = terms[draw.randrange(COMMON)] if draw.random() < 0.66 else terms[draw.randrange(len(terms))]
        chosen.setdefault(term.name, term)
    return tuple(chosen.values())
