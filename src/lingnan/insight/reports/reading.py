"""Reads a report's file, and says what is wrong with it in a sentence."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError
from yaml import YAMLError

from lingnan.base import BadInput, load_yaml
from lingnan.insight.reports.spec import Report

OWN = Path(__file__).parent


def read_report(file: Path) -> Report:
    """The report of a file, whose name without the ending is its id; BadInput says where it does not fit its form."""
    try:
        report = Report.model_validate(load_yaml(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()[:3])
        raise BadInput(
            f"报告 {file.name} 不符合格式：{told}", f"Report {file.name} does not fit its form: {told}", file=file.name,
        ) from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise BadInput(f"报告 {file.name} 读不出来：{error}", f"Report {file.name} cannot be read: {error}", file=file.name) from error
    if report.id != file.stem:
        raise BadInput(
            f"报告文件 {file.name} 中的 id 是 {report.id}，应与文件名相同。",
            f"Report file {file.name} has the id {report.id}; it must equal the file's name.", file=file.name,
        )
    return report


@cache
def own_reports() -> tuple[Report, ...]:
    """The hub's own reports, by the names of their files."""
    return tuple(read_report(file) for file in sorted(OWN.glob("*.yaml")))
