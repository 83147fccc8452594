"""Damaged workbooks by seed: whatever was done to a file, the hub afterwards holds all of it or nothing, and only our own errors come out."""

import io
import os
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from lingnan.base import BadInput, LingnanError, Settings
from lingnan.catalogue import Catalogue
from lingnan.catalogue.inventory.template import reading
from lingnan.storage import Storage
from tests.catalogue.conftest import FORMS, NOW
from tests.catalogue.test_template import BY, add_rows, state

IN_THE_SUITE, IN_ALL = 100, 1_000
PAGES = ("部门", "部门职责", "信息系统", "信息资源", "信息项")
Damage = Callable[[random.Random, bytes], bytes]


def on_book(change: Callable[[random.Random, Workbook], None]) -> Damage:
    """A damage that an office program can do."""

    def damaged(draw: random.Random, content: bytes) -> bytes:
        out = io.BytesIO()
        try:
            book = load_workbook(io.BytesIO(content))
            change(draw, book)
            book.save(out)
        except Exception:  # an earlier damage left nothing that an office program opens
            return content
        return out.getvalue()

    return damaged


def on_part(name: str, change: Callable[[random.Random, bytes], bytes]) -> Damage:
    """A damage to the bytes of one part (a pattern of its name) inside the archive."""

    def damaged(draw: random.Random, content: bytes) -> bytes:
        out = io.BytesIO()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
                chosen = [each for each in old.namelist() if name in each]
                hit = draw.choice(chosen) if chosen else ""
                for each in old.namelist():
                    new.writestr(each, change(draw, old.read(each)) if each == hit else old.read(each))
        except Exception:  # an earlier damage left no archive
            return content
        return out.getvalue()

    return damaged


def any_cell(draw: random.Random, book: Workbook) -> Any:
    page = book[draw.choice([title for title in PAGES if title in book.sheetnames] or book.sheetnames[:1])]
    return page.cell(draw.randint(2, max(page.max_row, 2)), draw.randint(1, page.max_column))


def put(*values: Any) -> Damage:
    """Something in a cell that does not belong there."""

    def change(draw: random.Random, book: Workbook) -> None:
        cell = any_cell(draw, book)
        try:
            cell.value = draw.choice(values)
        except AttributeError:  # within a merged range
            return

    return on_book(change)


def merge(draw: random.Random, book: Workbook) -> None:
    cell = any_cell(draw, book)
    cell.parent.merge_cells(start_row=cell.row, end_row=cell.row + draw.randint(0, 2), start_column=cell.column, end_column=cell.column + 1)


def header(draw: random.Random, book: Workbook) -> None:
    page = book[draw.choice([title for title in PAGES if title in book.sheetnames] or book.sheetnames[:1])]
    page.cell(1, draw.randint(1, page.max_column)).value = draw.choice(["名称", "", None, "部门名称", "x" * 5000, 12, "问题", "=A1"])


def column(draw: random.Random, book: Workbook) -> None:
    page = book[draw.choice([title for title in PAGES if title in book.sheetnames] or book.sheetnames[:1])]
    (page.delete_cols if draw.random() < 0.6 else page.insert_cols)(draw.randint(1, page.max_column))


def moved(draw: random.Random, book: Workbook) -> None:
    page = book[draw.choice([title for title in PAGES if title in book.sheetnames] or book.sheetnames[:1])]
    one, other = draw.sample(range(page.max_column), 2) if page.max_column > 1 else (0, 0)
    for row in page.iter_rows():
        try:
            row[one].value, row[other].value = row[other].value, row[one].value
        except AttributeError:
            return


def page_gone(draw: random.Random, book: Workbook) -> None:
    title = draw.choice(book.sheetnames)
    if draw.random() < 0.5 and len(book.sheetnames) > 1:
        del book[title]
    else:
        book[title].title = f"{title[:20]}{draw.choice(['副本', ' ', '1'])}"


def further_page(draw: random.Random, book: Workbook) -> None:
    page = book.create_sheet(draw.choice(["备注", "部门 (2)", "Sheet1"]), draw.randint(0, len(book.sheetnames)))
    page.append(["随手记", 1, "=1+1"])
    page.merge_cells("A3:B4")


def doubled(draw: random.Random, book: Workbook) -> None:
    page = book[draw.choice([title for title in PAGES if title in book.sheetnames] or book.sheetnames[:1])]
    if page.max_row > 1:
        page.append([cell.value for cell in page[draw.randint(2, page.max_row)]])


def truncated(draw: random.Random, content: bytes) -> bytes:
    return content[: draw.randint(0, len(content))]


def flipped(draw: random.Random, content: bytes) -> bytes:
    noisy = bytearray(content)
    for _time in range(draw.randint(1, 20)):
        noisy[draw.randrange(len(noisy))] = draw.randrange(256)
    return bytes(noisy)


def bomb(draw: random.Random, content: bytes) -> bytes:
    """A part that unpacks a thousand times its size."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * (16 << 20))
    return out.getvalue()


def plain(part: bytes) -> str:
    """The text of a part whose Chinese is written as numbers."""
    return re.sub("&#([0-9]+);", lambda found: chr(int(found[1])), part.decode("utf-8", "replace"))


def gbk(_draw: random.Random, part: bytes) -> bytes:
    return plain(part).encode("gbk", "replace")


def latin(_draw: random.Random, part: bytes) -> bytes:
    """As when GBK was read as Latin and saved."""
    return plain(part).encode("gb18030").decode("latin-1").encode("utf-8")


def replaced(*pairs: tuple[bytes, bytes]) -> Callable[[random.Random, bytes], bytes]:
    def change(draw: random.Random, part: bytes) -> bytes:
        old, new = draw.choice(pairs)
        return part.replace(old, new, draw.choice([1, 1, 50]))

    return change


pytestmark = [pytest.mark.filterwarnings("ignore::UserWarning"), pytest.mark.sqlite]
SHEET, BOOK = "worksheets/sheet", "xl/workbook.xml"
DAMAGES: dict[str, Damage] = {
    "merged": on_book(merge), "formula": put("=1+1", "=SUM(A1:A9)", "=cmd|'/c calc'!A0"), "error": put("#REF!", "#N/A"),
    "kind": put(True, 3.7, 12345678901234567, "昨天", "不知道", "2024-13-40"), "lost": put("\ufffd\ufffd", "ÐÅÏ¢×ÊÔ´", "锟斤拷"),
    "long": put("长" * 32_000), "header": on_book(header), "column": on_book(column), "moved": on_book(moved), "page": on_book(page_gone),
    "further": on_book(further_page), "doubled": on_book(doubled), "truncated": truncated, "flipped": flipped, "bomb": bomb,
    "gbk": on_part(f"{SHEET}5.xml", gbk), "latin": on_part(f"{SHEET}5.xml", latin), "missing part": on_part("xl/", lambda _draw, _part: b""),
    "dimension": on_part(SHEET, replaced((b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'))),
    "rows": on_part(SHEET, replaced((b'<row r="2"', b'<row r="99999999999"'), (b'<row r="2"', b'<row r="1048576"'), (b'<row r="3"', b'<row r="-1"'))),
    "cells": on_part(SHEET, replaced((b' r="B2"', b' r="XFD2"'), (b' r="B2"', b' r="ZZZZZ2"'), (b' r="A3"', b' r="A1"'), (b' r="C2"', b""))),
    "types": on_part(SHEET, replaced(
        (b't="inlineStr"', b't="n"'), (b't="inlineStr"', b't="s"'), (b't="inlineStr"', b't="zz"'), (b"<v>", b"<v>-1e999"), (b"<v>", b"<v>x"),
    )),
    "strings": on_part(SHEET, replaced((b"<is>", b""), (b"<t>", b"<t><![CDATA[&]]>"), (b"<t>", b"<t>&bad;"), (b"<is>", b"<is><rPh/>"))),
    "entities": on_part(SHEET, replaced((b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'))),
    "book": on_part(BOOK, replaced((b"r:id", b"r:no"), (b'sheetId="2"', b'sheetId="1"'), (b"sheet name", b"sheet eman"))),
    "styles": on_part("styles.xml", flipped), "links": on_part("_rels", flipped),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A filled-in template: rows of the hub, one of them changed, and new ones on every sheet."""
    home = tmp_path_factory.mktemp("good")
    storage = Storage.open(Settings(home=home, clock=NOW))
    Catalogue(storage).register_many(FORMS)
    Catalogue(storage).inventory.write_template(home / "t.xlsx")
    storage.close()
    book = load_workbook(home / "t.xlsx")
    add_rows(book)
    book["信息资源"]["J3"] = "Changed by the office"
    book.save(home / "t.xlsx")
    return (home / "t.xlsx").read_bytes()


class Hub:
    """A hub that is set back to its beginning after every file that was taken."""

    def __init__(self, home: Path) -> None:
        self.home, self.storage = home, self._open(home)
        Catalogue(self.storage).register_many(FORMS)
        self.storage.close()
        self.begun = (home / "hub.db").read_bytes()
        self.storage = self._open(home)
        self.before = state(self.storage)

    def take(self, content: bytes, name: str = "f.xlsx") -> str:
        """How the file fared: refused, faulty or taken."""
        path = self.home / name
        path.write_bytes(content)
        try:
            done = Catalogue(self.storage).inventory.import_template(path, BY)
        except LingnanError as error:
            return "refused" if error.zh and error.en else "refused without a word"
        return "faulty" if done.faults else "taken"

    def reset(self) -> None:
        self.storage.close()
        for left in self.home.glob("hub.db*"):
            left.unlink()
        (self.home / "hub.db").write_bytes(self.begun)
        self.storage = self._open(self.home)

    def _open(self, home: Path) -> Storage:
        return Storage.open(Settings(home=home, clock=NOW))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    return Hub(tmp_path_factory.mktemp("hub"))


@pytest.fixture
def hub(made: Hub) -> Iterator[Hub]:
    yield made
    made.reset()


def damaged(seed: int, content: bytes) -> tuple[bytes, list[str]]:
    draw = random.Random(seed)
    names = [list(DAMAGES)[seed % len(DAMAGES)], *(draw.choice(list(DAMAGES)) for _more in range(draw.choice([0, 0, 1, 2])))]
    for name in names:
        content = DAMAGES[name](draw, content) if content else content
    return content, names


def test_the_undamaged_file_is_taken(good: bytes, hub: Hub) -> None:
    assert hub.take(good) == "taken"
    assert sheets_with(state(hub.storage)) == 5


def sheets_with(rows: list[Any]) -> int:
    """On how many sheets the new department's rows have arrived."""
    return len({row[0] for row in rows if isinstance(row[1], tuple) and row[1][0].startswith("jiaotong")})


@pytest.mark.parametrize("part", range(4))
def test_no_damage_half_loads_a_file(part: int, good: bytes, hub: Hub) -> None:
    many = IN_ALL if os.environ.get("LINGNAN_LONG") else IN_THE_SUITE
    fared: dict[str, int] = {}
    for seed in range(part, many, 4):
        content, names = damaged(seed, good)
        outcome = hub.take(content)
        fared[outcome] = fared.get(outcome, 0) + 1
        after = state(hub.storage)
        if outcome != "taken":
            assert after == hub.before, f"seed {seed} ({names}) was {outcome} and changed something"
            continue
        assert sheets_with(after) == 5, f"seed {seed} ({names}) lost rows"
        assert len(after) >= len(hub.before), f"seed {seed} ({names}) lost rows that were there"
        hub.reset()
    assert fared.get("refused"), fared
    assert fared.get("faulty"), fared


@pytest.mark.parametrize("name", ["merged", "formula", "error", "lost", "column", "gbk", "latin", "truncated", "bomb", "entities"])
def test_each_of_these_damages_is_refused(name: str, good: bytes, hub: Hub) -> None:
    for seed in range(3):
        assert hub.take(DAMAGES[name](random.Random(seed), good)) in ("refused", "faulty"), seed


@pytest.mark.parametrize("name", ["moved", "further", "dimension"])
def test_each_of_these_changes_nothing_that_is_told(name: str, good: bytes, hub: Hub) -> None:
    assert hub.take(DAMAGES[name](random.Random(3), good)) == "taken"
    assert sheets_with(state(hub.storage)) == 5


@pytest.mark.parametrize(("old", "new"), [
    (b'<row r="3"', b'<row r="-1"'), (b'<row r="3"', b'<row r="2"'), (b'<row r="2"', b'<row r="99999999999"'), (b' r="A3"', b' r="A2"'),
    (b' r="B2"', b' r="A2"'), (b' r="B2"', b' r="XFD2"'), (b't="inlineStr"', b't="n"'), (b't="inlineStr"', b't="zz"'),
])
def test_what_a_reader_would_lose_unseen_is_refused(old: bytes, new: bytes, good: bytes, hub: Hub) -> None:
    content = on_part(f"{SHEET}5.xml", lambda _draw, part: part.replace(old, new, 1))(random.Random(0), good)
    assert content != good
    assert hub.take(content) == "refused"


def test_a_file_that_claims_more_than_the_limits_is_refused(good: bytes, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MOST_CELLS", "MOST_BYTES", "MOST_UNPACKED", "MOST_PARTS"):
        with monkeypatch.context() as patched:
            patched.setattr(reading, limit, 10)
            assert hub.take(good) == "refused", limit


def test_names_that_lead_out_of_the_archive_are_refused(good: bytes, hub: Hub) -> None:
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("../../evil.xml", b"x")
    assert hub.take(out.getvalue()) == "refused"
    with pytest.raises(BadInput):
        Catalogue(hub.storage).inventory.import_template(hub.home / "none.xlsx", BY)
