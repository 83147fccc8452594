"""F22, F23, F25: files made to harm, shown to `lingnan collect inspect` in a process with little memory: refused with a sentence, soon.

The door of attachments: tests/casework/test_attachments.py (names, bombs, lies about types, entities, damaged files).
"""

import gzip
import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.terminal import run

MEMORY = 3 << 30
"""Address space of the process; libraries alone reserve more than one of it."""
SOON_S = 120
NEVER = "root:"


def zipped(entries: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return held.getvalue()


def linked() -> bytes:
    """An archive whose entry is a symbolic link out of it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        entry = zipfile.ZipInfo("rows.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return held.getvalue()


def nested(depth: int) -> bytes:
    content = b"a,b\n1,2\n" * 1000
    for _ in range(depth):
        content = zipped({"inner.zip": content})
    return content


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "zip bomb.zip": lambda: zipped({"rows.csv": bytes(600 << 20)}),
    "gzip bomb.csv.gz": lambda: gzip.compress(b"a,b\n" + b"1,2\n" * (150 << 20), 9),
    "many.zip": lambda: zipped({f"{n}.csv": b"a\n1\n" for n in range(30_000)}),
    "nested.zip": lambda: nested(40),
    "escape.zip": lambda: zipped({"../../escape.csv": b"a,b\n1,2\n", "/tmp/escape.csv": b"a,b\n1,2\n"}),
    "link.zip": linked,
    "bomb.xlsx": lambda: zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<a>" + b" " * (600 << 20) + b"</a>"}),
    "laughs.xml": lambda: f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><r><a>&l9;</a></r>'.encode(),
    "entity.xml": lambda: b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><row><a>&x;</a></row></r>',
    "dtd.xml": lambda: b'<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r><row><a>1</a></row></r>',
    "deep.json": lambda: b"[" * 200_000 + b"]" * 200_000,
    "deep.xml": lambda: b"<a>" * 200_000 + b"</a>" * 200_000,
    "broken.parquet": lambda: b"PAR1" + bytes(1000) + b"\xff\xff\xff\x7fPAR1",
    "broken.sqlite": lambda: b"SQLite format 3\x00" + bytes(5000),
    "one line.csv": lambda: b"a," * (20 << 20),
    "nothing.csv": lambda: b"",
}


def look(path: Path) -> tuple[int, str, float]:
    began = time.monotonic()
    done = run("collect", "inspect", path, memory=MEMORY, timeout=SOON_S)
    return done.returncode, done.stdout + done.stderr, time.monotonic() - began


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, float]]:
    """Every file looked at, two at a time."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = []
    for name, make in HOSTILE.items():
        paths.append(folder / name)
        paths[-1].write_bytes(make())
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(HOSTILE, pool.map(look, paths), strict=True))


@pytest.mark.parametrize("name", ["zip bomb.zip", "gzip bomb.csv.gz", "many.zip", "escape.zip", "link.zip", "laughs.xml", "entity.xml"])
def test_what_can_only_mean_harm_is_refused(looked: dict[str, tuple[int, str, float]], name: str) -> None:
    assert looked[name][0] == 3, looked[name][1]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_soon_and_with_a_sentence(looked: dict[str, tuple[int, str, float]], name: str) -> None:
    code, said, seconds = looked[name]
    assert "Traceback" not in said, said[-600:]
    assert "MemoryError" not in said
    assert 0 <= code <= 4, f"killed: {code}"
    assert seconds < SOON_S
    assert NEVER not in said
    assert not Path("/tmp/escape.csv").exists()
