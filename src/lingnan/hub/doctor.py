"""Looks at the machine: what is there, what is missing, and what that means."""

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lingnan.base import LingnanError, Settings

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

FREE_BYTES = 2 * 1024**3
FONTS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/wqy")


@dataclass(frozen=True)
class Finding:
    """One part the hub uses; `needed` when nothing works without it."""

    part: str
    present: bool
    needed: bool
    zh: str
    en: str


def examine(settings: Settings) -> list[Finding]:
    """Every part the hub may use on this machine, with what to do where it is missing."""
    home = settings.home if settings.home.exists() else settings.home.resolve().parent
    version = sys.version.split()[0]
    free = shutil.disk_usage(home if home.exists() else Path.cwd()).free
    return [
        Finding("python", sys.version_info >= (3, 11), True, f"版本 {version}，需要 3.11 以上", f"{version}, needs 3.11"),
        Finding("disk", free > FREE_BYTES, True, f"可用 {free / 1e9:.1f} GB，演示需要 2 GB", f"{free / 1e9:.1f} GB free, the demo needs 2 GB"),
        _module("sqlite scanner", "duckdb_extension_sqlite_scanner", True, "读取 SQLite 数据源", "reads SQLite sources", "lingnan"),
        _module("world", "numpy", False, "造演示省", "makes the demo province", "lingnan[world]"),
        _module("postgres", "duckdb_extension_postgres_scanner", False, "读取 PostgreSQL", "reads PostgreSQL", "lingnan[postgres]"),
        _module("object storage", "obstore", False, "数据表存入对象存储", "keeps tables in object storage", "lingnan[s3]"),
        _module("reports", "typst", False, "生成 PDF 报告", "sets reports as PDF", "lingnan[reports]"),
        _program("chromium", "浏览器测试", "browser tests"),
        _program("psql", "PostgreSQL 测试", "PostgreSQL tests"),
        Finding("fonts", any(Path(font).exists() for font in FONTS), False, "截图与报告所用中文字体：apt-get install fonts-noto-cjk",
                "Chinese fonts for pictures and reports: apt-get install fonts-noto-cjk"),
    ]


def examine_hub(hub: "Hub", whole: bool = False) -> list[Finding]:
    """What is amiss in a hub itself: its log, its files, its keys, what could not be delivered. Numbers alone, nothing of their content.

    Of the log only what came since it was last found sound, unless `whole`.
    """
    now, checked = hub.clock.now(), hub.trust.verify(whole=whole)
    damaged, since = len(checked.damaged), checked.since
    files = len(hub.office.attachments.damaged())
    keys = [card for card in hub.trust.keys.cards() if card.state == "active" and card.due_at is not None and card.due_at < now]
    mails, calls = hub.office.undelivered()
    return [
        Finding(
            "audit", not damaged, True, f"审计日志第 {since} 条之后共 {checked.entries - since} 条，{damaged} 处损坏；全部核验：lingnan trust verify",
            f"{checked.entries - since} entries after entry {since}, {damaged} damaged; check all: lingnan trust verify",
        ),
        Finding("attachments", not files, True, f"{files} 个附件损坏或缺失；请从备份恢复", f"{files} attachments damaged or gone; restore them"),
        Finding(
            "keys", not keys, False, f"{len(keys)} 个密钥已过更替日期；更替：lingnan trust keys rotate",
            f"{len(keys)} keys are past due; rotate them: lingnan trust keys rotate",
        ),
        Finding("mail", not mails, False, f"{mails} 封邮件未能投递", f"{mails} mails could not be delivered"),
        Finding("webhooks", not calls, False, f"{calls} 次回调未能投递", f"{calls} webhook calls could not be delivered"),
        *examine_store(hub),
    ]


def examine_store(hub: "Hub") -> list[Finding]:
    """Whether the bucket that holds the tables answers, may be written, and keeps two writers apart; nothing where a folder holds them."""
    place = hub.lake.store.place
    if place is None:
        return []
    where = f"{place.endpoint}/{place.bucket}"
    try:
        once = hub.lake.store.puts_once()
    except LingnanError as error:
        return [Finding("tables", False, True, error.zh, error.en)]
    if once:
        zh, en = f"对象存储 {where} 可读写，支持条件写入", f"object store {where} can be read and written, each version once"
        return [Finding("tables", True, True, zh, en)]
    return [Finding(
        "tables", False, True, f"对象存储 {where} 不支持条件写入（If-None-Match），多个写入者会相互覆盖；请换用支持的服务",
        f"object store {where} does not honour conditional writes (If-None-Match), so writers would overwrite each other; use one that does",
    )]


def _module(part: str, module: str, needed: bool, zh: str, en: str, package: str) -> Finding:
    there = importlib.util.find_spec(module) is not None
    return Finding(part, there, needed, f"{zh}；安装：pip install '{package}'", f"{en}; install: pip install '{package}'")


def _program(name: str, zh: str, en: str) -> Finding:
    return Finding(name, shutil.which(name) is not None, False, f"{zh}；安装：apt-get install {name}", f"{en}; install: apt-get install {name}")
