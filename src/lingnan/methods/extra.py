"""Opens libraries of the extra `models` when first used, and says which extra is missing where they are not there."""

from importlib import import_module
from typing import Any

from lingnan.base import Unavailable


def opened(module: str) -> Any:
    """A module of the extra `models`; Unavailable, with the command that installs it, where it is missing."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"这一方法需要扩展 models（缺少 {module}）。请运行 pip install 'lingnan[models]'；没有它时用基线。",
            f"This method needs the extra models ({module} is missing). Run pip install 'lingnan[models]'; without it use the baselines.",
            extra="models", module=module,
        ) from error
