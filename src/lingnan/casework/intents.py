"""A write as the audit log wants it: decided, announced before it happens, and its outcome told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lingnan.casework.shapes import Authority
from lingnan.trust import Subject, writing


@contextmanager
def intended(trust: Authority, subject: Subject, action: str, resource: str, facts: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Refused when policy says no; else intent and outcome of the block stand in the log. `facts` hold no personal value."""
    trust.allow(subject, action, resource)
    with writing(trust.audit, subject, action, resource, facts=facts):
        yield
