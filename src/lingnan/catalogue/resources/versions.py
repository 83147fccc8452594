"""Versions of a resource: kept for good and citable by number, with what makes two of them differ."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.base import Missing, content_digest
from lingnan.catalogue.records import Resource
from lingnan.catalogue.resources.records import ResourceVersion
from lingnan.catalogue.resources.shapes import VersionCard
from lingnan.catalogue.shapes import ResourceForm


def content_of(form: ResourceForm) -> dict[str, Any]:
    """The form as it is kept: what equals the default is left out, so that a new optional field does not make every resource differ."""
    return form.model_dump(mode="json", exclude_defaults=True)


def digest_of(content: dict[str, Any]) -> str:
    """The digest by which two forms are the same."""
    return content_digest(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def version_row(resource_id: str, number: int, content: dict[str, Any], at: datetime, basis: str, case: str = "") -> dict[str, Any]:
    """A row of `resource_version` for one that comes into force now."""
    return {
        "resource_id": resource_id, "number": number, "content": content, "digest": digest_of(content), "valid_from": at, "valid_until": None,
        "basis": basis, "case_number": case,
    }


def close_version(session: Session, resource_id: str, at: datetime) -> None:
    """End the version in force."""
    mine = ResourceVersion.resource_id == resource_id, ResourceVersion.valid_until.is_(None)
    session.execute(update(ResourceVersion).where(*mine).values(valid_until=at).execution_options(synchronize_session=False))


def version_cards(session: Session, resource: Resource) -> list[VersionCard]:
    """Every version, the youngest first."""
    held = select(ResourceVersion).where(ResourceVersion.resource_id == resource.id).order_by(ResourceVersion.number.desc())
    return [version_card(row, resource.key) for row in session.scalars(held)]


def find_version(session: Session, resource: Resource, number: int) -> VersionCard:
    """One version; Missing names those there are."""
    row = session.get(ResourceVersion, (resource.id, number))
    if row is None:
        raise Missing(
            f"资源 {resource.key} 没有第 {number} 版，现为第 {resource.version} 版。",
            f"{resource.key} has no version {number}; it is at {resource.version}.",
            resource=resource.key, version=number,
        )
    return version_card(row, resource.key)


def version_card(row: ResourceVersion, key: str) -> VersionCard:
    """A version as it is shown."""
    return VersionCard(
        resource=key, number=row.number, valid_from=row.valid_from, valid_until=row.valid_until, basis=row.basis, case=row.case_number,
        digest=row.digest, form=ResourceForm.model_validate(row.content),
    )
