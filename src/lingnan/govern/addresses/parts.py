"""Takes what follows the divisions apart: township, village, road, number, estate, building, unit, floor, room, and what is left."""

from collections.abc import Sequence

from lingnan.govern.rules.quoting import literal

PARTS = ("village", "road", "number", "estate", "building", "unit", "floor", "room", "place")
"""Parts below the township, in the order of a standard address; `place` is what none of them is (a point of interest, a firm)."""

_TEN = "一二三四五六七八九十百"
_WORD = rf"[0-9A-Za-z{_TEN}]"
_BLOCK = "\ue000"  # stands for 号楼, so that its 号 is not taken for a house number
_TOWNSHIP = r"^([^0-9A-Za-z路巷弄]{1,7}?(?:街道办事处|街道|民族乡|苏木|镇|乡))(?:办事处|办)?(?:[^0-9路街道巷大东西南北中]|$)"
_ROAD_KIND = r"(?:大道|大街|公路|国道|省道|县道|胡同|里弄|环线|[一二三四五六七]环(?:[东西南北]段)?|[路街道巷弄径坊])"
_COMMITTEE = "(?:社区居民委员会|社区居委会|社区居委|居民委员会|居委会|村民委员会|村委会)"
_VILLAGE = (
    rf"(?P<village>(?:[^0-9A-Za-z路街巷弄道]+?{_COMMITTEE}(?:[^0-9A-Za-z路街巷弄道小新]{{1,5}}?(?:屯?自然村|屯|村))?|[^0-9A-Za-z路街巷弄道]+?(?:社区|行政村|自然村|村|嘎查))"
    rf"(?:第?[0-9{_TEN}]+(?:村民小组|经济社|小组|组|队))?)?"
)
_ROAD = (
    rf"(?P<road>[^0-9A-Za-z]+?{_ROAD_KIND}(?:[东西南北中][段侧]|[0-9{_TEN}]+(?:路|街|巷|段|横路|横巷|横|环)|[{_TEN}东西南北中]{{1,2}}(?:路|街|巷))?"
    rf"|[GSXY]?[0-9]+(?:国道|省道|县道|乡道|大道|大街|路|街|道|巷))?"
)
_NUMBER = (
    rf"(?P<number>[甲乙丙丁戊]?第?(?:[0-9]+[A-Za-z]?|[{_TEN}]+)(?:[-之附~、][0-9A-Za-z]+)*号(?:[之-][0-9{_TEN}]+号?)?(?:附[0-9{_TEN}]+号)?(?:大院|院)?"
    r"|[0-9]+弄(?:[0-9]+(?:[-之][0-9]+)?号)?)?"
)
_BUILDING = rf"(?P<building>(?:第?{_WORD}+|[东西南北主副])(?:栋|幢|座|{_BLOCK}|#楼?)(?:{_WORD}座)?|{_WORD}+区{_WORD}+(?:栋|幢|座|{_BLOCK}))"
_ESTATE_KIND = (
    r"(?:小区|花园|花苑|家园|公寓|公馆|新村|山庄|别墅|宿舍|大厦|大楼|广场|中心|商厦|商城|市场|工业园|科技园|产业园|创业园|软件园|园区|[苑园城府湾庭居轩阁台邸郡]|[一二三四五六七八九十0-9]+期)"
)
_ESTATE = rf"(?P<estate>[^0-9]+?{_ESTATE_KIND}(?:[{_TEN}0-9]+期|[A-Z{_TEN}东西南北]区)?|[^0-9A-Za-z]+?|[A-Za-z][A-Za-z'.-]+?)?"
_UNIT = rf"(?P<unit>{_WORD}+单元|[0-9]+门)?"
_FLOOR = rf"(?P<floor>(?:负|地下)?[0-9{_TEN}]+(?:层|楼)|[Bb负]?[0-9]+[Ff]|[Bb][0-9]层?)?"
_ROOM = r"(?P<room>[A-Za-z]?[0-9]+[A-Za-z]?(?:[-、/][A-Za-z]?[0-9]+[A-Za-z]?)*(?:号?[室房铺]|房间|单位|号车位)|[A-Za-z]?[0-9]{2,5}[A-Za-z]?$)?"
_HOUSING = rf"(?P<estate>[^0-9]+?{_ESTATE_KIND}(?:[{_TEN}0-9]+期|[A-Z{_TEN}东西南北]区)?)"
_HYPHENS = r"^(?P<building>[0-9A-Za-z]{1,3})-(?:(?P<unit>[0-9]{1,2})-)?(?P<room>[0-9]{2,5}[A-Za-z]?(?:室|房|号)?)$"
_INSIDE = r"^(?P<unit>[0-9]{1,2})-(?P<room>[0-9]{3,5}[A-Za-z]?(?:室|房)?)$"
_ZONE = (
    r"^([^0-9A-Za-z路街巷道村镇乡县市]{0,10}?(?:高新技术产业开发区|高新技术开发区|高新区|经济技术开发区|经济开发区|经开区|开发区|新区|新城区|示范区|保税区"
    r"|合作区|度假区|管理区))(?:[^路街道大东西南北中内]|[大东西南北中][^路街道]|$)"
)
_NO_VILLAGE = rf"^[^0-9]{{1,8}}?村[东西南北中上下前后新老{_TEN}横直外内]{{0,4}}(?:大?[路街道巷]|大道)"


def township_sql(rest: str) -> str:
    """SQL for the name of a township that the list does not know, at the head of what follows the divisions; empty when there is none."""
    return f"regexp_extract({rest}, {literal(_TOWNSHIP)}, 1)"


def zone_sql(rest: str) -> str:
    """SQL for the name of a zone that the list does not know, at the head of what follows the divisions; empty when there is none."""
    return f"case when contains({rest}, '区') then regexp_extract({rest}, {literal(_ZONE)}, 1) else '' end"


def parts_sql(source: str) -> str:
    """A select that adds the parts to the rows of `source`, whose column `detail` is what follows the township.

    Each part is taken off the head of what the parts before it left: ten short expressions cost the engine half of what one long one does.
    """
    # A road such as 中关村南大街 begins like a village.
    village = f"regexp_matches(detail, '[村区委嘎]') and not regexp_matches(detail, {literal(_NO_VILLAGE)})"
    three = _extracted("left_", _HYPHENS, ["building", "unit", "room"])
    two = _extracted("left_", _INSIDE, ["unit", "room"])
    hyphens = f"""case when not regexp_matches(left_, '^[0-9A-Za-z]+-[0-9]') then null when building = '' then {three}
        when building <> '' then struct_pack(building := '', unit := {two}.unit, room := {two}.room) end"""
    behind = "substr(left_, length({0}) + 1)"
    cut = f"case when regexp_matches({behind}, '^[-,，、)]') then ltrim({behind}, '-,，、)') else {behind} end"
    return f"""
        with a as (select *, case when contains(detail, '号楼') then replace(detail, '号楼', '{_BLOCK}') else detail end as left_ from {source}),
        b as (select *, case when {village} then {_first(_VILLAGE)} else '' end as village from a),
        c as (select * replace ({cut.format('village')} as left_) from b),
        d as (select *, {_first(_ROAD)} as road from c),
        e as (select * replace ({cut.format('road')} as left_) from d),
        f as (select *, {_first(_NUMBER)} as number from e),
        g as (select * replace ({cut.format('number')} as left_) from f),
        h as (select *, {_extracted('left_', f'^(?:{_ESTATE}{_BUILDING})', ['estate', 'building'])} as block from g),
        i as (
            select * exclude (block), case when block.building <> '' then block.estate else {_first(_HOUSING)} end as estate,
                block.building as building from h
        ),
        j as (select * replace ({cut.format('estate || building')} as left_) from i),
        k as (select *, {hyphens} as hyphens from j),
        l as (select *, {_first(_UNIT)} as unit from k),
        m as (select * replace ({cut.format('unit')} as left_) from l),
        n as (select *, {_first(_FLOOR)} as floor from m),
        o as (select * replace ({cut.format('floor')} as left_) from n),
        p as (select *, {_first(_ROOM)} as room from o)
        select * exclude (left_, hyphens) replace (
            rtrim(estate, '-') as estate,
            replace(coalesce(nullif(hyphens.building, ''), building), '{_BLOCK}', '号楼') as building,
            coalesce(nullif(hyphens.unit, ''), unit) as unit, coalesce(nullif(hyphens.room, ''), room) as room
        ), case when hyphens.room <> '' then '' else replace(substr(left_, length(room) + 1), '{_BLOCK}', '号楼') end as place
        from p
    """


def _first(pattern: str) -> str:
    return f"regexp_extract(left_, {literal('^' + _unnamed(pattern))}, 1)"


def _extracted(text: str, pattern: str, names: Sequence[str]) -> str:
    return f"regexp_extract({text}, {literal(_unnamed(pattern))}, {list(names)})"


def _unnamed(pattern: str) -> str:
    """The pattern with plain groups: the engine names them by the list that it is given."""
    for name in PARTS:
        pattern = pattern.replace(f"(?P<{name}>", "(")
    return pattern
