"""Writes small workbooks as offices fill them: title rows, merged headers, footers; the same bytes every time."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from lingnan.world.handover.delimited import zip_bytes

Cell = str | int | float | None
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PART = '<Override PartName="/xl/{0}.xml" ContentType="{1}.{2}+xml"/>'
_LINK = '{0}<Relationships xmlns="{1}/relationships"><Relationship Id="rId1" Type="{2}/{3}" Target="{4}"/></Relationships>'
_FIXED = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + _PART.format("workbook", _SHEET, "sheet.main") + _PART.format("worksheets/sheet1", _SHEET, "worksheet") + "</Types>",
    "_rels/.rels": _LINK.format(_HEAD, _PACKAGE, _OFFICE, "officeDocument", "xl/workbook.xml"),
    "xl/_rels/workbook.xml.rels": _LINK.format(_HEAD, _PACKAGE, _OFFICE, "worksheet", "worksheets/sheet1.xml"),
}


def write_workbook(path: Path, sheet: str, rows: Sequence[Sequence[Cell]], merges: Sequence[str] = ()) -> None:
    """One workbook of one sheet; `merges` are ranges such as A1:C1."""
    body = "".join(f'<row r="{i}">{"".join(_cell(i, j, value) for j, value in enumerate(row))}</row>' for i, row in enumerate(rows, 1))
    merged = f'<mergeCells count="{len(merges)}">{"".join(f"""<mergeCell ref="{m}"/>""" for m in merges)}</mergeCells>' if merges else ""
    members = {name: text.encode() for name, text in _FIXED.items()}
    members["xl/workbook.xml"] = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ).encode()
    members["xl/worksheets/sheet1.xml"] = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>{merged}</worksheet>'.encode()
    path.write_bytes(zip_bytes(members))


def _cell(row: int, column: int, value: Cell) -> str:
    if value is None or value == "":
        return ""
    place = f"{column_name(column)}{row}"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def column_name(column: int) -> str:
    """The letters of a column counted from 0."""
    first, last = divmod(column, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)
