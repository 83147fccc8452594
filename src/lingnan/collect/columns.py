"""Names columns: unique, safe for tables, with the unit taken out of the header and a data element suggested."""

from lingnan.collect import cells
from lingnan.collect.layout import Layout
from lingnan.collect.shapes import Column, Notice, ReadOptions
from lingnan.standards import data_elements


def named_columns(layout: Layout, options: ReadOptions) -> tuple[list[Column], list[Notice]]:
    """The columns of a layout, and what had to be said about their names."""
    headers = list(options.columns) if options.columns else layout.headers
    units = layout.units + [""] * (len(headers) - len(layout.units))
    return columns_of(headers, units, bool(layout.header_rows) or bool(options.columns))


def columns_of(headers: list[str], units: list[str] | None = None, has_header: bool = True) -> tuple[list[Column], list[Notice]]:
    """Columns from headers as delivered; blank and repeated ones get names of their own."""
    columns: list[Column] = []
    taken: set[str] = set()
    blank: list[int] = []
    repeated: list[str] = []
    for at, header in enumerate(headers, start=1):
        bare, unit = cells.split_unit(header.strip())
        name = cells.column_name(bare)
        if not name:
            name = f"c{at}"
            blank.append(at)
        if name.lower() in taken:
            repeated.append(header)
            name = _free(name, taken)
        taken.add(name.lower())
        given = (units or [])[at - 1] if units and at <= len(units) else ""
        columns.append(Column(name=name, source=header.strip() or name, unit=unit or given, suggested_element=suggested_element(bare)))
    return columns, _notices(blank if has_header else [], repeated, columns)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}_{number}".lower() in taken:
        number += 1
    return f"{name}_{number}"


def _notices(blank: list[int], repeated: list[str], columns: list[Column]) -> list[Notice]:
    notices = []
    if repeated:
        names = "、".join(column.name for column in columns if column.source in repeated)
        notices.append(
            Notice(
                code="duplicate_headers", zh=f"表头有重复（{'、'.join(repeated)}），已改为不重复的列名：{names}。",
                en=f"Headers repeat ({', '.join(repeated)}); columns were given unique names: {names.replace('、', ', ')}.",
            )
        )
    if blank:
        places = "、".join(str(at) for at in blank)
        notices.append(
            Notice(
                code="blank_headers", zh=f"第 {places} 列没有表头，列名按位置记为 c{blank[0]} 等。",
                en=f"Columns {places.replace('、', ', ')} have no header; they are named by position, such as c{blank[0]}.",
            )
        )
    return notices


_ELEMENTS: dict[str, str] = {}


def suggested_element(header: str) -> str:
    """The data element whose Chinese or English name the header is; empty when there is none."""
    if not _ELEMENTS:
        for element in data_elements().values():
            for name in (element.zh, element.en, element.id):
                _ELEMENTS.setdefault(_plain(name), element.id)
    return _ELEMENTS.get(_plain(header), "")


def _plain(text: str) -> str:
    return text.lower().replace("_", "").replace(" ", "")
