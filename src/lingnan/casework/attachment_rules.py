"""Limits of attachments as dated data, and the types that may be attached."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from lingnan.base import WrongUse, load_yaml

ATTACHMENTS = Path(__file__).parent / "rules" / "attachments.yaml"


class Strict(BaseModel):
    """A part of the rules: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArchiveLimits(Strict):
    """How far an archive may unfold, nested ones counted in."""

    entries: int = Field(gt=0)
    directory_bytes: int = Field(gt=0)
    unpacked_bytes: int = Field(gt=0)
    ratio: int = Field(gt=1)
    nesting: int = Field(ge=0)


class KindLimits(Strict):
    """The largest file of a kind of attachment, and its types."""

    bytes: int = Field(gt=0)
    types: tuple[str, ...]


class AttachmentLimits(Strict):
    """What holds from a day on."""

    valid_from: date
    basis: str
    proofed: bool
    total_bytes: int
    pixels: int
    archive: ArchiveLimits
    kinds: dict[str, KindLimits]

    def kind(self, name: str) -> KindLimits:
        """The limits of a kind; WrongUse names those there are."""
        if name not in self.kinds:
            known = ", ".join(sorted(self.kinds))
            raise WrongUse(f"没有附件种类“{name}”。可用：{known}。", f"There is no kind of attachment “{name}”. Kinds: {known}.", kind=name)
        return self.kinds[name]


class FileType(Strict):
    """A type: its media type, extensions, and other media types that programs declare for it."""

    media: str
    extensions: tuple[str, ...]
    also: tuple[str, ...] = ()


class AttachmentRules(Strict):
    """All of it."""

    limits: tuple[AttachmentLimits, ...]
    types: dict[str, FileType]

    @classmethod
    def read(cls, path: Path = ATTACHMENTS) -> "AttachmentRules":
        """The rules of a file."""
        return _read(path)

    def on(self, day: date) -> AttachmentLimits:
        """The limits that hold on a day; the first ones before theirs."""
        holding = [limits for limits in self.limits if limits.valid_from <= day] or [self.limits[0]]
        return max(holding, key=lambda limits: limits.valid_from)


@cache
def _read(path: Path) -> AttachmentRules:
    return AttachmentRules(**load_yaml(path.read_text(encoding="utf-8")))
