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
    "share_way": {"database": ("数据库", "Database"), "file": ("文件", "File"), "service": ("服务接口", "Service")},
    "format_class": {
        "document": ("电子文件", "Electronic document"),
        "spreadsheet": ("电子表格", "Spreadsheet"),
        "database": ("数据库", "Database"),
        "image": ("图形图像", "Image"),
        "media": ("流媒体", "Streaming media"),
        "self_describing": ("自描述格式", "Self-describing format"),
        "service": ("服务接口", "Service interface"),
    },
    "scheme": {"base": ("基础", "Base"), "theme": ("主题", "Theme"), "department": ("部门", "Department")},
    "status": {
        "draft": ("草稿", "Draft"),
        "checking": ("检查中", "Being checked"),
        "reviewing": ("审核中", "Under review"),
        "published": ("已发布", "Published"),
        "changing": ("变更中", "Being changed"),
        "withdrawn": ("已撤销", "Withdrawn"),
    },
    "relation": {
        "related": ("相关", "Related"),
        "derived_from": ("来源于", "Derived from"),
        "part_of": ("属于", "Part of"),
        "replaces": ("替代", "Replaces"),
    },
    "punctuality": {
        "fresh": ("按期更新", "Up to date"),
        "grace": ("宽限期内", "Within the grace"),
        "overdue": ("逾期", "Overdue"),
        "not_measured": ("不计量", "Not measured"),
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
        "et": ("电子表格 ET", "Spreadsheet ET"),
        "sqlite": ("数据库 SQLite", "Database SQLite"),
        "postgres": ("数据库 PostgreSQL", "Database PostgreSQL"),
        "sql": ("数据库", "Database"),
        "database": ("数据库", "Database"),
        "dbf": ("数据库 DBF", "Database DBF"),
        "api": ("服务接口", "Web service"),
        "json_api": ("服务接口 JSON", "Web service JSON"),
        "json": ("自描述格式 JSON", "Self-describing JSON"),
        "geojson": ("自描述格式 GeoJSON", "Self-describing GeoJSON"),
        "xml": ("自描述格式 XML", "Self-describing XML"),
        "parquet": ("列式文件 Parquet", "Columnar file Parquet"),
        "table": ("数据表", "Table"),
        **{each: (f"电子文件 {each.upper()}", f"Document {each.upper()}") for each in ("pdf", "ofd", "docx", "wps", "txt")},
        **{each: (f"图像 {each.upper()}", f"Image {each.upper()}") for each in ("jpeg", "png", "tiff")},
        "mp4": ("视频 MP4", "Video MP4"),
        "mp3": ("音频 MP3", "Audio MP3"),
    },
}


def label(field: str, value: str) -> tuple[str, str]:
    """Chinese and English name of a value; the value itself when it has none."""
    if not value:
        return ("未注明", "Not stated")
    if field == "theme":
        return _theme(value)
    return LABELS.get(field, {}).get(value, (value, value))


def _theme(value: str) -> tuple[str, str]:
    from lingnan.standards import code_list  # code lists stand on Arrow, which a label of another field need not wait for

    entry = code_list("themes").get(value)
    return (entry.zh, entry.en) if entry else (value, value)
