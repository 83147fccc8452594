"""The inventory of cryptography (OWASP ASVS 5.0 11.1.2): every use of a key or algorithm, declared as data in `inventory.yaml`."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from lingnan.base import load_yaml

INVENTORY = Path(__file__).parent / "inventory.yaml"


class CryptoUse(BaseModel):
    """One use of cryptography in the hub; `modules` are the source files it stands in, `security` is false where it only names things."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    zh: str
    en: str
    algorithm: str
    key: str
    stored: str
    rotation: str
    standard: str
    security: bool = True
    modules: tuple[str, ...]


@cache
def crypto_uses() -> tuple[CryptoUse, ...]:
    """Every declared use, in the order of the file."""
    loaded = load_yaml(INVENTORY.read_text(encoding="utf-8"))
    return tuple(CryptoUse(**use) for use in loaded["uses"])
