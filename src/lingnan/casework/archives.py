"""Archives looked through before anybody unfolds them: entries, sizes, ratio, nesting, names, and what office files must not carry."""

import errno
import gzip
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from lingnan.base import BadInput
from lingnan.casework.attachment_rules import ArchiveLimits
from lingnan.casework.contents import PIECE, check_xml, damaged, not_allowed

Inner = Callable[[IO[bytes], int, int], None]
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENCRYPTED, _STORED, _DEFLATED = 0x1, 0, 8
_IN_MEMORY = 1 << 20
SMALL = 1 << 20
"""Below this the ratio is not asked for: short texts pack very well."""
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx", "OFD.xml": "ofd"}
_ACTIVE = ("vbaproject", "vbadata", "activex", "oleobject", "macrosheets", "dialogsheets", "externallinks/_rels", "customui")


@dataclass
class Budget:
    """What is left to unfold of one uploaded file, over all its layers."""

    bytes: int
    entries: int


class Archives:
    """Looks through ZIP and GZIP files; BadInput for what is too large, too deep, hidden or active."""

    def __init__(self, limits: ArchiveLimits, inner: Inner) -> None:
        self._limits, self._inner = limits, inner
        self._left = Budget(limits.unpacked_bytes, limits.entries)

    def zip_type(self, file: IO[bytes], size: int, depth: int) -> str:
        """`docx`, `xlsx`, `pptx`, `ofd` or `zip`."""
        self._check_end(file, size)
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                self._check_sums(members, size)
                names = set(archive.namelist())
                kind = next((kind for name, kind in _OFFICE.items() if name in names), "zip")
                for member in members:
                    _check_member(member)
                if kind == "zip":
                    self._check_depth(depth)
                    self._check_members(archive, members, depth)
                else:
                    self._check_office(archive, members, kind)
                return kind
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, struct.error, RuntimeError) as error:
            raise damaged("zip") from error
        except OSError as error:
            # A directory that points before the file's beginning; anything else is the disk's own fault.
            if error.errno != errno.EINVAL:
                raise
            raise damaged("zip") from error

    def check_gzip(self, file: IO[bytes], size: int, depth: int) -> None:
        """Unfold within the budget and look at what is inside."""
        self._check_depth(depth)
        file.seek(0)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            unpacked = 0
            try:
                with gzip.GzipFile(fileobj=file, mode="rb") as source:
                    while piece := source.read(PIECE):
                        unpacked += len(piece)
                        self._check_ratio(unpacked, size)
                        self._spend(len(piece))
                        spool.write(piece)
            except (OSError, EOFError, zlib.error) as error:
                raise damaged("gzip") from error
            self._inner(spool, unpacked, depth + 1)

    def _check_end(self, file: IO[bytes], size: int) -> None:
        """Read the end of the archive by hand: a library would first load every entry that it promises."""
        tail = min(size, 65_557)
        file.seek(size - tail)
        found = file.read(tail)
        place = found.rfind(_END)
        if place < 0 or len(found) - place < 22:
            raise damaged("zip")
        entries, directory = struct.unpack("<HI", found[place + 10 : place + 16])
        if found[max(0, place - 20) : place][:4] == _LOCATOR_64:
            file.seek(min(struct.unpack("<Q", found[place - 12 : place - 4])[0], size))
            record = file.read(56)
            if record[:4] != _END_64 or len(record) < 56:
                raise damaged("zip")
            entries, directory = struct.unpack("<QQ", record[32:48])
        if entries > self._left.entries or directory > self._limits.directory_bytes:
            raise self._too_many(entries)

    def _check_sums(self, members: list[zipfile.ZipInfo], size: int) -> None:
        if len(members) > self._left.entries:
            raise self._too_many(len(members))
        self._left.entries -= len(members)
        unpacked = sum(member.file_size for member in members)
        self._check_ratio(unpacked, size)
        for member in members:
            self._check_ratio(member.file_size, member.compress_size)
        if unpacked > self._left.bytes:
            raise self._too_large()

    def _check_members(self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], depth: int) -> None:
        for member in members:
            if member.is_dir():
                continue
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool, archive.open(member) as source:
                while piece := source.read(PIECE):
                    self._spend(len(piece))
                    spool.write(piece)
                self._inner(spool, member.file_size, depth + 1)

    def _check_office(self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], kind: str) -> None:
        names = [member.filename.lower() for member in members]
        active = next((name for name in names if any(word in name for word in _ACTIVE) or name.endswith((".exe", ".dll", ".js", ".vbs"))), "")
        if active:
            raise BadInput(
                f"办公文档中含宏或活动内容（{kind}）。请另存为不含宏的文档后再传。",
                f"The document carries macros or active content ({kind}). Save it without them.", type=kind,
            )
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                self._check_part(archive, member, kind)
            else:
                self._spend(member.file_size)

    def _check_part(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str) -> None:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            with archive.open(member) as source:
                while piece := source.read(PIECE):
                    self._spend(len(piece))
                    spool.write(piece)
            check_xml(spool)
            spool.seek(0)
            if member.filename == "[Content_Types].xml" and b"macroenabled" in spool.read().lower():
                raise not_allowed("macro-enabled")
            spool.seek(0)
            if member.filename.endswith("settings.xml.rels") and b"attachedTemplate" in spool.read():
                raise not_allowed(f"{kind} with a template elsewhere")

    def _check_depth(self, depth: int) -> None:
        if depth >= self._limits.nesting:
            raise BadInput(
                f"压缩包嵌套超过 {self._limits.nesting} 层。请解开后再传。",
                f"Archives lie in each other more than {self._limits.nesting} deep. Unpack them first.", nesting=self._limits.nesting,
            )

    def _check_ratio(self, unpacked: int, packed: int) -> None:
        if unpacked > self._left.bytes:
            raise self._too_large()
        if unpacked > SMALL and unpacked > self._limits.ratio * max(packed, 1):
            raise BadInput(
                f"压缩比超过 {self._limits.ratio} 倍，疑为压缩炸弹。", f"The archive unfolds to more than {self._limits.ratio} times its size.",
                ratio=self._limits.ratio,
            )

    def _spend(self, number: int) -> None:
        self._left.bytes -= number
        if self._left.bytes < 0:
            raise self._too_large()

    def _too_large(self) -> BadInput:
        return BadInput(
            f"解开后超过 {self._limits.unpacked_bytes} 字节的上限。请分开上传。",
            f"It unfolds to more than {self._limits.unpacked_bytes} bytes. Send it in parts.", limit=self._limits.unpacked_bytes,
        )

    def _too_many(self, entries: int) -> BadInput:
        return BadInput(
            f"压缩包中有 {entries} 个条目，超过 {self._limits.entries} 个的上限。请分开上传。",
            f"The archive has {entries} entries, more than {self._limits.entries}. Send it in parts.", entries=entries,
        )


def _check_member(member: zipfile.ZipInfo) -> None:
    """Refuse what cannot be looked at, links, and names that lead out of a folder."""
    if member.flag_bits & _ENCRYPTED:
        raise BadInput("压缩包已加密，无法检查。请去除密码后再传。", "The archive is encrypted and cannot be looked at. Remove its password.")
    if member.compress_type not in (_STORED, _DEFLATED):
        raise not_allowed(f"zip method {member.compress_type}")
    name = member.filename.replace("\\", "/")
    leading = name.startswith("/") or (len(name) > 1 and name[1] == ":") or ".." in PurePosixPath(name).parts
    if leading or stat.S_ISLNK(member.external_attr >> 16) or "\0" in member.orig_filename:
        raise BadInput(
            "压缩包中有指向包外的名称或链接。请重新打包。", "The archive holds a link or a name that leads outside. Pack it anew.",
        )
