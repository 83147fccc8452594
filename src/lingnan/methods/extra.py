"""Opens libraries of the extra `models` when first used, and says which extra is missing where they are not there."""

from importlib import import_module
from typing import Any

from lingnan.base import Unavailable
from lingnan.methods.learning import note_missing

EXTRA = "models"


class Late:
    """A module that is opened when something of it is asked for."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(_opened(self._module), name)


def opened(module: str) -> Any:
    """A module of the extra `models`, opened at its first use; then Unavailable, with the command that installs it, where it is missing.

    A pack's code names what learns at its head, and must stand where nothing of it can learn, so that its baselines answer.
    """
    return Late(module)


def _opened(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        note_missing(EXTRA)
        raise Unavailable(
            f"这一方法需要扩展 models（缺少 {module}）。请运行 pip install 'lingnan[models]'；没有它时用基线。",
            f"This method needs the extra models ({module} is missing). Run pip install 'lingnan[models]'; without it use the baselines.",
            extra=EXTRA, module=module,
        ) from error
