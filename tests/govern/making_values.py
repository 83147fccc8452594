"""Made values as offices type them, and as nobody should: right identifiers, dates, amounts and names with a few characters put wrong."""

import random
import unicodedata
from collections.abc import Iterator

RIGHT = (
    "11010519491231002X", "440524188001010014", "440524800101001", "440524800101997", "44010620000229001X", "91350100M000100Y43",
    "91440300MA5DFXYM10", "D2143569X", "D2143569-X", "MA5DFXYM1", "13800138000", "0755-12345678", "+86 138-0013-8000", "(020)83123456",
    "020-83123456转801", "4008001234", "联系电话：86-13800138000", "83123456", "0086 755 1234567", "粤B12345", "粤B·D12345", "粤A12345D",
    "粤a1234警", "京AF0236", "使014578", "440106001002GB00012F00010001", "440106 001002 JC00003 W00000000", "4401060101000001",
    "1.2.156.3005.2.91350100M000100Y43001.91350100M000100Y43.1.001.4",
    "1.2.156.3005.2.91350100M000100Y43001.91350100M000100Y43.A1B2C3D4E5.001.C", "91350100M000100Y43-02-粤罚〔2026〕1号",
    "11010519491231002X-02-粤罚〔2026〕1号", "2026-11-20", "2026/1/2", "20261120", "2026年11月20日", "二〇二六年十一月二十日",
    "二○二六年一月廿三日", "2026.11.20", "46000", "46000.75", "２０２６－１１－２０", " 2026 年 1 月 2 日 ", "2026-11-20 10:30:00",
    "2026-11-2T9:05", "2026年11月20日10时30分", "20261120103000", "9999-12-31", "2024-2-29", "2025-2-29", "1880-02-03 04:05:06",
    "1988-07-02 03:04:05", "1940-06-01 00:00:00", "2026-01-02 03:04:05.25+0530", "2026-01-02T03:04:05Z", "2026年1月", "202601", "2026-1",
    "1,234.5", "12万元", "3.2亿元", "￥1,234.50", "人民币500万元整", "(1,234.5)", "-5", "１２．５万", "1.005", "0.00005万元", "1亿2000万元",
    "人民币壹佰贰拾叁万肆仟伍佰元整", "壹拾万零柒仟元伍角叁分", "负貳億零叁圓正", "（叁角伍分）", "一千二百三十四万零九元", "十五元", "零",
    "1 234 567", "500万美元", "999999999999999亿", "123456789012345.678", "张三", "欧阳娜娜", "买买提·吐尔逊", "阿依古丽 买买提", "㙇䶮",
    "\U0002c488\u660e", "O'Neil-Smith J.", "无名氏", "张*三", "李某某", "广东省ＡＢＣ１２３（粤） ", "⼴东⼀", "80㎡", "a\tb", "㈠、①㈩Ⅻ", "é",
    "ﬁ", "각", "440106", "440183", "广东省广州市天河区天河路1号", "男", "1", "0", "true", "否", "1e5", "-0.0", "+7", "007", "3.14",
    "9223372036854775807", "9223372036854775808", "0x1F", "1_000", "NaN", "inf",
)
"""Values that some function of ours reads, or just does not."""

_NOISE = (
    "0123456789XxABZabzIOioeE",
    "０９ＡＸｘ（）：＋－．，￥",
    " \t\n\v\f\r\x85\xa0\u1680\u2003\u2028\u2029\u202f\u3000\u200b\u200d\u2060\ufeff\xad\x00\x01\x1a\x1b\x1c\x1d\x1e\x1f\x7f\x80\x9f",
    "-·'‘’`＇.+()（）[]〔〕{}\\/$^|*?#&%_\"~:;,，。、",
    "年月日号时分秒点转元月初一二三十廿卅〇○零百千万亿整正某省市区县路", "壹贰叁拾佰仟万亿元角分零整",
    "ÉßÀàŉİıſKΑΣσςǅǆΐﬃ",
    "①⑲㈠Ⅳ²³₁㎡℃№｡ｱ﹐",
    "⼴⻟⻳㐀\u9fff\uf900\ufa0e",
    "\U00020000\U0002a6df\U0002c488\U0002ebef\U00030000\U000323af\U0001f600\U0001d54f",
    "\ue000\uf8ff\U000f0000\U00100000\ufffd\ufe0f\U000e0100\u0301\u0308\u3099\u1100\u1161\u11a8",
    "العודनกᄀ",
)
_RANGES = ((0x1, 0x7F), (0x80, 0x24F), (0x250, 0x2FFF), (0x3000, 0x33FF), (0x3400, 0x9FFF), (0xA000, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x1FFFF),
           (0x20000, 0x323AF), (0xE0000, 0xE01EF))


def made_values(count: int, seed: int) -> Iterator[str | None]:
    """So many values; the same for the same seed."""
    draw = random.Random(seed)
    yield from (None, "", " ", "\u3000", "\n", *RIGHT)
    for _ in range(max(0, count - len(RIGHT) - 5)):
        yield _value(draw)


def _value(draw: random.Random) -> str | None:
    kind = draw.random()
    if kind < 0.02:
        return None
    if kind < 0.10:
        return "".join(_any_character(draw) for _ in range(draw.randrange(0, 12)))
    if kind < 0.14:
        return draw.choice(RIGHT) + draw.choice(RIGHT)
    if kind < 0.145:
        return draw.choice(RIGHT) * draw.randrange(2, 60)
    text = list(draw.choice(RIGHT))
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3))):
        _put_wrong(draw, text)
    return "".join(text)


def _put_wrong(draw: random.Random, text: list[str]) -> None:
    place, way = draw.randrange(len(text) + 1), draw.random()
    if way < 0.4 or place == len(text):
        text.insert(place, _noise(draw))
    elif way < 0.6:
        del text[place]
    else:
        text[place] = str(draw.randrange(10)) if text[place].isdigit() and way < 0.9 else _noise(draw)


def _noise(draw: random.Random) -> str:
    return _any_character(draw) if draw.random() < 0.1 else draw.choice(draw.choice(_NOISE))


def _any_character(draw: random.Random) -> str:
    """An assigned character of any plane: what Unicode has not assigned is folded differently by each engine's edition of it."""
    while True:
        character = chr(draw.randint(*draw.choice(_RANGES)))
        if unicodedata.category(character) not in ("Cs", "Cn"):
            return character
