"""The terminal: `lingnan <room> <verb>`, progress on standard error, one JSON object on standard output when asked."""

import sys

from lingnan.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run one command; an error of ours ends as its sentence and its exit code, never as a stack trace."""
    from lingnan.cli.output import end_with

    sys.exit(end_with(lambda: app(standalone_mode=False)))
