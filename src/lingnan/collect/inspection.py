"""Shows what is understood of a file before anything is loaded, and keeps the steward's corrections beside it."""

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from lingnan.base import BadInput, load_yaml
from lingnan.collect import cells
from lingnan.collect.connectors.archive import members, opened_file
from lingnan.collect.connectors.delimited import DelimitedReading
from lingnan.collect.connectors.files import reading_of
from lingnan.collect.connectors.json_file import JsonReading
from lingnan.collect.connectors.protocol import Reading
from lingnan.collect.connectors.sqlite import chosen_table, sqlite_tables
from lingnan.collect.connectors.workbook import WorkbookReading
from lingnan.collect.connectors.xml import XmlReading
from lingnan.collect.encoding import first_line_not_utf8
from lingnan.collect.formats import KIND, format_of
from lingnan.collect.package import descriptor, is_package, package_faults
from lingnan.collect.reshape import periods_across, reshaped
from lingnan.collect.shapes import Inspection, Notice, ReadOptions, Unpivot
from lingnan.collect.sqlite_rows import SqliteRowsReading
from lingnan.collect.suggestion import with_elements
from lingnan.collect.survey import Survey, single_value, survey, value_units

_BESIDE = ".options.yaml"


def inspect(path: Path, hints: ReadOptions | None = None, *, sample_only: bool = False) -> Inspection:
    """Format, encoding, layout, columns and rows of a file, with warnings; hints and options saved beside it are taken as they are.

    With `sample_only` no more is read than tells the layout and the types, and rows are not counted.
    """
    options = hints or saved_options(path) or ReadOptions()
    if path.is_file() and (described_by := descriptor(path)) is not None and options == ReadOptions():
        return _package(path, described_by)
    with tempfile.TemporaryDirectory(prefix="lingnan-inspect-") as spool:
        understood = understand_file(path, options, Path(spool))
        found = survey(understood.reading, understood.options, understood.delimiter, sample_only)
        found.columns = with_elements(found.columns, found.sample)
        return described(understood, found)


def _package(path: Path, value: Any) -> Inspection:
    faults = package_faults(value, path.parent)
    if not is_package(value):
        return Inspection(path=str(path), format="tableschema", header_rows=0, warnings=faults)
    names = [str(resource.get("path") or resource.get("name")) for resource in value["resources"] if isinstance(resource, dict)]
    return Inspection(path=str(path), format="datapackage", header_rows=0, sheets=names, warnings=faults)


@dataclass
class Understood:
    """A file opened for reading: its format, what there is to choose from, the reading and the options it follows."""

    path: Path
    format: str
    sheets: list[str]
    sheet: str
    plain: Reading
    reading: Reading
    options: ReadOptions
    notices: list[Notice]

    @property
    def delimiter(self) -> str:
        """The delimiter of a text; a comma for other formats."""
        return self.plain.form.dialect.delimiter if isinstance(self.plain, DelimitedReading) else ","


def understand_file(path: Path, options: ReadOptions, spool: Path, types: dict[str, str] | None = None) -> Understood:
    """Open a file of any readable format; in an archive the member the options name, or the largest."""
    kind, name, notices, sheets, sheet = format_of(path), path.name, [], [], ""
    plain_path = path
    if kind in ("zip", "gz"):
        sheets = members(path) if kind == "zip" else []
        sheet = options.member or (_largest(path, sheets) if sheets else "")
        name, plain_path = opened_file(path, spool, sheet or None)[0]
        notices = _member_notices(sheets, sheet) if options.member is None else []
        notices += packed_faults(path, sheets, spool)
        inner = format_of(plain_path)
        if inner in ("zip", "gz"):
            raise BadInput(
                f"压缩包 {path.name} 里又是压缩包。请解开一层后交付。",
                f"Archive {path.name} holds an archive. Unpack one level and deliver again.", path=str(path),
            )
    else:
        inner = kind
    reading = _reading(inner, plain_path, name, options, types)
    if isinstance(reading, WorkbookReading) and not sheets:
        sheets, sheet = reading.sheets, reading.sheet
    if isinstance(reading, SqliteRowsReading) and not sheets:
        sheets, sheet = reading.tables, reading.table
    options = _with_axis(options, reading)
    return Understood(
        plain_path, inner if kind not in ("zip", "gz") else f"{kind}/{inner}", sheets, sheet, reading, reshaped(reading, name, options), options,
        notices,
    )


def _reading(kind: str, path: Path, name: str, options: ReadOptions, types: dict[str, str] | None) -> Reading:
    if kind == "sqlite":
        return SqliteRowsReading(path, name, chosen_table(sqlite_tables(path), options.table or options.sheet, name))
    return reading_of(KIND[kind], path, name, options, types, empty_is_null=True)


def packed_faults(path: Path, names: list[str], spool: Path) -> list[Notice]:
    """Every fault of a data package in an archive; empty when it holds none."""
    described = next((name for name in names if PurePosixPath(name).name == "datapackage.json"), None)
    if described is None:
        return []
    folder = spool / "package"
    with zipfile.ZipFile(path) as archive:
        # The names were checked by `members`: none leads outside the folder.
        archive.extractall(folder, names)
    value = descriptor(folder / described)
    return package_faults(value, (folder / described).parent) if value is not None else []


def _largest(path: Path, names: list[str]) -> str:
    with zipfile.ZipFile(path) as archive:
        return max(names, key=lambda name: (Path(name).suffix.lower() != ".json", archive.getinfo(name).file_size), default="")


def _member_notices(names: list[str], chosen: str) -> list[Notice]:
    others = [name for name in names if name != chosen]
    if not others:
        return []
    return [
        Notice(
            code="more_members", zh=f"读取压缩包中的“{chosen}”；另有：{'、'.join(others[:20])}，可用选项 member 指定。",
            en=f"“{chosen}” of the archive is read; there are also: {', '.join(others[:20])}. Choose with the option `member`.",
        )
    ]


def _with_axis(options: ReadOptions, reading: Reading) -> ReadOptions:
    """Options that turn years or months laid across into rows, unless the steward said otherwise."""
    if options.unpivot is None and periods_across(reading.columns):
        return options.model_copy(update={"unpivot": Unpivot()})
    return options


def described(understood: Understood, found: Survey) -> Inspection:
    """The inspection of an opened file."""
    plain, options = understood.plain, understood.options
    shown = Inspection(
        path=str(understood.path), format=understood.format, sheets=understood.sheets, sheet=understood.sheet, columns=found.columns,
        rows=found.rows, sampled=found.sampled, warnings=[*understood.notices, *understood.reading.notices, *found.notices],
    )
    settled: dict[str, object] = {"null_markers": found.markers or None, "decimal": found.decimal if found.decimal != "." else None}
    if isinstance(plain, DelimitedReading | WorkbookReading):
        layout = plain.form.layout if isinstance(plain, DelimitedReading) else plain.layout
        shown.titles, shown.title_rows, shown.header_rows = layout.titles, layout.title_rows, layout.header_rows
        shown.unit_row, shown.footer_rows, shown.footers = layout.unit_row, layout.footer_rows, layout.footers
        shown.columns = value_units(shown.columns, cells.said_unit(layout.titles))
        settled |= {"title_rows": layout.title_rows, "header_rows": layout.header_rows, "unit_row": layout.unit_row, "footer": layout.footer_rows}
    if isinstance(plain, DelimitedReading):
        settled |= _text_findings(plain, shown)
    if isinstance(plain, WorkbookReading):
        settled["sheet"] = plain.sheet
    if isinstance(plain, JsonReading):
        shown.header_rows, settled["records"] = 0, plain.path_to_records
    if isinstance(plain, XmlReading):
        shown.header_rows, settled["row_tag"] = 0, plain.row_tag
    if options.unpivot:
        _show_axis(understood, shown, options.unpivot)
    if not found.rows:
        shown.warnings.append(Notice(code="no_rows", zh="只有表头，没有数据行。", en="There is a header but no row of data."))
    given = options.model_dump(exclude_defaults=True)
    shown.options = ReadOptions.model_validate({**{key: value for key, value in settled.items() if value is not None}, **given})
    return shown


def _text_findings(plain: DelimitedReading, shown: Inspection) -> dict[str, object]:
    form = plain.form
    shown.encoding, shown.delimiter, shown.quote = form.encoding.name, form.dialect.delimiter, form.dialect.quote
    shown.format = shown.format.replace("csv", "tsv") if form.dialect.delimiter == "\t" and shown.format.endswith("csv") else shown.format
    if not form.encoding.certain:
        line = first_line_not_utf8(plain.path)
        shown.warnings.append(
            Notice(
                code="guessed_encoding",
                zh=f"文件不是 UTF-8（始于第 {line} 行），编码是推测的：{form.encoding.name}。请核对例值中的文字，如不对请在选项 encoding 中写明。",
                en=f"The file is not UTF-8 (from line {line}); its encoding is guessed: {form.encoding.name}. If wrong, set the option `encoding`.",
            )
        )
    dialect = form.dialect
    return {
        "encoding": form.encoding.name, "delimiter": dialect.delimiter, "quote": dialect.quote, "escape": dialect.escape or None,
        "comment": dialect.comment or None, "skip_spaces": dialect.skip_spaces or None,
    }


def _show_axis(understood: Understood, shown: Inspection, unpivot: Unpivot) -> None:
    unit = single_value(understood.reading, "unit")
    for column in shown.columns:
        if column.name == unpivot.values and unit:
            column.unit = unit
    across = periods_across(understood.plain.columns)
    if across:
        shown.warnings.append(
            Notice(
                code="periods_across",
                zh=f"表头 {across[0].source}…{across[-1].source} 是时间，已转为行（{unpivot.names}、{unpivot.values}）。不需要时写 unpivot: false。",
                en=f"Headers {across[0].source} … {across[-1].source} became rows ({unpivot.names}, {unpivot.values}). Leave them: unpivot: false.",
            )
        )


def save_options(path: Path, options: ReadOptions) -> Path:
    """Keep how a file is to be read in `<file>.options.yaml` beside it; gives that path."""
    target = path.with_name(path.name + _BESIDE)
    target.write_text(yaml.safe_dump(options.model_dump(exclude_defaults=True, mode="json"), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return target


def saved_options(path: Path) -> ReadOptions | None:
    """The options kept beside a file; None when there are none."""
    target = path.with_name(path.name + _BESIDE)
    if not target.is_file():
        return None
    try:
        return ReadOptions.model_validate(load_yaml(target.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, ValueError) as error:
        raise BadInput(
            f"读取选项 {target.name} 有误：{error}。请更正或删除。", f"Options file {target.name} is wrong: {error}. Correct or remove it.",
            path=str(target),
        ) from error
