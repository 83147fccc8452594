"""What single cells look like: number, date, truth value, unit, marker of no value."""

import re

NULL_MARKERS = ("NA", "N/A", "NULL", "null", "NaN", "nan", "None", "#N/A", "空", "无", "—", "——", "–", "-", "--", "…", "……", "...", "/", "\\N")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?([eE][+-]?\d+)?%?")
_DATE = re.compile(
    r"(1[89]|20)\d\d([-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月(\d{1,2}日)?)([ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"
)
_TRUTH = frozenset({"true", "false", "yes", "no", "是", "否"})
_PERIOD = re.compile(r"((?:19|20)\d\d)(?:年度?|[-./年]?(0?[1-9]|1[0-2])月?|[-年]?(?:第?[1-4一二三四]季度?|Q[1-4]))?")
_UNITS = re.compile(
    r"[%‰]|°C|℃|°|度|[十百千万亿]*(元|美元|港元|人|户|个|家|吨|公里|米|平方米|平方公里|亩|公顷|千瓦时|度|立方米|件|次|天|日|小时|分钟|辆|套|台|座|所|张|岁|分|项|宗|册|斤|公斤|克|升)"
    r"|元/[人月年平方米吨㎡]+|人/平方公里|(人|吨|元|件|次)/\w{1,4}|[kKMmcμuµn]?(m|g|W|Wh|L|l|A|V|Hz|Pa|t)[²³23]?|km/h|m/s|[mµμun]?g/m[³3]|hPa|㎡|m[²³]|km²|ha|kwh|KWH|t|kcal|USD|CNY|RMB|yuan"
)
_UNIT_AT_END = re.compile(r"(.*?)[\s·,，_]*[（(\[【]\s*(?:单位[:：]?\s*)?([^（）()\[\]【】]{1,12}?)\s*[）)\]】]\s*")
_UNIT_SAID = re.compile(r"(?:计量)?单位[:：]\s*([^\s，,；;）)]{1,12})|\bunit:\s*(\S{1,12})", re.IGNORECASE)


def kind(text: str) -> str:
    """`number`, `date`, `truth`, `text`, or empty for a blank cell or a marker of no value."""
    text = text.strip()
    if not text or text in NULL_MARKERS:
        return ""
    if _NUMBER.fullmatch(text) and any(character.isdigit() for character in text):
        return "number"
    if _DATE.fullmatch(text):
        return "date"
    return "truth" if text.lower() in _TRUTH else "text"


def period(text: str) -> str:
    """The year or month a header names, as `2017` or `2017-03`; empty when it names none."""
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        return ""
    year, month = found.groups()
    if month:
        return f"{year}-{int(month):02d}"
    return year if re.fullmatch(r"\d{4}(年度?)?", text.strip()) else text.strip()


def is_unit(text: str) -> bool:
    """Whether a cell holds nothing but a unit of measure, perhaps in brackets."""
    bare = text.strip().strip("()（）[]【】").removeprefix("单位:").removeprefix("单位：").strip()
    return bool(_UNITS.fullmatch(bare))


def bare_unit(text: str) -> str:
    """The unit of a cell of a unit row."""
    return text.strip().strip("()（）[]【】").removeprefix("单位:").removeprefix("单位：").strip() if is_unit(text) else ""


def split_unit(header: str) -> tuple[str, str]:
    """A header without the unit at its end, and the unit: 用电量(kWh) gives 用电量 and kWh."""
    found = _UNIT_AT_END.fullmatch(header)
    if found and found.group(1) and is_unit(found.group(2)):
        return found.group(1), found.group(2)
    return header, ""


def said_unit(titles: list[str]) -> str:
    """The unit that a title row states for the whole table, such as 单位：万元."""
    for title in titles:
        if found := _UNIT_SAID.search(title):
            return found.group(1) or found.group(2)
    return ""


def column_name(header: str) -> str:
    """A header as a column name: blanks and signs that Delta tables refuse become underscores."""
    return re.sub(r"_+", "_", re.sub(r"[^\w·]", "_", header.strip())).strip("_")
