"""What is promised of the tables that packs may need: of registers, of decided cases, of every feed under a home."""

from collections.abc import Iterator
from pathlib import Path

from lingnan.base import LingnanError
from lingnan.collect import feeds
from lingnan.hub.decided_cases import COLUMNS
from lingnan.packkit import plain_contract, plain_property
from lingnan.registers import register_columns
from lingnan.standards import Contract


def promised_tables(home: Path) -> dict[str, Contract]:
    """By table; feeds are left out while one of them cannot be read, which a build tells."""
    return {contract.id: contract for contract in (*_registers(), *_cases(), *_feeds(home))}


def _registers() -> Iterator[Contract]:
    for table, columns in register_columns().items():
        told = (plain_property(each.name, each.type, each.zh, each.en, each.classification, each.element) for each in columns)
        yield plain_contract(table, told, table, table)


def _cases() -> Iterator[Contract]:
    for table, columns in COLUMNS.items():
        told = (plain_property(each.name, each.type, each.name, each.name, each.classification, each.element or None) for each in columns)
        yield plain_contract(table, told, table, table)


def _feeds(home: Path) -> Iterator[Contract]:
    try:
        known = feeds(home / "sources") if (home / "sources").is_dir() else []
    except LingnanError:
        return
    for feed in known:
        told = feed.contract
        yield plain_contract(feed.target, told.properties, told.zh, told.en)
