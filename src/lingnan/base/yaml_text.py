"""Reads YAML with the safe loader, the compiled one where there is one: it is eight times as fast."""

from functools import cache
from typing import Any


@cache
def _loader() -> Any:
    import yaml  # opened when first asked for: the terminal's help needs none

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """What a YAML document says; `yaml.YAMLError` for one that cannot be read."""
    import yaml

    return yaml.load(text, _loader())  # noqa: S506 (one of the two safe loaders)
