"""A hub whose people register has twelve residents, twelve rows of social insurance that a clerk must place, and clerks to place them."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from fastapi.testclient import TestClient

import lingnan
from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.lake import CommitFacts
from lingnan.registers import entry_of
from lingnan.trust import Subject
from lingnan.web import create_app
from tests.access.ground import forgery
from tests.back_ends import migrated_file
from tests.registers.bureau import FIRST, Bureau, insured, number, resident

SOURCES = Path(lingnan.__file__).parent / "world" / "sources"
PEOPLE = {"lin": ("steward", "zhengwu"), "he": ("steward", "zhengwu"), "mo": ("steward", "zhengwu"), "wu": ("steward", "renshe"),
          "xie": ("steward", "minzheng"), "su": ("reviewer", "zhengwu")}
NAMES = ("陈明", "林秀英", "黄志强", "何丽", "梁伟", "罗丹", "郑国华", "吴敏", "谢文", "邓超", "曾玉兰", "苏建国")
SLIPS = ("陈铭", "林秀瑛", "黄志强", "何莉", "梁炜", "罗旦", "郑国花", "吴敏", "谢雯", "邓操", "曾玉兰", "苏健国")
LINKS = pa.schema([
    *((name, pa.string()) for name in ("left_ref", "right_ref", "entry_id")), ("weight", pa.float64()), ("probability", pa.float64()),
    *((name, pa.string()) for name in ("status", "decided", "by", "source_table", "source_key")), ("known_from", pa.timestamp("us", tz="UTC")),
])


@dataclass
class Site:
    """The hub, its pages and a client."""

    hub: Hub
    pages: HubPages
    client: TestClient

    def who(self, name: str) -> Subject:
        """One of the people, signed in with a second factor."""
        return self.hub.trust.subject_of(self.session(name))

    def session(self, name: str) -> str:
        """A session of that person."""
        return self.hub.trust.sessions.open(name, 2, method="password+totp").token

    def ask(self, name: str, method: str, path: str, **sent: Any) -> Any:
        """One request of that person's browser."""
        session = self.session(name)
        headers = {"Cookie": f"lingnan_session={session}", "X-Forgery-Token": forgery(session)}
        self.client.cookies.clear()
        return self.client.request(method, path, headers=headers, **sent)


@cache
def ground() -> Path:
    """A home that is filled once in a process; every site opens a copy of its own."""
    folder = Path(tempfile.mkdtemp(prefix="lingnan-desk-"))
    atexit.register(shutil.rmtree, folder, True)
    home = folder / "home"
    home.mkdir()
    shutil.copy(migrated_file(), home)
    for department in ("gongan", "renshe", "zhengwu", "weijian", "jiaoyu"):
        shutil.copytree(SOURCES / department, home / "sources" / department)
    with Hub.open(load_settings(home)) as hub:
        for unit in ("zhengwu", "renshe", "minzheng"):
            hub.trust.organisations.make(unit, unit, unit)
        for name, (role, unit) in PEOPLE.items():
            hub.trust.accounts.make_account(name, name, name, roles=(role,), organisation=unit)
        fill(Bureau(home / "lake"))
    return home


@contextmanager
def open_site(home: Path, share: float = 0.0) -> Iterator[Site]:
    """A site over a copy of the ground; `share` of the pairs is decided twice."""
    shutil.copytree(ground(), home)
    with (home / "settings.env").open("a", encoding="utf-8") as settings:
        settings.write(f"LINGNAN_REVIEW_SHARE={share}\n")
    with Hub.open(load_settings(home)) as hub:
        pages = HubPages(hub)
        yield Site(hub, pages, TestClient(create_app(pages, hub.settings), follow_redirects=False))


def fill(bureau: Bureau, wrong: Callable[[int], dict[str, Any]] = lambda _place: {}) -> None:
    """Residents and a registered contradiction, rows without a number, and the pairs that linking left open."""
    bureau.deliver("gongan.resident", FIRST, *(resident(place, name=name) for place, name in enumerate(NAMES, 1)))
    loose = (
        insured(place, **{"name": name, "citizen_number": None, "insured_no": f"S{place}", **wrong(place)}) for place, name in enumerate(SLIPS, 1)
    )
    contradicting = insured(1, name="陈贾", birth_date=date(1981, 2, 3), insured_no="S99")
    bureau.deliver("renshe.insured", FIRST, *loose, contradicting)
    bureau.build("people")
    bureau.lake.overwrite("registers.people_links", pa.Table.from_pylist([_link(place) for place in range(1, 13)], LINKS), CommitFacts("test"))


def _link(place: int) -> dict[str, Any]:
    entry = entry_of("people", number(place))
    return {
        "left_ref": f"row:renshe.insured:S{place}", "right_ref": f"entry:{entry}", "entry_id": entry, "weight": (place - 6) / 2,
        "probability": 0.08 * place, "status": "review", "decided": None, "by": "model", "source_table": "renshe.insured", "source_key": f"S{place}",
        "known_from": datetime(2026, 3, 1, tzinfo=UTC),
    }
