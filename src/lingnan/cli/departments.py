"""A process of its own that answers as the made departments' live interfaces do: `python -m lingnan.cli.departments FOLDER PORT PLACE`."""

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path


def serve_departments(folder: Path, port: int, place: str) -> None:
    """Serve the handover folder; ends with the process that started it, whatever became of that."""
    import uvicorn

    from lingnan.web import create_handover_app

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup()
            with contextlib.suppress(BrokenPipeError):  # who started it has ended meanwhile, which ends it too
                os.write(sys.stdout.fileno(), b"ready\n")

    threading.Thread(target=_end_with_parent, daemon=True).start()
    Announcing(uvicorn.Config(create_handover_app(folder, place), host="127.0.0.1", port=port, log_level="error")).run()


def _end_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    serve_departments(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
