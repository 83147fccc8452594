"""Makes the second labelled set: written-down beginnings and ends put together and spoilt; no list of divisions, no code of the hub is read.

    python -m tests.govern.making_second_addresses SEED FILE
"""

import csv
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "data" / "addresses"
EACH = 3
"""How often each beginning is used."""

ABROAD = ("foreign", "upper_only")
"""Beginnings that leave names of places unread, which are then part of the end; its parts say nothing."""

PARTS = ("village", "road", "number", "estate", "building", "unit", "floor", "room")


class Second(NamedTuple):
    """One address with the county it lies in (`open`: nothing may be resolved) and the parts of its end, empty where they were spoilt on purpose."""

    kind: str
    address: str
    status: str
    division: str
    candidates: str
    parts: str


def rows_of(name: str) -> list[dict[str, str]]:
    """A written file of the folder."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


_WIDE = str.maketrans("0123456789ABCDEFG-", "０１２３４５６７８９ＡＢＣＤＥＦＧ－")
_TRADITIONAL = str.maketrans("广东县区乡镇号楼门龙兴苏湾宁关云", "廣東縣區鄉鎮號樓門龍興蘇灣寧關雲")

Spoil = Callable[[random.Random, str, str], str]
SPOILS: tuple[Spoil, ...] = (
    lambda draw, head, tail: f"收货地址: {head} {tail}",
    lambda draw, head, tail: f"{head}{tail}(邮编{draw.randint(100000, 859999)})",
    lambda draw, head, tail: (head + tail).translate(_WIDE),
    lambda draw, head, tail: (head + tail).translate(_TRADITIONAL),
    lambda draw, head, tail: f"{head},{tail}。",
    lambda draw, head, tail: f"　{head}　{tail}　",
    lambda draw, head, tail: f"【{head}】{tail}",
    lambda draw, head, tail: f"{head}\t{tail}\n",
    lambda draw, head, tail: head.replace("省", "省 ").replace("市", "市 ", 1) + " " + tail,
    lambda draw, head, tail: head.replace("省", "省-").replace("市", "市-", 1) + "-" + tail,
    lambda draw, head, tail: f"中国 {head}{tail}",
    lambda draw, head, tail: f"现住：{head}{tail}",
    lambda draw, head, tail: f"{head}{tail}  联系电话13800000000",
    lambda draw, head, tail: f"“{head}{tail}”",
    lambda draw, head, tail: f"{head}（{tail}）",
)


def make_second(seed: int) -> list[Second]:
    """Every beginning with some ends, a third of them spoilt, shuffled."""
    draw = random.Random(seed)
    tails = rows_of("second_tails")
    made = []
    for head in rows_of("second_heads"):
        for tail in draw.sample(tails, EACH):
            text = head["head"] + tail["tail"]
            parts = "|".join(tail[part] for part in PARTS) if head["kind"] not in ABROAD else ""
            if draw.random() < 1 / 3:
                text, parts = draw.choice(SPOILS)(draw, head["head"], tail["tail"]), ""
            made.append(Second(head["kind"], text, head["status"], head["division"], head["candidates"], parts))
    draw.shuffle(made)
    return made


def main(seed: int, file: Path) -> None:
    """Write the set."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(Second._fields)
        writer.writerows(make_second(seed))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
