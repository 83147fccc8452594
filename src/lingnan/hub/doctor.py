"""Looks at the machine: what is there, what is missing, and what that means."""

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from lingnan.base import Settings

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
        _program("chromium", "浏览器测试", "browser tests"),
        _program("psql", "PostgreSQL 测试", "PostgreSQL tests"),
        Finding("fonts", any(Path(font).exists() for font in FONTS), False, "截图与报告所用中文字体：apt-get install fonts-noto-cjk",
                "Chinese fonts for pictures and reports: apt-get install fonts-noto-cjk"),
    ]


def _module(part: str, module: str, needed: bool, zh: str, en: str, package: str) -> Finding:
    there = importlib.util.find_spec(module) is not None
    return Finding(part, there, needed, f"{zh}；安装：pip install '{package}'", f"{en}; install: pip install '{package}'")


def _program(name: str, zh: str, en: str) -> Finding:
    return Finding(name, shutil.which(name) is not None, False, f"{zh}；安装：apt-get install {name}", f"{en}; install: apt-get install {name}")
