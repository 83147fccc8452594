"""Opens zip and gzip files within limits; what is hostile or absurd is refused before it is written out."""

import fnmatch
import gzip
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from lingnan.base import BadInput, Refused, content_digest

MAXIMUM_MEMBERS = 2_000
MAXIMUM_RATIO = 200
MAXIMUM_BYTES = 8 << 30
_FREE_BYTES = 32 << 20
_CHUNK = 1 << 20
_ENDINGS = {
    "csv": (".csv", ".tsv", ".txt", ".tab", ".dat"), "xlsx": (".xlsx", ".xls", ".ods", ".xlsm", ".xlsb"),
    "json": (".json", ".jsonl", ".ndjson"), "xml": (".xml",), "parquet": (".parquet",),
}


def is_zip(path: Path) -> bool:
    """Whether a file is a zip archive and no workbook or document that merely is packed as one."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    return not names & {"[Content_Types].xml", "mimetype"}


def is_gzip(path: Path) -> bool:
    """Whether a file begins as gzip does."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def opened_file(path: Path, spool: Path, member: str | None = None, kind: str | None = None) -> list[tuple[str, Path]]:
    """Names and paths of the plain files to read: the file itself, or what an archive holds, written to `spool`."""
    if is_zip(path):
        chosen = _chosen(members(path), path, member, kind)
        return [(f"{path.name}/{name}", _extracted(path, name, spool)) for name in chosen]
    if is_gzip(path):
        return [(path.name, _gunzipped(path, spool))]
    return [(path.name, path)]


def members(path: Path) -> list[str]:
    """Names of the files in an archive; Refused when it is encrypted, leads outside, or unpacks beyond the limits."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile as error:
        raise _damaged(path, error) from error
    if len(entries) > MAXIMUM_MEMBERS:
        raise _refused(path, f"含 {len(entries)} 个文件，上限 {MAXIMUM_MEMBERS}", f"holds {len(entries)} files, limit {MAXIMUM_MEMBERS}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAXIMUM_BYTES or (unpacked > _FREE_BYTES and unpacked > MAXIMUM_RATIO * max(1, path.stat().st_size)):
        raise _refused(path, f"解压后达 {unpacked} 字节，超出上限", f"unpacks to {unpacked} bytes, beyond the limits")
    for entry in entries:
        _check_entry(path, entry)
    return [entry.filename for entry in entries if not _is_litter(entry.filename)]


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(entry.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        raise _refused(path, f"成员“{entry.filename}”指向压缩包之外", f"member “{entry.filename}” leads outside the archive")
    if entry.flag_bits & 1:
        raise _refused(path, f"成员“{entry.filename}”已加密，请交付未加密的文件", f"member “{entry.filename}” is encrypted; deliver it unencrypted")
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise _refused(path, f"成员“{entry.filename}”是链接", f"member “{entry.filename}” is a link")


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _damaged(path: Path, error: Exception) -> BadInput:
    return BadInput(
        f"压缩包 {path.name} 已损坏：{error}。请重新交付。", f"Archive {path.name} is damaged: {error}. Deliver it again.", path=str(path)
    )


def _refused(path: Path, zh: str, en: str) -> Refused:
    return Refused(f"压缩包 {path.name} 被拒绝：{zh}。", f"Archive {path.name} is refused: {en}.", path=str(path))


def _chosen(names: list[str], path: Path, member: str | None, kind: str | None) -> list[str]:
    wanted = [name for name in names if fnmatch.fnmatch(name, member) or PurePosixPath(name).name == member] if member else names
    if kind and not member:
        wanted = [name for name in wanted if name.lower().endswith(_ENDINGS.get(kind, ("",)))]
    if not wanted:
        raise BadInput(
            f"压缩包 {path.name} 中没有所需的文件。其中有：{'、'.join(names[:20]) or '无'}。可用选项 member 指定。",
            f"Archive {path.name} has no file that is wanted. It holds: {', '.join(names[:20]) or 'none'}. Name one in the option `member`.",
            path=str(path), members=names[:100],
        )
    return sorted(wanted)


def _extracted(path: Path, name: str, spool: Path) -> Path:
    # The name on disk is made from a digest, so a member's name never decides where it is written.
    target = _spooled(path, name, spool)
    with zipfile.ZipFile(path) as archive, archive.open(name) as source:
        _copy(cast(BinaryIO, source), target, path, archive.getinfo(name).file_size)
    return target


def _gunzipped(path: Path, spool: Path) -> Path:
    target = _spooled(path, path.name.removesuffix(".gz"), spool)
    with gzip.open(path) as source:
        _copy(cast(BinaryIO, source), target, path, max(_FREE_BYTES, MAXIMUM_RATIO * path.stat().st_size))
    return target


def _spooled(path: Path, name: str, spool: Path) -> Path:
    spool.mkdir(parents=True, exist_ok=True)
    return spool / (content_digest(str(path.resolve()), name)[:24] + PurePosixPath(name).suffix.lower())


def _copy(source: BinaryIO, target: Path, path: Path, limit: int) -> None:
    written = 0
    try:
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > min(limit, MAXIMUM_BYTES):
                    raise _refused(path, f"解压后超过 {min(limit, MAXIMUM_BYTES)} 字节", f"unpacks beyond {min(limit, MAXIMUM_BYTES)} bytes")
                file.write(chunk)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, NotImplementedError) as error:
        target.unlink(missing_ok=True)
        raise _damaged(path, error) from error
    except Refused:
        target.unlink(missing_ok=True)
        raise


def empty_spool(spool: Path) -> None:
    """Remove what was unpacked."""
    shutil.rmtree(spool, ignore_errors=True)
