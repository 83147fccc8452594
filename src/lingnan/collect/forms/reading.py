"""What was sent as an entry, read strictly: ids, rows, texts and place in their normal form; every fault is told with its field."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from lingnan.base import BadInput, content_digest
from lingnan.collect.forms.fields import TEXT_LIMIT
from lingnan.collect.forms.shapes import Form, FormFault, Given, Position

ENTRY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DEVICE = re.compile(r"[0-9A-Za-z-]{0,64}")
_HIDDEN = frozenset({"Cc", "Cs", "Co", "Cn"})
_TRUTHS = ("true", "false")
FAULTS = "FormFaults"
"""The code of a refusal whose facts name the fields."""
Row = Mapping[str, str | None]


def read_given(form: Form, given: Given) -> tuple[Row, ...]:
    """The rows in their normal form; BadInput for an id, a row or a column that the form does not have, or for faults of single values."""
    if not ENTRY.fullmatch(given.entry) or not DEVICE.fullmatch(given.device):
        raise BadInput("填报编号或设备编号不合格式，请刷新页面后重填。", "The id of entry or device is malformed. Reload the page, fill in anew.")
    most = form.repeated.repeat if form.repeated else 1
    if not 1 <= len(given.rows) <= most:
        raise BadInput(f"本表每次填报应有 1 至 {most} 行。", f"An entry of this form has 1 to {most} rows.", rows=len(given.rows))
    unknown = sorted({name for row in given.rows for name in row} - form.fields.keys())
    if unknown:
        raise BadInput(f"表单没有这些项：{'、'.join(unknown)}。", f"The form has no such fields: {', '.join(unknown)}.", fields=unknown)
    rows = tuple({name: _normal(row.get(name)) for name in form.fields} for row in given.rows)
    if faults := [*_faults(form, rows), *_place_faults(form, given.position)]:
        raise refused(faults)
    return rows


def refused(faults: Sequence[FormFault]) -> BadInput:
    """The refusal that tells every fault; each says itself what it is about."""
    told = [{"row": each.row, "column": each.column, "zh": each.zh, "en": each.en, "rule": each.rule} for each in faults]
    return BadInput(
        f"有 {len(faults)} 处需要更正：{'；'.join(each.zh for each in faults)}。",
        f"{len(faults)} to correct: {'; '.join(each.en for each in faults)}.",
        code=FAULTS, faults=told,
    )


def digest_of(rows: Sequence[Row], given: Given) -> str:
    """What tells one content from another: rows, place and terms, not the moment of sending."""
    parts = [f"{name}={'' if value is None else 'v' + value}" for row in rows for name, value in (*sorted(row.items()), ("", None))]
    place = given.position
    return content_digest(*parts, repr((place.longitude, place.latitude, place.accuracy)) if place else "", given.terms)


def read_position(longitude: str, latitude: str, accuracy: str = "") -> Position | None:
    """A place as typed or as the device gave it; None when nothing was given, BadInput for what is no place on Earth."""
    if not longitude.strip() and not latitude.strip():
        return None
    try:
        found = Position(float(longitude), float(latitude), float(accuracy) if accuracy.strip() else None)
    except ValueError:
        found = Position(math.nan, math.nan)
    good = abs(found.longitude) <= 180 and abs(found.latitude) <= 90 and 0 <= (found.accuracy or 0) < 1e7
    if not good:
        raise BadInput(
            "位置应为经度（−180 至 180）与纬度（−90 至 90），单位为度。",
            "A place is a longitude (−180 to 180) and a latitude (−90 to 90) in degrees.",
            code=FAULTS,
            faults=[{"row": 0, "column": "position", "zh": "填报位置：应为经度与纬度", "en": "Place: a longitude and a latitude", "rule": ""}],
        )
    return found


def read_moment(text: str) -> datetime | None:
    """When the device says the entry was filled in; None for nothing or what is no moment with a zone."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _normal(value: str | None) -> str | None:
    """The text without what surrounds it; nothing for empty."""
    if value is None:
        return None
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip() or None


def _faults(form: Form, rows: Sequence[Row]) -> list[FormFault]:
    found = []
    for place, row in enumerate(rows):
        for name, spec in form.fields.items():
            value = row[name]
            if value is None:
                continue
            if len(value) > TEXT_LIMIT or any(unicodedata.category(each) in _HIDDEN and each not in "\n\t" for each in value):
                zh, en = f"{spec.zh}：至多 {TEXT_LIMIT} 个可见字符", f"{spec.en}: at most {TEXT_LIMIT} visible characters"
                found.append(FormFault(place, name, zh, en))
            elif spec.kind == "boolean" and value.lower() not in _TRUTHS:
                found.append(FormFault(place, name, f"{spec.zh}：应为是或否", f"{spec.en}: must be yes or no"))
    return found


def _place_faults(form: Form, position: Position | None) -> list[FormFault]:
    if form.file.position == "required" and position is None:
        return [FormFault(0, "position", "填报位置：必须填写", "Place: must be given")]
    return []
