"""Attachments: names that mean harm, contents that lie, bombs, full disks, flipped bits, and who may have them."""

import gzip
import io
import json
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
import zlib
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from lingnan.base import BadInput, Conflict, Damaged, Missing, Unavailable
from lingnan.casework.attachment_rules import AttachmentRules
from lingnan.casework.attachments import Attachments
from lingnan.casework.clamd import ClamdScanner
from lingnan.casework.contents import Recogniser
from lingnan.casework.file_names import display_name, disposition
from lingnan.casework.notice_records import Attachment
from lingnan.trust import Subject
from tests.casework.office import office_at

ANNA, BERT = Subject("citizen", "anna"), Subject("citizen", "bert")
CASE = ("case", "c1")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TYPES = "[Content_Types].xml"
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def offices(request, tmp_path_factory):
    """Gives the office on a database: opening a new one for each of so many files would take longer than the tests."""
    made = {}
    with ExitStack() as opened:

        def office_on(back_end):
            if back_end not in made:
                home = tmp_path_factory.mktemp("attachments") / "hub"
                opened.enter_context(request.getfixturevalue(f"{back_end}_databases").furnished(home))
                made[back_end] = opened.enter_context(office_at(home))
            return made[back_end]

        yield office_on


@pytest.fixture
def office(offices, back_end):
    """The office without any attachment."""
    found = offices(back_end)
    shutil.rmtree(found.home / "attachments", ignore_errors=True)
    with found.storage.session() as session:
        session.execute(delete(Attachment))
    return found


@pytest.fixture
def attachments(office):
    return attachments_of(office)


def attachments_of(office, **more):
    """Everything of case c1 is Anna's."""
    return Attachments(office.storage, office.home, office.trust, {"case": lambda who, case, what: who == ANNA and case in ("c1", "c2")}, **more)


def files(office):
    folder = office.home / "attachments"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def zipped(members, method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def office_file(kind="docx", **more):
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}[kind]
    return zipped({TYPES: "<Types/>", main: "<x/>", "docProps/core.xml": "<p/>", **more})


def png(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + b"\0" * 20


def jpeg(width, height, preview=b""):
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9) + preview + frame + b"\xff\xda\x00\x08" + bytes(20) + b"\xff\xd9"


GOOD = {
    "a.pdf": PDF, "a.png": png(800, 600), "a.jpg": jpeg(800, 600), "a.docx": office_file(), "a.xlsx": office_file("xlsx"),
    "a.pptx": office_file("pptx"), "a.ofd": zipped({"OFD.xml": "<ofd/>", "Doc_0/Document.xml": "<d/>"}), "a.csv": "姓名,年龄\n甲,1\n".encode(),
    "b.csv": "姓名,年龄\n甲,1\n".encode("gb18030"), "c.csv": b"\xef\xbb\xbfa,b\n", "bmi.csv": b"BMI,height\n1,2\n", "one.csv": b"name\nx\n",
    "a.txt": "说明".encode(), "u.txt": "说明".encode("utf-16"), "list.txt": b"a, b and c", "a.xml": b"<?xml version='1.0'?><rows><row/></rows>",
    "a.json": json.dumps({"a": [1]}).encode(), "a.zip": zipped({"x/甲.csv": "a,b\n", "y.docx": office_file(), "z/": b""}),
    "a.csv.gz": gzip.compress(b"a,b\n1,2\n"),
}


@pytest.mark.on_both
@pytest.mark.parametrize("name", GOOD)
def test_what_may_be_attached_comes_back_byte_by_byte(attachments, name):
    card = attachments.store(ANNA, CASE, name, io.BytesIO(GOOD[name]))
    out = attachments.open(ANNA, card.id)
    assert b"".join(out.pieces) == GOOD[name]
    assert out.headers["Content-Disposition"].startswith("attachment;")
    assert (out.headers["X-Content-Type-Options"], out.headers["Content-Length"]) == ("nosniff", str(len(GOOD[name])))
    assert out.headers["Content-Type"] not in ("text/html", "image/svg+xml")
    assert [each.id for each in attachments.listing(ANNA, CASE)] == [card.id]


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
XXE = b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>"
LAUGHS = b"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><r>&b;</r>"
PROGRAM = b"MZ\x90\0" + bytes(60)
MACROS = "<Types><a ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>"
TEMPLATE = "<r Type='x/attachedTemplate' Target='http://x.example/t.dotm' TargetMode='External'/>"
BAD = {
    "empty.txt": b"", "a.svg": SVG, "a.xml": SVG, "b.xml": b"<?xml version='1.0'?>" + SVG, "c.xml": XXE, "d.xml": LAUGHS,
    "ext.xml": b"<!DOCTYPE r SYSTEM 'http://x.example/r.dtd'><r/>", "e.xml": b"<a><b></a>", "u16.xml": XXE.decode().encode("utf-16"),
    "s.xml": b"<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>", "a.html": b"<!doctype html><p>", "h.txt": b"<html>",
    "late.txt": b"hello <script>alert(1)</script>", "a.exe": PROGRAM, "p.pdf": PROGRAM, "e.txt": b"\x7fELF" + bytes(60),
    "n.txt": b"a\0b", "n.csv": b"a,b\x01\n", "bin.txt": b"\xff\xff\x80\xff\x81", "a.gif": b"GIF89a" + bytes(20), "r.txt": b"{\\rtf1 x}",
    "ps.txt": b"%!PS-Adobe-3.0\n", "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.rar": b"Rar!\x1a\x07\x00" + bytes(20),
    "a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(20), "a.pdf": GOOD["a.png"], "a.png": PDF, "a.docx": office_file("xlsx"), "b.zip": office_file(),
    "a.docm": office_file(), "cut.pdf": b"%PDF-1.7\n", "cut.zip": GOOD["a.zip"][:-30], "cut.gz": gzip.compress(b"a,b\n" * 99)[:-9],
    "noext": PDF, "a.json": b"{broken", "a.svgz": gzip.compress(SVG), "svg.gz": gzip.compress(SVG), "exe.zip": zipped({"a.txt": PROGRAM}),
    "macro.docx": office_file(**{"word/vbaProject.bin": b"x"}), "macro.xlsx": office_file("xlsx", **{"xl/vbaProject.bin": b"x"}),
    "xlm.xlsx": office_file("xlsx", **{"xl/macrosheets/sheet1.xml": "<x/>"}), "ole.docx": office_file(**{"word/embeddings/oleObject1.bin": b"x"}),
    "ax.docx": office_file(**{"word/activeX/activeX1.xml": "<x/>"}),
    "declared.docx": zipped({TYPES: MACROS, "word/document.xml": "<x/>"}),
    "tmpl.docx": office_file(**{"word/_rels/settings.xml.rels": TEMPLATE}),
    "xxe.xlsx": office_file("xlsx", **{"xl/sharedStrings.xml": XXE}), "xxe.docx": office_file(**{"customXml/item1.xml": LAUGHS}),
    "up.zip": zipped({"../../etc/x.csv": "a,b\n"}), "abs.zip": zipped({"/etc/x.csv": "a,b\n"}), "win.zip": zipped({"C:\\x.csv": "a,b\n"}),
    "back.zip": zipped({"..\\x.csv": "a,b\n"}), "lzma.zip": zipped({"a.csv": "a,b\n"}, zipfile.ZIP_LZMA),
    "deep.zip": zipped({"1.zip": zipped({"2.zip": zipped({"a.csv": "a,b\n"})})}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_may_not_be_attached_leaves_nothing(office, attachments, name):
    with pytest.raises(BadInput) as refused:
        attachments.store(ANNA, CASE, name, io.BytesIO(BAD[name]))
    assert refused.value.zh
    assert files(office) == []
    assert attachments.listing(ANNA, CASE) == ()


def test_a_declared_type_that_lies_is_refused(attachments):
    for declared in ("image/png", "text/html", "application/zip"):
        with pytest.raises(BadInput):
            attachments.store(ANNA, CASE, "a.pdf", io.BytesIO(PDF), declared=declared)
    for declared in ("application/pdf", "APPLICATION/PDF; q=1", "application/octet-stream"):
        attachments.store(ANNA, CASE, "a.pdf", io.BytesIO(PDF), declared=declared)
    attachments.store(ANNA, CASE, "a.csv", io.BytesIO(b"a,b\n"), declared="application/vnd.ms-excel")


def encrypted():
    data = bytearray(zipped({"a.csv": "a,b\n"}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def linked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        member = zipfile.ZipInfo("a.csv")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return packed.getvalue()


def lying_size():
    """An entry that promises ten bytes and unfolds to a megabyte."""
    data = bytearray(zipped({"a.csv": b"a,b\n" * 262_144}))
    for place, offset in ((data.find(b"PK\x03\x04"), 22), (data.rfind(b"PK\x01\x02"), 24)):
        data[place + offset : place + offset + 4] = struct.pack("<I", 10)
    return bytes(data)


def promising(entries, size=0xFFFF_FFFE):
    """An archive whose end promises more than anybody should read."""
    return b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, entries, entries, size, 4, 0)


def million_entries():
    """A million empty entries in zip64, written by hand since a library would take minutes."""
    local = b"PK\x03\x04" + bytes(22) + struct.pack("<HH", 1, 0) + b"a"
    central = (b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a") * 1_000_000
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 10**6, 10**6, len(central), len(local))
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(local) + len(central), 1)
    return local + central + record + locator + b"PK\x05\x06" + b"\xff" * 16 + b"\0\0"


BOMBS = {
    "flat.zip": lambda: zipped({"a.csv": bytes(64 * MEGABYTE)}), "wide.zip": lambda: zipped({f"{n}.csv": "a,b\n" for n in range(10_001)}),
    "million.zip": million_entries, "promise.zip": lambda: promising(0xFFFE), "directory.zip": lambda: promising(1),
    "lie.zip": lying_size, "x.xlsx": lambda: office_file("xlsx", **{"xl/sharedStrings.xml": b"<a>" + b" " * (64 * MEGABYTE) + b"</a>"}),
    "x.csv.gz": lambda: gzip.compress(b"0" * (64 * MEGABYTE)), "nest.zip": lambda: zipped({"a.gz": gzip.compress(b"0" * (64 * MEGABYTE))}),
    "x.png": lambda: png(65_000, 65_000), "x.jpg": lambda: jpeg(65_000, 65_000), "preview.jpg": lambda: jpeg(60_000, 60_000, jpeg(9, 9)[20:33]),
    "encrypted.zip": encrypted, "linked.zip": linked, "in.zip": lambda: zipped({"p.png": png(65_000, 65_000)}),
    "laugh.gz": lambda: gzip.compress(gzip.compress(gzip.compress(b"a,b"))),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_unfold(office, attachments, name):
    import tracemalloc

    content = io.BytesIO(BOMBS[name]())
    tracemalloc.start()
    with pytest.raises(BadInput):
        attachments.store(ANNA, CASE, name, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 * MEGABYTE
    assert files(office) == []


NAMES = [
    "../../etc/passwd.pdf", "..\\..\\boot.pdf", "/etc/cron.d/x.pdf", "C:\\Windows\\x.pdf", "nul.pdf", "CON.pdf", "com1.pdf", "a\0b.pdf",
    "甲" * 5000 + ".pdf", "x\u202efdp.pdf", "\u200b.pdf", ". .pdf", "a:b|c*.pdf", "~/.ssh/x.pdf", "-rf.pdf", "%2e%2e%2fx.pdf", "é.pdf", "e\u0301.pdf",
    "A.PDF", "a.pdf", "\ud800.pdf", "a\r\nSet-Cookie: x.pdf", 'q";x.pdf',
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_mean_harm_are_only_told(office, attachments, name):
    card = attachments.store(ANNA, CASE, name, io.BytesIO(PDF))
    assert files(office) == [f"{card.id[-2:]}/{card.id[-4:-2]}/{card.id}"]
    assert not set(card.name) & set('/\\\0\r\n\u202e\u200b":|*')
    assert len(card.name) <= 120
    header = attachments.open(ANNA, card.id).headers["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()


@pytest.mark.on_both
def test_names_that_differ_only_in_case_or_form_lie_side_by_side(office, attachments):
    cards = [attachments.store(ANNA, CASE, name, io.BytesIO(PDF)) for name in ("A.pdf", "a.pdf", "é.pdf", "e\u0301.pdf")]
    assert len(files(office)) == 4
    assert cards[2].name == cards[3].name


@given(st.text(max_size=300))
@example("nul")
@example(" . ")
@example("con .pdf.exe")
def test_any_name_becomes_one_that_can_be_shown(text):
    name = display_name(text)
    assert name
    assert len(name.encode()) <= 480
    assert name == display_name(name)
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|')
    assert disposition(name).isascii()


def test_the_saved_name_follows_the_standard():
    """RFC 6266 with the extended form of RFC 8187."""
    assert disposition("报告 1.pdf") == "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%201.pdf"


@pytest.mark.on_both
def test_only_whom_the_owner_lets_may_do_anything(office, attachments):
    card, logged = attachments.store(ANNA, CASE, "a.pdf", io.BytesIO(PDF)), office.trust.audit.size()
    for act in (lambda: attachments.store(BERT, CASE, "a.pdf", io.BytesIO(PDF)), lambda: attachments.listing(BERT, CASE),
                lambda: attachments.store(ANNA, ("unknown", "c1"), "a.pdf", io.BytesIO(PDF))):
        with pytest.raises(Missing, match="not yours to know of"):
            act()
    for act in (lambda: attachments.open(BERT, card.id), lambda: attachments.remove(BERT, card.id, ""), lambda: attachments.open(ANNA, "nothing")):
        with pytest.raises(Missing):
            act()
    assert len(files(office)) == 1
    assert {(entry.kind, entry.outcome) for entry in office.trust.audit.entries(after=logged)} == {("decision", "refused")}


@pytest.mark.on_both
def test_removing_leaves_a_tombstone_with_the_digest(office, attachments):
    card = attachments.store(ANNA, CASE, "张三 11010519491231002X.pdf", io.BytesIO(PDF))
    attachments.remove(ANNA, card.id, "误传")
    assert files(office) == []
    (left,) = attachments.listing(ANNA, CASE)
    assert (left.digest, left.removed_because, left.removed_at is not None) == (card.digest, "误传", True)
    with pytest.raises(Missing):
        attachments.open(ANNA, card.id)
    with pytest.raises(Conflict):
        attachments.remove(ANNA, card.id, "again")
    logged = office.trust.audit.entries(resource=f"attachment:{card.id}")
    assert any(entry.action == "attachment.remove" and entry.outcome == "done" for entry in logged)
    assert card.digest in str(logged)
    assert "张三" not in str(logged)


@pytest.mark.on_both
@pytest.mark.parametrize("seed", range(5))
def test_a_flipped_bit_is_found_and_never_served(office, attachments, seed):
    chance = random.Random(seed)
    content = PDF[:9] + chance.randbytes(200_000) + b"\n%%EOF"
    card = attachments.store(ANNA, CASE, "a.pdf", io.BytesIO(content))
    (path,) = (office.home / "attachments").rglob(card.id)
    place = chance.randrange(len(content))
    changed = bytearray(content)
    changed[place] ^= 1 << chance.randrange(8)
    path.write_bytes(changed)
    with pytest.raises(Damaged):
        attachments.open(ANNA, card.id)
    assert attachments.damaged() == (card.id,)
    for spoilt in (content[:-1], content + b"x", b""):
        path.write_bytes(spoilt)
        with pytest.raises(Damaged):
            attachments.open(ANNA, card.id)
    path.unlink()
    with pytest.raises(Damaged):
        attachments.open(ANNA, card.id)
    path.write_bytes(content)
    assert b"".join(attachments.open(ANNA, card.id).pieces) == content


def test_sm3_is_used_where_the_suite_says_so(office):
    """GB/T 32905: the digest of this file by OpenSSL."""
    attachments = attachments_of(office, suite="gm")
    card = attachments.store(ANNA, CASE, "a.txt", io.BytesIO(b"abc"))
    assert (card.algorithm, card.digest) == ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    attachments.open(ANNA, card.id)


@pytest.mark.on_both
def test_too_large_stops_at_the_limit_and_leaves_nothing(office, attachments):
    taken = []

    def endless():
        yield PDF
        while True:
            taken.append(1)
            yield bytes(MEGABYTE)

    with pytest.raises(BadInput):
        attachments.store(ANNA, CASE, "a.pdf", endless(), kind="picture")
    assert len(taken) == 10
    assert files(office) == []


@pytest.mark.on_both
def test_an_object_has_a_quota(office, attachments):
    with office.storage.session() as session:
        session.add(Attachment(
            owner_kind="case", owner_id="c1", name="x", type="pdf", size=536_870_900, algorithm="sha256", digest="0", uploaded_by="x",
            uploaded_at=office.clock.now(),
        ))
    with pytest.raises(BadInput):
        attachments.store(ANNA, CASE, "a.pdf", io.BytesIO(PDF))
    attachments.store(ANNA, ("case", "c2"), "a.pdf", io.BytesIO(PDF))


FULL = textwrap.dedent("""
    import io, resource, sys
    from pathlib import Path
    from lingnan.base import Unavailable
    from lingnan.casework.attachments import Attachments
    from lingnan.trust import Subject
    from tests.casework.office import office_at
    with office_at(Path(sys.argv[1])) as office:
        attachments = Attachments(office.storage, office.home, office.trust, {"case": lambda *asked: True})
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
        try:
            attachments.store(Subject("citizen", "a"), ("case", "c"), "a.pdf", io.BytesIO(b"%PDF-1.7" + bytes(8_000_000) + b"%%EOF"))
        except Unavailable as error:
            print(type(error).__name__, len(attachments.listing(Subject("citizen", "a"), ("case", "c"))))
""")


def test_a_full_disk_leaves_nothing(tmp_path):
    """The system refuses to write on, in the middle of the file."""
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "hub")], capture_output=True, text=True, check=False, env=os.environ)
    assert done.stdout == "Unavailable 0\n", done.stderr
    assert [path for path in (tmp_path / "hub" / "attachments").rglob("*") if path.is_file()] == []


def test_a_database_that_fails_leaves_no_file(office, attachments, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(office.storage, "session", fail)
    with pytest.raises(Unavailable):
        attachments.store(ANNA, CASE, "a.pdf", io.BytesIO(PDF))
    assert files(office) == []


@pytest.mark.on_both
def test_what_a_killed_upload_left_is_swept(office, attachments):
    card = attachments.store(ANNA, CASE, "a.pdf", io.BytesIO(PDF))
    folder = office.home / "attachments"
    for orphan in (folder / "incoming" / "x", folder / "aa" / "bb" / "y"):
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(b"x")
    assert attachments.sweep() == 0
    old = time.time() - 7200
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (old, old))
    assert attachments.sweep() == 2
    assert files(office) == [f"{card.id[-2:]}/{card.id[-4:-2]}/{card.id}"]


LIMITS = AttachmentRules.read().limits[0]


def refused(content):
    """The sentence by which the content is refused, or the type it was taken for."""
    try:
        return Recogniser(LIMITS).recognise(io.BytesIO(content), len(content))
    except BadInput as fault:
        return fault


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<a", b"{"]))
def test_any_bytes_are_taken_for_something_or_refused_with_a_sentence(body, head):
    found = refused(head + body)
    assert found in AttachmentRules.read().types if isinstance(found, str) else (found.zh and found.en)


@pytest.mark.parametrize("name", ["a.docx", "a.zip", "a.csv.gz", "a.jpg", "a.png"])
def test_damaged_files_are_refused_not_crashed_on(name):
    """Every byte of a small file changed once; every beginning of it."""
    whole = GOOD[name]
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        for content in (bytes(changed), whole[:place]):
            found = refused(content)
            assert isinstance(found, str | BadInput)


class Daemon:
    """Speaks clamd's INSTREAM and finds the test word of the antivirus industry."""

    def __init__(self, path: Path):
        self.path = path
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            line, _ = self.server.accept()
            with line, line.makefile("rb") as heard:
                assert heard.read(10) == b"zINSTREAM\0"
                body = b""
                while length := struct.unpack(">I", heard.read(4))[0]:
                    body += heard.read(length)
                line.sendall(b"stream: Eicar-Test FOUND\0" if b"EICAR" in body else b"stream: OK\0")


def test_a_scanner_is_asked_when_there_is_one(office, tmp_path):
    Daemon(tmp_path / "clamd")
    attachments = attachments_of(office, scan=ClamdScanner(str(tmp_path / "clamd")))
    assert attachments.store(ANNA, CASE, "a.txt", io.BytesIO(b"fine" * 50_000)).scanned
    with pytest.raises(BadInput, match="Eicar-Test"):
        attachments.store(ANNA, CASE, "a.txt", io.BytesIO(b"EICAR"))
    with pytest.raises(Unavailable):
        attachments_of(office, scan=ClamdScanner(str(tmp_path / "nobody"))).store(ANNA, CASE, "a.txt", io.BytesIO(b"x"))
    assert len(files(office)) == 1
