"""What tables, departments, rules and codes are called on pages, and whether a table holds made rows."""

from collections.abc import Sequence
from datetime import date
from functools import cache, cached_property

from lingnan.collect import Feed
from lingnan.govern import FeedTables, rule_words
from lingnan.hub.registration import BUREAU
from lingnan.insight import Origin, Words
from lingnan.registers import RegisterColumn, register_columns, register_definitions, theme_definitions
from lingnan.standards import code_list

AREAS = {
    "landing": ("原始", "as delivered"), "quarantine": ("隔离的", "quarantined"), "rejects": ("无法解析的", "not readable"),
    "late": ("迟到的", "late"), "checks": ("检查计数：", "counts of checks"),
}
PLAIN = {
    "registers.divisions": Words(zh="行政区划", en="Administrative divisions"), "registers.addresses": Words(zh="标准地址", en="Standard addresses"),
    "registers.series": Words(zh="宏观经济库", en="Economy"), "registers.series_values": Words(zh="指标数值", en="Values of series"),
    "registers.addresses_observations": Words(zh="标准地址来源记录", en="Standard addresses: observations"),
    "registers.address_library": Words(zh="标准地址库", en="Library of standard addresses"),
    "registers.address_readings": Words(zh="地址解析结果", en="Addresses as read"),
    "registers.address_doubts": Words(zh="待审核地址", en="Addresses for review"),
    "insight.city_figures": Words(zh="地市指标", en="Figures by city"), "insight.county_figures": Words(zh="区县指标", en="Figures by county"),
    "insight.department_figures": Words(zh="部门指标", en="Figures by department"),
    "insight.dimension_figures": Words(zh="质量维度指标", en="Figures by dimension of quality"),
}
MIXED = frozenset(PLAIN) - {"registers.divisions"}
DERIVED = {
    "_observations": ("来源记录", "observations"), "_unlinked": ("未关联记录", "rows not linked"), "_links": ("关联", "links"),
    "_identities": ("条目沿革", "history of ids"), "_conflicts": ("来源冲突", "conflicts of sources"), "_snapshot": ("年度快照", "yearly snapshots"),
}
FORMATS = {"api": "JSON", "json": "JSON", "database": "SQL", "table": "Delta", "parquet": "Parquet"}
TECHNICAL = {
    "_batch": Words(zh="批次", en="Batch"), "_position": Words(zh="来源位置", en="Place in the source"),
    "_received_at": Words(zh="接收时间", en="Received at"), "_repaired": Words(zh="修正的列", en="Repaired columns"),
    "_rules": Words(zh="不合格规则", en="Failed rules"), "_reasons": Words(zh="原因", en="Reasons"),
}


class Titles:
    """Names in both languages, from feeds, contracts and register definitions."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self.feeds = {feed.id: feed for feed in feeds}

    @cached_property
    def _owners(self) -> dict[str, Feed]:
        owners = {}
        for feed in self.feeds.values():
            tables = FeedTables.of(feed.id)
            owners.update(dict.fromkeys((tables.landing, *tables.outputs, feed.target, feed.rejects, feed.late), feed))
        return owners

    def feed(self, table: str) -> Feed | None:
        """The feed a table belongs to; None for tables that are derived."""
        return self._owners.get(table)

    def table(self, table: str) -> Words:
        """A table's title; its name when it has none."""
        feed = self.feed(table)
        if feed is None:
            return PLAIN.get(table) or self._register(table)
        title, area = Words(zh=feed.file.title.zh, en=feed.file.title.en), AREAS.get(table.split(".")[0])
        if area is None or table == feed.target:
            return title
        return Words(zh=area[0] + title.zh, en=f"{title.text('en')}, {area[1]}")

    def _register(self, table: str) -> Words:
        for definition in register_definitions():
            title = definition.title
            if table == definition.table:
                return Words(zh=title.zh, en=title.en)
            found = DERIVED.get(table.removeprefix(definition.table)) if table.startswith(definition.table) else None
            if found:
                return Words(zh=title.zh + found[0], en=f"{title.en}: {found[1]}")
        theme = next((each.title for each in theme_definitions() if each.table == table), None)
        return Words(zh=theme.zh, en=theme.en) if theme else Words(zh=table)

    def department(self, department: str) -> Words:
        """A department by its short name."""
        named = next((feed.file.department for feed in self.feeds.values() if feed.file.department.id == department), None)
        if named is None and department == BUREAU.id:
            return Words(zh=BUREAU.zh, en=BUREAU.en)
        return Words(zh=named.zh, en=named.en) if named else Words(zh=department)

    def column(self, table: str, name: str) -> Words:
        """A column's title; empty when it has none."""
        if name in TECHNICAL:
            return TECHNICAL[name]
        feed = self.feed(table)
        found = feed.contract.named(name.removesuffix("_delivered")) if feed else _register_column(table, name)
        if found is None:
            return Words(zh="")
        delivered = name.endswith("_delivered") and feed is not None
        return Words(zh=f"{found.zh}（交付值）", en=f"{found.en} as delivered") if delivered else Words(zh=found.zh, en=found.en)

    def rule(self, feed: str, rule: str) -> Words:
        """A rule of a feed's contract in words; its id when nobody words it."""
        zh, en = self._rules(feed).get(rule, (rule, rule))
        return Words(zh=zh, en=en)

    @cache  # noqa: B019 one desk lives as long as its hub
    def _rules(self, feed: str) -> dict[str, tuple[str, str]]:
        return rule_words(self.feeds[feed].contract) if feed in self.feeds else {}

    def warm(self) -> None:
        """Put every feed's rules into words now."""
        for feed in self.feeds:
            self._rules(feed)

    @cached_property
    def made(self) -> bool:
        """Whether made rows are among the hub's."""
        return any(feed.file.origin == "made" for feed in self.feeds.values())

    def origin(self, table: str) -> Origin:
        """Made, real or derived; what made rows flow into is made, so that nobody takes made people for real."""
        feed = self.feed(table)
        if feed is not None:
            return feed.file.origin
        themes = {each.table for each in theme_definitions()}
        own = any(table.startswith(each.table) for each in register_definitions()) or table in MIXED or table in themes
        return "made" if own and self.made else "derived"


def _register_column(table: str, name: str) -> RegisterColumn | None:
    return next((column for column in register_columns().get(table, ()) if column.name == name), None)


def format_name(code: str) -> str:
    """What a format is called in every language."""
    return FORMATS.get(code, code.upper())


def division_words(code: str | None, at: date | None = None) -> Words | None:
    """A division written out; None for no code or an unknown one."""
    if not code:
        return None
    found = code_list("divisions")
    name = found.full_name(code, at) or found.full_name(code)
    entry = found.get(code)
    return Words(zh=name, en=entry.en if entry and entry.en else "") if name else None


def truth_words(told: str) -> Words | None:
    """Yes or no for a truth value as text; None for other text."""
    return {"true": Words(zh="是", en="yes"), "false": Words(zh="否", en="no")}.get(told.lower())


def code_words(list_name: str | None, code: str | None) -> Words | None:
    """What a code of a list means; None for no list, no code or an unknown one."""
    if not list_name or not code:
        return None
    if list_name == "divisions":
        return division_words(code)
    entry = code_list(list_name).get(code)
    return Words(zh=entry.zh, en=entry.en) if entry else None
