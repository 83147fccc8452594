"""The one tree of errors; each says in Chinese and English what was asked, what is allowed and what to do.

LingnanError
├── WrongUse        exit 2   the call itself is wrong
│   └── BadInput    exit 2   a file, row or value cannot be read
├── Missing         exit 2   the named thing does not exist
├── Conflict        exit 2   it exists already, or somebody changed it meanwhile
├── Refused         exit 3   policy says no
├── Incomplete      exit 4   begun and not finished; the same command resumes it
│   ├── Unavailable exit 4   a source or service does not answer
│   └── DatabaseAway exit 4  the hub's own database does not answer
└── Damaged         exit 1   what is stored is not what was written
"""

from typing import Any


class LingnanError(Exception):
    """An error that a reader can act on; `zh` and `en` are whole sentences, `facts` the values behind them."""

    exit_code = 1

    def __init__(self, zh: str, en: str, *, code: str = "", **facts: Any) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.code = code or type(self).__name__
        self.facts = facts

    def text(self, lang: str = "zh") -> str:
        """The sentence in the reader's language."""
        return self.en if lang == "en" else self.zh


class WrongUse(LingnanError):
    """The call itself is wrong."""

    exit_code = 2


class BadInput(WrongUse):
    """A file, row or value cannot be read."""


class Missing(LingnanError):
    """The named thing does not exist."""

    exit_code = 2


class Conflict(LingnanError):
    """It exists already, or somebody changed it meanwhile."""

    exit_code = 2


class Refused(LingnanError):
    """Policy says no."""

    exit_code = 3


class Incomplete(LingnanError):
    """Begun and not finished; the same command resumes it."""

    exit_code = 4


class Unavailable(Incomplete):
    """A source or service does not answer."""


class DatabaseAway(Incomplete):
    """The hub's own database does not answer; no `Unavailable`, since work goes on without a source, and not without what the hub knows."""


class Damaged(LingnanError):
    """What is stored is not what was written."""

    exit_code = 1
