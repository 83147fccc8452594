"""A made table for tests that say its columns themselves: shelters of the civil affairs department."""

from pathlib import Path

from tests.homes import without_packs

TABLE = "minzheng.shelter"
FEED = """
feed: minzheng.shelter
title: {zh: 避难场所, en: Shelters}
department: {id: minzheng, zh: 民政厅, en: Civil Affairs Department}
system: {id: shelters, zh: 避难场所管理系统, en: Register of shelters}
connector: csv
location: shelters.csv
load: snapshot
key: [shelter_no]
cadence: yearly
contract: shelter.contract.yaml
target: minzheng.shelter
origin: made
"""
HEAD = """
apiVersion: v3.1.0
kind: DataContract
id: minzheng.shelter
version: 1.0.0
status: active
schema:
  - name: shelter
    physicalName: shelter
    customProperties: [{property: titleZh, value: 避难场所}, {property: titleEn, value: Shelters}]
    properties:
      - {name: shelter_no, physicalName: 编号, logicalType: string, physicalType: VARCHAR, primaryKey: true, classification: public}
"""


def contract(properties: str) -> str:
    """The contract with these columns after its key."""
    return HEAD + properties.strip("\n") + "\n"


def describe(home: Path, properties: str) -> Path:
    """Put feed and contract of the table where a hub in that home finds them; gives the home."""
    folder = home / "sources" / "minzheng"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shelter.yaml").write_text(FEED, encoding="utf-8")
    (folder / "shelter.contract.yaml").write_text(contract(properties), encoding="utf-8")
    return without_packs(home)


def deliver(home: Path, text: str) -> None:
    """What the department hands over next, as CSV."""
    (home / "shelters.csv").write_text(text, encoding="utf-8")
