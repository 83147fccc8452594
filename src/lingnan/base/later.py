"""Opens the files behind a room's door when one of their names is first asked for, so that a short command pays for what it uses."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def opened_later(package: str, files: Mapping[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__`; `files` gives the file of names separated by blanks: `{"flow": "Flow State"}`."""
    found = {name: file for file, names in files.items() for name in names.split()}

    def open_file(name: str) -> Any:
        if name not in found:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{found[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return open_file
