"""A made form for tests: visits to shelters, with a code list, limits, an identifier, a rule across fields, a picture and rows that repeat."""

from pathlib import Path
from uuid import UUID

from lingnan.collect.forms.shapes import Form, Given
from lingnan.hub import Hub
from tests import shelter

FORM = "minzheng.shelter_form"
PROPERTIES = """
      - name: name
        physicalName: 名称
        customProperties: [{property: titleZh, value: 名称}, {property: titleEn, value: Name}]
        logicalType: string
        physicalType: VARCHAR
        required: true
        classification: public
        logicalTypeOptions: {minLength: 2, maxLength: 40}
      - name: division
        physicalName: 区划
        logicalType: string
        physicalType: VARCHAR
        classification: public
        customProperties: [{property: dataElement, value: division}]
      - name: places
        physicalName: 容纳人数
        logicalType: integer
        physicalType: BIGINT
        classification: public
        logicalTypeOptions: {minimum: 1, maximum: 5000}
        customProperties: [{property: titleZh, value: 容纳人数}, {property: titleEn, value: Places}]
      - name: present
        physicalName: 现有人数
        logicalType: integer
        physicalType: BIGINT
        classification: public
        customProperties: [{property: titleZh, value: 现有人数}, {property: titleEn, value: People there now}]
        quality:
          - id: no_more_than_places
            type: custom
            engine: lingnan
            name: 现有人数不应多于容纳人数
            description: No more people than places
            dimension: consistency
            severity: error
            implementation: {rule: holds, condition: "present <= places"}
      - name: keeper
        physicalName: 管理人证件号
        logicalType: string
        physicalType: VARCHAR
        classification: personal
        customProperties: [{property: dataElement, value: citizen_number}]
      - name: photo
        physicalName: 照片
        logicalType: string
        physicalType: VARCHAR
        classification: internal
        customProperties: [{property: formInput, value: picture}, {property: titleZh, value: 照片}, {property: titleEn, value: Photo}]
"""

def describe(home: Path) -> Path:
    """A home with the table of shelters and nothing delivered."""
    shelter.describe(home, PROPERTIES)
    shelter.deliver(home, "编号,名称,区划,容纳人数,现有人数,管理人证件号,照片\nS0,越秀公园,440104,100,0,,\n")
    return home


def make(hub: Hub, **changes: str) -> Form:
    """The form out of that table's contract; `changes` are lines added to its file."""
    feed = next(each for each in hub.feeds if each.id == shelter.TABLE)
    hub.forms.forms.make(feed.contract, feed.file.department, form=FORM)
    path = hub.home / "forms" / f"{FORM}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "".join(f"{name}: {value}\n" for name, value in changes.items()), encoding="utf-8")
    hub.follow_sources()
    return hub.forms.form(FORM)


def given(number: int, **changes: str | None) -> Given:
    """A good entry with some values changed."""
    row = {"shelter_no": f"S{number}", "name": "天河体育中心", "division": "440106", "places": "300", "present": "20", "keeper": None, "photo": None}
    return Given(str(UUID(int=number)), ({**row, **changes},), "device-1")
