"""The code lists of the register: rows as lists that standards can use, as cards that pages show, and what a version changes."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Missing, content_digest
from lingnan.catalogue.registry.records import RegisteredCodeList
from lingnan.catalogue.registry.shapes import CodeChange, CodeListCard, CodeRow
from lingnan.standards import Code, CodeList, Header, HeldList

USABLE = ("standard", "retired")
"""States whose list a contract may name: a retired list still says what its codes mean."""


def rows_of(session: Session, name: str = "") -> list[RegisteredCodeList]:
    """Every version of a list, or of all lists, by name and age."""
    wanted = select(RegisteredCodeList).where(RegisteredCodeList.deleted_at.is_(None))
    if name:
        wanted = wanted.where(RegisteredCodeList.name == name)
    # Versions made within one moment go by their number.
    return sorted(session.scalars(wanted), key=lambda row: (row.name, row.created_at, number_of(row.version)))


def number_of(version: str) -> tuple[int, ...]:
    """A version as numbers that can be put in order; what is no number counts as none."""
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))


def current(session: Session, name: str, version: str = "") -> RegisteredCodeList:
    """One version; without a version the one in force, else the youngest. Missing for none."""
    found = [row for row in rows_of(session, name) if not version or row.version == version]
    standing = [row for row in found if row.status in USABLE]
    if not found:
        raise Missing(
            f"本枢纽没有登记代码表“{name}”{f'第 {version} 版' if version else ''}。",
            f"No code list “{name}”{f' {version}' if version else ''} is registered here.", code_list=name, version=version,
        )
    return (standing or found)[-1]


def usable(session: Session) -> dict[str, CodeList]:
    """The lists that contracts and elements may name, each in its version in force."""
    return {row.name: list_of(row) for row in rows_of(session) if row.status in USABLE}


def list_of(row: RegisteredCodeList) -> CodeList:
    """The list that a row says."""
    header = Header(
        row.name, row.zh, row.en, row.standard, row.edition, row.valid_from, row.valid_to, row.source, True, row.successor_list, row.note
    )
    return HeldList(header, (code_of(entry) for entry in row.codes))


def code_of(entry: dict[str, Any]) -> Code:
    """One code out of its written form."""
    return Code(
        entry["code"], entry["zh"], entry.get("en", ""), entry.get("parent") or None, int(entry.get("level") or 1), _day(entry.get("valid_from")),
        _day(entry.get("valid_to")), _several(entry.get("successors")), _several(entry.get("labels")), entry.get("change", ""), entry.get("role", ""),
    )


def written(rows: Iterable[CodeRow]) -> list[dict[str, str]]:
    """Rows as they are kept: what is empty is left out."""
    return [{name: value for name, value in row.model_dump().items() if value} for row in rows]


def digest_of(row: RegisteredCodeList) -> str:
    """What tells this content from any other."""
    told = [row.zh, row.en, row.standard, row.edition, str(row.valid_from), str(row.valid_to), row.source, row.note, row.successor_list, row.codes]
    return content_digest(json.dumps(told, ensure_ascii=False, sort_keys=True))


def card_of(row: RegisteredCodeList) -> CodeListCard:
    """A row as pages show it."""
    told = {name: getattr(row, name) for name in CodeListCard.model_fields if name not in ("size", "case")}
    return CodeListCard(**told, size=len(row.codes), case=row.case_number)


def compare(before: Sequence[Code], after: Sequence[Code]) -> Iterator[CodeChange]:
    """What changes from one version to the next, in the order of the codes."""
    old, new = ({entry.code: entry for entry in entries} for entries in (before, after))
    for code in dict.fromkeys([*old, *new]):
        was, now = old.get(code), new.get(code)
        kind: Any = ""
        if was is None or now is None:
            kind = "added" if was is None else "dropped"
        elif was.valid_to != now.valid_to and now.valid_to is not None:
            kind = "ended"
        elif was.zh != now.zh:
            kind = "renamed"
        elif (was.parent, was.valid_from, was.valid_to, was.successors, was.level) != (
            now.parent, now.valid_from, now.valid_to, now.successors, now.level
        ):
            kind = "changed"
        if kind:
            yield CodeChange(
                kind=kind, code=code, before=was.zh if was else "", after=now.zh if now else "", successors=now.successors if now else ()
            )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in (text or "").split("|") if part)
