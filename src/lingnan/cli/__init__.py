"""The terminal: `lingnan <room> <verb>`, progress on standard error, one JSON object on standard output when asked."""

import atexit
import gc
import sys

# Opening rooms makes some hundred thousand objects that stay; looking through them for garbage after every 700 was a quarter of a short command,
# and looking once more as the interpreter ends, when all of it is given back anyway, another tenth.
gc.set_threshold(200_000, 20, 20)
atexit.register(gc.freeze)

from lingnan.cli.app import app  # noqa: E402 (opened after the line above, which is for it)

__all__ = ["app", "main"]


def main() -> None:
    """Run one command; an error of ours ends as its sentence and its exit code, never as a stack trace."""
    from lingnan.cli.output import end_with

    sys.exit(end_with(lambda: app(standalone_mode=False)))
