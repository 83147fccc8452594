"""Notice rules as data: which event is told to whom in which words, what webhooks get of it, and how long deliveries are tried."""

from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lingnan.base import load_yaml

NOTICES = Path(__file__).parent / "rules" / "notices.yaml"


class Strict(BaseModel):
    """A part of the rules: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(Strict):
    """A notice in one language, with placeholders."""

    title: str
    text: str


class NoticeRule(Strict):
    """One event: its kind of notice, recipients, link, words, and the fields that go to webhooks."""

    event: str
    kind: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    to: tuple[Literal["alert", "escalated", "assignee", "applicant"], ...]
    link: str
    zh: Wording
    en: Wording
    webhook: tuple[str, ...] = ()


class Retries(Strict):
    """How long to wait after each failed attempt, and when to give up."""

    basis: str
    proofed: bool
    wait_minutes: tuple[float, ...]
    give_up_hours: float

    def next_at(self, attempts: int, made_at: datetime, now: datetime) -> datetime | None:
        """When to try again after so many attempts; None when it is time to give up."""
        due = now + timedelta(minutes=self.wait_minutes[min(attempts, len(self.wait_minutes)) - 1])
        return due if due <= made_at + timedelta(hours=self.give_up_hours) else None


class WebhookRetries(Retries):
    """The same, with how old a message may be, and how long two secrets sign after a rotation."""

    window_seconds: int
    overlap_hours: float


class NoticeRules(Strict):
    """All of it."""

    notices: tuple[NoticeRule, ...]
    digest_at: time
    mail: Retries
    webhook: WebhookRetries

    @classmethod
    def read(cls, path: Path = NOTICES) -> "NoticeRules":
        """The rules of a file."""
        return _read(path)

    def of_event(self, name: str) -> NoticeRule | None:
        """The rule for an event's name, or None."""
        return next((rule for rule in self.notices if rule.event == name), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of notice."""
        return tuple(dict.fromkeys(rule.kind for rule in self.notices))


@cache
def _read(path: Path) -> NoticeRules:
    return NoticeRules(**load_yaml(path.read_text(encoding="utf-8")))
