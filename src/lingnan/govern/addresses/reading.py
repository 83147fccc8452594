"""Reads the chain of division names at the head of addresses, in columns: each round is one join with the names."""

from functools import cache

import pyarrow as pa

from lingnan.govern.addresses.places import TOWNSHIP, full_names, places
from lingnan.govern.rules.quoting import literal
from lingnan.lake import EngineSession
from lingnan.standards import normalise_sql

NAMES, BEGINNINGS = "address_names", "address_beginnings"
_ROUNDS = 8
_LONGEST = 40
_DEEPEST = 60

_TRADITIONAL = "廣東縣區鄉鎮號樓棟層門灣龍華蘇遼寧陝貴慶內濟漢長瀋陽錦島縉雲黃興臺團連滬滄鄭廈無觀紅陳馬瑤維爾壯"
_SIMPLIFIED = "广东县区乡镇号楼栋层门湾龙华苏辽宁陕贵庆内济汉长沈阳锦岛缙云黄兴台团连沪沧郑厦无观红陈马瑶维尔壮"

_SIGNS = r"\s,，:：;；.。、·\-—_|/\\>＞*#\"'“”()（）\[\]【】"
_LABEL = (
    rf"^(?:[{_SIGNS}]|(?:户籍|户口|家庭|现居住?|居住|通[讯信]|联系|收货|收件|寄件|注册|办公|经营|单位|公司|工作|详细|现|企业|项目|所在)?"
    r"(?:地址|住址|住所|住地|场所|所在地|所在地区)|邮编|邮政编码|中华人民共和国|中国|[Cc]hina|位于|坐落于|坐落)+"
)
_LABEL_STARTS = "户家现居通联收寄注办经单公工详企项所地住场邮中位坐"
_POSTCODE = r"^(?:邮编|邮政编码)?[:：]?[(（\[]?\d{6}[)）\]]?([^\d号弄栋幢室.])"
_CORPS = r"(?:新疆)?生产建设兵团|兵团|(?:农|第)?(?:十?[一二三四五六七八九]|十|\d{1,2})师"
_BETWEEN = rf"^(?:[{_SIGNS}]|市辖区|(?:省|自治区)?直辖县级行政(?:区划|单位)|下辖|辖区|境内|的|{_CORPS})+"

_ROAD = (
    r"大?[东西南北中]{0,2}[一二三四五六七八九十\d]{0,3}[东西南北中上下前后内外新老支横纵环]{0,3}[一二三四五六七八九十\d]{0,3}"
    r"(?:大?路|街|道|大道|巷|弄|胡同|里弄|高架|公路|立交|快速|环路|径|坊|桥)"
)
_NO_DIVISION = (
    rf"^(?:{_ROAD}|[江河湖海港坝村屯庄城苑轩阁]|市?场|大桥|大厦|大酒店|酒店|宾馆|饭店|大学|学院|师范|银行|广场|花园|花苑|公寓|小区|新村|家园|公司|集团|门(?:路|大?街|外|内)"
    r"|国际|商城|商厦|商会|建设|话|式|人民?政府驻)"
)
"""What follows a short form that is no division there: roads, waters, institutions (上海路, 北京东路, 中山大学, 黄浦江)."""

_ABROAD = (
    "(?:日本|韩国|朝鲜|蒙古国|越南|老挝|柬埔寨|泰国|缅甸|马来西亚|新加坡|印度尼西亚|印尼|菲律宾|文莱|印度|巴基斯坦|孟加拉国|尼泊尔|斯里兰卡|伊朗|伊拉克|以色列|土耳其"
    "|沙特阿拉伯|阿联酋|阿拉伯联合酋长国|哈萨克斯坦|乌兹别克斯坦|吉尔吉斯斯坦|俄罗斯|乌克兰|白俄罗斯|英国|法国|德国|意大利|西班牙|葡萄牙|荷兰|比利时|瑞士|奥地利"
    "|瑞典|挪威|芬兰|丹麦|波兰|捷克|匈牙利|希腊|爱尔兰|美国|加拿大|墨西哥|巴西|阿根廷|智利|秘鲁|哥伦比亚|澳大利亚|新西兰|南非|埃及|尼日利亚|肯尼亚|埃塞俄比亚)"
)
_ABROAD_ROAD = "[东西南北中一二三四五]?(?:大?[路街道巷]|村|城|园|小区|大厦|馆|领事|大使|公司|企业|梧桐)"


def abroad_sql(text: str) -> str:
    """SQL for whether a text begins with another country's name, and not with a road or house named after one."""
    return f"(regexp_matches({text}, '^{_ABROAD}') and not regexp_matches({text}, '^{_ABROAD}{_ABROAD_ROAD}'))"


_KINDS = "省市区县镇乡旗州盟"
MISTYPED = {**dict.fromkeys("去取曲驱岖", "区"), **dict.fromkeys("是事巿士", "市"), "现": "县"}
"""Kinds as they are mistyped: characters of the same sound or shape."""

_WRITTEN = _KINDS + "".join(MISTYPED)
_BESIDE_ROAD = "^[路街道巷桥].?[侧边段口面旁]"
_OPENING = (
    "^(?:[^省市区县旗州盟路街道镇乡村号]{0,11}(?:[^省市区县旗州盟路街道镇乡村号小社园厂校景]区|[省市县旗州盟])){1,3}"
)
"""The beginning of a head up to a third name that looks like a division's: how it is cut says only how often it is shared."""

MENTION, KIND = "\x1f", "\x1e"
"""What parts mentions in a chain, and a mention from the kind written after it."""


def names_table() -> pa.Table:
    """Every name with its first two and three characters: whether it is a short form only, no other name goes on from it, only townships bear it."""
    whole = full_names()
    names = [name for name in places() if len(name) > 1]
    begun = {name[:end] for name in names for end in range(2, len(name))}
    return pa.table({
        "key": [name[:2] for name in names], "three": [name[:3] for name in names], "name": names, "length": pa.array(map(len, names), pa.int32()),
        "short": [name not in whole for name in names],
        "sure": [name in whole and name not in begun for name in names],
        "ends": [all(place.level == TOWNSHIP for place in places()[name]) for name in names],
    })


def beginnings_table() -> pa.Table:
    """How the names of divisions begin: three characters of the longer ones, the whole of those with two."""
    names = {name[:3] for name, found in places().items() if len(name) > 1 and any(place.level < TOWNSHIP for place in found)}
    return pa.table({"begin": sorted(names)})


def plain_sql(source: str) -> str:
    """A select of every row's number `row`, its text as `given`, `text` as it is read, and its `head`; `source` has the first two.

    A text is read folded, simplified, without label, postcode and spaces; most texts are read as they are given, and one look tells which.
    """
    spaced = r"regexp_replace(regexp_replace(text, '([0-9A-Za-z])\s+([0-9A-Za-z])', '\1-\2', 'g'), '\s+', '', 'g')"
    return f"""
        with given as (select row, given from {source}),
        looked as (select row, given, regexp_full_match(given, {literal(_as_given())}) as plain from given),
        folded as (select row, given, {normalise_sql('given')} as text from looked where plain is not true),
        simplified as (
            select row, given, case when regexp_matches(text, '[{_TRADITIONAL}]')
                then translate(text, '{_TRADITIONAL}', '{_SIMPLIFIED}') else text end as text
            from folded
        ), joined as (select row, given, case when contains(text, ' ') then {spaced} else text end as text from simplified),
        whole as (
            select row, given, given as text from looked where plain
            union all
            select row, given, regexp_replace(regexp_replace(text, {literal(_LABEL)}, ''), {literal(_POSTCODE)}, '\\1') as text from joined
        )
        select row, given, text, {head_sql('text')} as head from whole
    """


@cache
def _as_given() -> str:
    """Texts that nothing is folded in or taken off: Chinese characters that are no traditional ones, digits, letters, brackets, hyphens."""
    folded = set(_TRADITIONAL)
    return f"[{_chinese(folded | set(_LABEL_STARTS))}][{_chinese(folded)}0-9A-Za-z()-]*"


def _chinese(without: set[str]) -> str:
    """The ranges of a class of characters: all common Chinese ones but some."""
    ranges, start = [], 0x4E00
    for point in (*sorted(map(ord, without)), 0xA000):
        if point > start:
            ranges.append(f"{chr(start)}-{chr(point - 1)}")
        start = point + 1
    return "".join(ranges)


def head_sql(text: str) -> str:
    """SQL for the part of a text that can hold division names: up to the first digit or letter."""
    return f"regexp_extract({text}, '^[^0-9A-Za-z]{{0,{_LONGEST}}}')"


_SEPARATOR = r"[;|、,/]|[0-9号室楼村栋幢房厦层城园院](?:以及|[和及与或])"


def pieces_sql(source: str) -> str:
    """A select of the pieces that texts fall into at separators, where one begins with a division's whole name; the first of a text too."""
    return f"""
        with pieces as (
            select text, unnest(string_split_regex(text, {literal(_SEPARATOR)})) as piece
            from (select distinct text from {source} where regexp_matches(text, {literal(_SEPARATOR)})) as several
        )
        select distinct each.text, {head_sql('each.piece')} as head from pieces as each join {NAMES} as known on known.key = substr(each.piece, 1, 2)
        where not known.short and not known.ends and known.length > 2 and starts_with(each.piece, known.name)
    """


def inside_sql(source: str) -> str:
    """A select of the texts in which a division's whole name stands further on: where it starts, the rest from there, what was skipped before it.

    `source` holds `text`, `said`, `taken` and `consumed`, the characters that names at the head already took.
    """
    follows = "substr(each.text, pos + known.length, 12)"
    return f"""
        with positions as (select *, unnest(range(coalesce(consumed, 0) + 1, least(length(text), {_DEEPEST}))) as pos from {source}),
        first as (
            select each.text, min(pos) as start from positions as each join {NAMES} as known on known.key = substr(each.text, pos, 2)
            where not known.short and not known.ends and known.length > 2 and starts_with(substr(each.text, pos), known.name)
                and not regexp_matches({follows}, {literal(_NO_DIVISION)})
            group by each.text
        )
        select each.text, said, taken, start, substr(each.text, start) as rest,
            substr(each.text, coalesce(consumed, 0) + 1, start - 1 - coalesce(consumed, 0)) as before
        from {source} as each join first on first.text = each.text
    """


def read_chains(session: EngineSession, source: str, into: str, *, many: bool = True) -> None:
    """Read the names at the head of every `head` of `source` into the table `into`.

    Its columns: head, said (the chain), township (the last name, when only townships bear it), casual (whether that is a short form) and
    ends (how far into the head each name reaches).
    Many heads begin alike up to the county, so those beginnings are read first, once each; a head goes on where its beginning is sure to end.
    """
    if not many:
        _read_rounds(session, f"select head, 0 as reached, '' as said, cast([] as integer[]) as ends from {source}", into)
        return
    session.execute(f"create or replace temp table numbered as select head, {_opening_sql('head')} as opening from {source}")
    session.execute("create or replace temp table openings as select distinct opening as head from numbered where opening <> ''")
    _read_rounds(session, "select head, 0 as reached, '' as said, cast([] as integer[]) as ends from openings", "opened")
    session.execute(f"create or replace temp table sure as {_SURE_SQL}")
    _read_rounds(session, _BEGUN_SQL, into)


_SURE_SQL = f"""
    select opened.head, opened.said, opened.ends, length(opened.head) as reached
    from opened join {NAMES} as known on known.name = split_part(split_part(opened.said, '{MENTION}', -1), '{KIND}', 1)
    where opened.township = '' and list_max(opened.ends) = length(opened.head) and known.sure
"""
"""Beginnings read to their end, whose last name goes no further whatever follows."""

_BEGUN_SQL = """
    select head, case when goes then reached else 0 end as reached, case when goes then said else '' end as said,
        case when goes then ends else cast([] as integer[]) end as ends
    from (
        select numbered.head, sure.reached, sure.said, sure.ends, coalesce(substr(numbered.head, sure.reached + 1, 1) <> '场', false) as goes
        from numbered left join sure on sure.head = numbered.opening
    ) as begun
"""


def _read_rounds(session: EngineSession, begun: str, into: str) -> None:
    session.execute(
        f"""create or replace temp table round_0 as select row_number() over () as id, head,
            regexp_replace(substr(head, reached + 1), {literal(_BETWEEN)}, '') as rest, said, '' as township, false as casual, ends, false as done
        from ({begun}) as begun"""
    )
    kept, rounds, going = "select head, said, township, casual, ends", 0, True
    while going and rounds < _ROUNDS:
        before, after = f"round_{rounds}", f"round_{rounds + 1}"
        session.execute(f"create or replace temp table {after} as {_further_sql(before, first=rounds == 0)}")
        session.execute(f"create or replace temp table chains_{rounds} as {kept} from {before} where id not in (select id from {after})")
        going = session.query(f"select 1 as going from {after} where not done limit 1").num_rows > 0
        rounds += 1
    parts = " union all ".join(f"select * from chains_{number}" for number in range(rounds))
    session.execute(f"create or replace temp table {into} as {parts} union all {kept} from round_{rounds}")


def _further_sql(before: str, *, first: bool) -> str:
    """The chains that have one more name: the longest that fits, not a short form before the rest of a road's or institution's name.

    What was found is one number, its length and what it is, so that the longest is a plain maximum.
    """
    mention = f"name || {literal(KIND)} || kind"
    # 韶关曲江区: 曲 is no mistyped 区 where a division's name begins with it.
    return f"""
        with known as (
            select *, length * 4 + case when short then 2 else 0 end + case when ends then 1 else 0 end as found from {NAMES}
        ), candidate as (
            select chain.id, known.found, known.short, substr(chain.rest, known.length + 1, 12) as follows
            from {before} as chain join known on known.three = substr(chain.rest, 1, 3)
            where not chain.done and known.length > 2 and starts_with(chain.rest, known.name)
            union all
            select chain.id, known.found, known.short, substr(chain.rest, 3, 12) as follows
            from {before} as chain join known on known.name = substr(chain.rest, 1, 2) where not chain.done and known.length = 2
        ), judged as (
            select id, found, follows,
                case when short then not regexp_matches(follows, {literal(_NO_DIVISION)}) else not starts_with(follows, '场') end as fits
            from candidate
        ), fitting as (
            select id, found from judged where fits
            union all
            select judged.id, judged.found from judged join {NAMES} as next on next.key = substr(judged.follows, 1, 2)
            where not fits and starts_with(judged.follows, next.name) and (
                next.length > 2 and not next.short or not next.ends and not regexp_matches(judged.follows, {literal(_BESIDE_ROAD)}))
            {_abbreviated_sql(before) if first else ''}
        ), best as (select id, max(found) as found from fitting group by id),
        named as (
            select chain.id, chain.head, chain.said, chain.ends, substr(chain.rest, 1, best.found // 4) as name, best.found % 2 = 1 as last,
                best.found % 4 >= 2 as short, substr(chain.rest, best.found // 4 + 1) as follows
            from {before} as chain join best on best.id = chain.id
        ), doubtful as (select id, substr(follows, 1, 3) as three, follows from named where short and regexp_matches(follows, '^[{_WRITTEN}]')),
        going_on as (select id from doubtful where {_goes_on_sql('doubtful')}),
        kinded as (
            select named.*, case when doubtful.id is null then '' else substr(named.follows, 1, 1) end as kind
            from named left join doubtful on doubtful.id = named.id and doubtful.id not in (select id from going_on)
        ), cut as (select *, substr(follows, length(kind) + 1) as after from kinded)
        select id, head, regexp_replace(after, {literal(_BETWEEN)}, '') as rest,
            case when last then said else said || {literal(MENTION)} || {mention} end as said,
            case when last then {mention} else '' end as township, last and short as casual,
            list_append(ends, cast(length(head) - length(after) as integer)) as ends, last as done
        from cut
    """


def _opening_sql(head: str) -> str:
    return f"regexp_extract({head}, {literal(_OPENING)})"


def _abbreviated_sql(before: str) -> str:
    """粤, 京: one character for a province, only before a further name."""
    return (
        f"union all select id, 4 from {before} where said = '' and regexp_matches(rest, '^[{_letters()}]') "
        f"and substr(rest, 1, 2) not in (select key from {NAMES}) and substr(rest, 2, 2) in (select key from {NAMES})"
    )


def _goes_on_sql(source: str) -> str:
    """Whether a division's name begins there: by three characters, or by two that are no road's kind (路南区 against 路南侧)."""
    known = f"in (select begin from {BEGINNINGS})"
    return (
        f"({source}.three {known} "
        f"or (substr({source}.three, 1, 2) {known} and not regexp_matches({source}.follows, {literal(_BESIDE_ROAD)})))"
    )


@cache
def _letters() -> str:
    return "".join(name for name in places() if len(name) == 1)
