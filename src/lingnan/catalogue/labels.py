"""Names of coded values of the catalogue in both languages, as the 2017 guide and the offices say them."""

from typing import Final

LABELS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "share_type": {
        "unconditional": ("无条件共享", "Shared without condition"),
        "conditional": ("有条件共享", "Shared on condition"),
        "none": ("不予共享", "Not shared"),
    },
    "open_type": {
        "unconditional": ("无条件开放", "Open without condition"),
        "conditional": ("有条件开放", "Open on condition"),
        "none": ("不予开放", "Not open"),
    },
    "update_cycle": {
        "realtime": ("实时", "Real time"),
        "hourly": ("每小时", "Hourly"),
        "daily": ("每日", "Daily"),
        "weekly": ("每周", "Weekly"),
        "monthly": ("每月", "Monthly"),
        "quarterly": ("每季度", "Quarterly"),
        "yearly": ("每年", "Yearly"),
        "irregular": ("不定期", "Irregular"),
        "once": ("一次性", "Once"),
    },
    "origin": {"made": ("演示数据", "Made for demonstration"), "real": ("真实数据", "Real"), "derived": ("加工产生", "Derived")},
    "level": {
        "nation": ("国家", "Nation"),
        "province": ("省级", "Province"),
        "city": ("市级", "City"),
        "county": ("县级", "County"),
        "township": ("乡级", "Township"),
    },
    "format": {
        "csv": ("电子表格 CSV", "Spreadsheet CSV"),
        "xlsx": ("电子表格 XLSX", "Spreadsheet XLSX"),
        "xls": ("电子表格 XLS", "Spreadsheet XLS"),
        "sqlite": ("数据库 SQLite", "Database SQLite"),
        "postgres": ("数据库 PostgreSQL", "Database PostgreSQL"),
        "sql": ("数据库", "Database"),
        "json_api": ("服务接口 JSON", "Web service JSON"),
        "xml": ("自描述格式 XML", "Self-describing XML"),
        "parquet": ("列式文件 Parquet", "Columnar file Parquet"),
        "table": ("数据表", "Table"),
    },
}


def label(field: str, value: str) -> tuple[str, str]:
    """Chinese and English name of a value; the value itself when it has none."""
    if not value:
        return ("未注明", "Not stated")
    return LABELS.get(field, {}).get(value, (value, value))
