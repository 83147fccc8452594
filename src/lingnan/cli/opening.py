"""Opens the hub a command asks for, and says who acts."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingnan.hub import Hub
    from lingnan.trust import Subject


def open_hub(home: Path | None, lang: str | None) -> "Hub":
    """The hub in `home`, else in LINGNAN_HOME, else in ./hub."""
    from lingnan.base import load_settings
    from lingnan.hub import Hub

    return Hub.open(load_settings(home, lang))


def who_acts(hub: "Hub", account: str | None) -> "Subject":
    """The account given by `--as`, else the one a token in LINGNAN_TOKEN stands for, else the machine's operator."""
    import getpass
    import os

    from lingnan.trust import Subject, is_token

    if account:
        return hub.trust.accounts.subject_for(account)
    if token := os.environ.get("LINGNAN_TOKEN"):
        return hub.trust.tokens.subject_of(token, "127.0.0.1") if is_token(token) else hub.trust.subject_of(token)
    return Subject("operator", account=getpass.getuser())
