"""A made table for tests: pension supplements of the civil affairs department, its columns of several classes, its rows of two cities."""

from pathlib import Path

from tests.homes import without_packs

TABLE = "minzheng.pension"
FEED = """
feed: minzheng.pension
title: {zh: 养老补贴, en: Pension supplements}
department: {id: minzheng, zh: 民政厅, en: Civil Affairs Department}
system: {id: pensions, zh: 养老系统, en: Pensions}
connector: csv
location: pensions.csv
load: snapshot
key: [pension_no]
cadence: yearly
contract: pension.contract.yaml
target: minzheng.pension
origin: made
"""
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: minzheng.pension
version: 1.0.0
status: active
schema:
  - name: pension
    physicalName: pension
    customProperties: [{property: titleZh, value: 养老补贴}, {property: titleEn, value: Pension supplements}]
    properties:
      - {name: pension_no, physicalName: 编号, logicalType: string, physicalType: VARCHAR, primaryKey: true, classification: public}
      - {name: division, physicalName: 区划, logicalType: string, physicalType: VARCHAR, classification: public}
      - {name: amount, physicalName: 金额, logicalType: integer, physicalType: BIGINT, classification: internal}
      - name: person
        physicalName: 姓名
        logicalType: string
        physicalType: VARCHAR
        classification: personal
        customProperties: [{property: dataElement, value: person_name}]
"""
ROWS = """
    select 'P' || range as pension_no, case when range % 2 = 0 then '440103' else '440305' end as division, range * 10 as amount,
        case range % 3 when 0 then '王小明' when 1 then '王大明' else '李秀英' end as person
    from range(60)
"""


def describe(home: Path) -> Path:
    """Put feed and contract of the table where a hub in that home finds them; gives the home."""
    folder = home / "sources" / "minzheng"
    folder.mkdir(parents=True)
    (folder / "pension.yaml").write_text(FEED, encoding="utf-8")
    (folder / "pension.contract.yaml").write_text(CONTRACT, encoding="utf-8")
    return without_packs(home)
