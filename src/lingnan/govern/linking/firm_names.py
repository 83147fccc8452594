"""What a Chinese firm's name is made of, as SQL: place, trade name, line of business, legal form, and a branch's own part.

Provisions on the Administration of Enterprise Name Registration (2020), articles 6 and 13: division, trade name, line of business, form; a branch
bears its head's name, its own place or word, and 分公司 or the like.
"""

import re
from functools import cache

from lingnan.standards import code_list, normalise_sql

_LEGAL = (
    "(?:股份有限责任公司|股份有限公司|有限责任公司|集团有限公司|集团公司|股份公司|有限公司|总公司|公司|股份合作制|股份合作公司|有限合伙|普通合伙|合伙企业|个人独资企业|个人独资|个体工商户|"
    "农民专业合作社|专业合作社|集团|总厂|厂|商行|经营部|店)"
)
_BRANCH = "(?:分公司|分店|分行|支行|分社|分院|分校|分厂|分部|分所|营业部|办事处|门市部)"
_HEAD = "(?:公司|集团|银行|中心|店|厂|院|社|所)"
_PROVINCE = "(?:{provinces})(?:省|特别行政区|(?:壮族|回族|维吾尔)?自治区)?"
_CITY = "({cities})(?:市|地区|盟|自治州)?"
_COUNTY = r"(?:[\p{Han}]{1,3}?[^超门城都夜菜花股房楼]市)?(?:[\p{Han}]{1,2}?[^社小园景校牧林库片地]区|[\p{Han}]{1,3}?县)?"
_PLACE = f"^(?:中国)?(?:{_PROVINCE})?(?:{_CITY})?{_COUNTY}"
_BRACKETED = rf"[(](?:中国|{_PROVINCE}|(?:{_PROVINCE})?{_CITY}{_COUNTY}|[\p{{Han}}]{{1,3}}[市区县])[)]"
_CITY_IN_BRACKETS = f"[(](?:{_PROVINCE})?{_CITY}"
_LINES = (
    "(?:信息|网络|电子|生物|环保|智能|新能源|数码|软件|硬件|通信|通讯|半导体|自动化|医药|医疗|药业|器械|机械|机电|电气|电器|照明|五金|模具|金属|钢铁|塑胶|塑料|橡塑|橡胶|化工|涂料|新材料|建材|陶瓷|玻璃|"
    "装饰|装修|设计|建筑|建设|工程|园林|绿化|市政|劳务|食品|粮油|饮食|餐饮|酒店|宾馆|酒业|茶叶|茶业|服装|服饰|制衣|纺织|针织|织造|皮具|皮革|鞋业|箱包|家具|家居|家政|农业|生态|种植|养殖|牧业|农牧|水产|"
    "物流|运输|货运|仓储|快递|汽车|汽配|电力|热力|能源|房地产|置业|物业|广告|文化|传媒|传播|教育|培训|咨询|会计|人力资源|旅游|旅行社|电子商务|商务|进出口|国际|供应链|投资|资产|实业|小额贷款|科技|技术|"
    "贸易|商贸|百货|商店|超市|日用|化妆品|美容|美发|珠宝|体育|健身|印刷|纸业|纸品|包装|检测|维修|清洁|保安|发展|开发|制造|制品|加工|设备|专用|材料|用品|管理|企业|服务|控股|产业|门诊部|诊所|药房|餐厅)+$"
)


def _without(sql: str, pattern: str, by: str = "") -> str:
    return f"regexp_replace({sql}, '{pattern}', '{by}')"


_PLAIN = r"regexp_replace({}, '[^\p{L}\p{N}]+', '', 'g')"
_NORMAL = normalise_sql("{t}")
_UNBRACKETED = _PLAIN.replace("{}", f"regexp_replace({_NORMAL}, '{_BRACKETED}', '', 'g')")
_WHOLE = _without(_without(_UNBRACKETED, f"{_LEGAL}(.{{0,12}}?)[省市区县]?{_BRANCH}$", r"\1"), f"[省市区县]?{_BRANCH}$")

EXTRAS = {
    # The name without brackets of place, legal form and 分公司; then without the place before it, unless nothing of its own were left.
    "f": f"coalesce(nullif({_without(_WHOLE, _LEGAL + '+$')}, ''), {{v}})",
    "core": f"case when length({_without('{f}', _PLACE)}) < 2 or regexp_full_match({_without('{f}', _PLACE)}, '{_LINES}') then {{f}} "
            f"else {_without('{f}', _PLACE)} end",
    "w": f"nullif({_without('{core}', _LINES)}, '')",
    "n": f"case when regexp_matches({{v}}, '{_BRANCH}$') then "
         f"regexp_replace(regexp_extract({{v}}, '^(?:.*{_HEAD})?(.*?){_BRANCH}$', 1), '[省市区县]$', '') end",
    "p": f"coalesce(nullif(regexp_extract({_NORMAL}, '{_CITY_IN_BRACKETS}', 1), ''), "
         f"case when {{core}} <> {{f}} then nullif(regexp_extract({{f}}, '^(?:中国)?(?:{_PROVINCE})?{_CITY}', 1), '') end)",
}
"""`f` whole name, `core` trade name and line, `w` trade name (none when it is all line of business), `n` a branch's own part, `p` city."""

_SUFFIX = "least(length(l.n), length(r.n))"
_ENDS = f"levenshtein(right(l.n, {_SUFFIX}), right(r.n, {_SUFFIX}))"
OTHER_BRANCH = f"(l.n is null) <> (r.n is null) or ({_SUFFIX} >= 2 and {_ENDS} >= case when {_SUFFIX} < 4 then 1 else 2 end)"
"""One is a branch and the other is none, or both are and their own parts differ: 天河 and 恒达天河 may be one, 天河 and 越秀 are not."""

MEASURES = {
    "s": "1 - levenshtein(l.core, r.core) / greatest(length(l.core), length(r.core))",
    "b": "least(length(l.core), length(r.core)) >= 2 and l.w is not null and r.w is not null and (contains(l.v, r.core) or contains(r.v, l.core))",
    "t": "coalesce(l.w = r.w and length(l.w) >= 2, false)",
    "x": "coalesce(l.p <> r.p, false)",
}

_KIND_OF_PLACE = (
    "(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市|地区|盟|"
    "(?:(?:土家|苗|侗|布依|藏|彝|羌|哈尼|白|傣|景颇|傈僳|壮|回|蒙古|哈萨克|柯尔克孜|朝鲜)族?)+自治州)$"
)


@cache
def places() -> dict[str, str]:
    """Alternatives of names of provinces (`provinces`) and of prefectures and municipalities (`cities`) in force, without their kind."""
    found: dict[str, set[str]] = {"provinces": set(), "cities": set()}
    for entry in code_list("divisions").entries:
        if entry.level in (1, 2) and entry.valid_to is None and len(entry.code) == 6:
            sort = "cities" if entry.level == 2 or entry.zh.endswith("市") else "provinces"
            found[sort].add(re.sub(_KIND_OF_PLACE, "", entry.zh))
    return {sort: "|".join(sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))) for sort, names in found.items()}


__all__ = ["EXTRAS", "MEASURES", "OTHER_BRANCH", "places"]
