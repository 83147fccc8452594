"""What `collect discover` shows of a database."""

from pathlib import Path
from typing import TYPE_CHECKING

from lingnan.cli.output import answer, say, show

if TYPE_CHECKING:
    from lingnan.catalogue import DatabaseFound, Discovered


def password_of(path: Path | None) -> str:
    """The first line of the file, so that no password stands in the list of processes; BadInput when it cannot be read."""
    from lingnan.base import BadInput

    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"密码文件 {path} 无法读取。", f"The password file {path} cannot be read.", path=str(path)) from error


def show_found(found: "DatabaseFound", recorded: "Discovered | None", lang: str, as_json: bool) -> None:
    """Tables with their columns, what each seems to be, and what recording changed."""
    from lingnan.catalogue import suggest_column

    if as_json:
        tables = []
        for table in found.tables:
            guesses = {each.name: suggest_column(each.name, each.comment, each.profile).model_dump(mode="json") for each in table.columns}
            tables.append({**table.model_dump(mode="json"), "suggestions": guesses})
        told = {**found.model_dump(mode="json", exclude={"tables"}), "tables": tables}
        answer({**told, "recorded": recorded.model_dump(mode="json") if recorded else None})
        return
    for table in found.tables:
        count = "?" if table.rows is None else f"{'≈' if table.rows_are == 'estimate' else '≥' if table.rows_are == 'at_least' else ''}{table.rows:,}"
        show([(f"{table.schema_name + '.' if table.schema_name else ''}{table.name}", f"{count}\t{table.comment}")])
        for column in table.columns:
            guess = suggest_column(column.name, column.comment, column.profile)
            why = guess.en if lang == "en" else guess.zh
            show([(f"  {column.name}", f"{column.type}\t{guess.element}\t{guess.classification}\t{why}")])
    for notice in found.notices:
        say(f"  ⚠ {notice.table}：{notice.zh}", f"  ⚠ {notice.table}: {notice.en}", lang)
    if recorded:
        say(
            f"{recorded.database}：新增 {recorded.tables_added} 张表、{recorded.columns_added} 列；已不存在 {recorded.tables_gone} 张表；"
            f"类型变化 {len(recorded.retyped)} 列。",
            f"{recorded.database}: {recorded.tables_added} tables and {recorded.columns_added} columns added, {recorded.tables_gone} tables gone, "
            f"{len(recorded.retyped)} columns of another type.", lang,
        )
