"""A listener in a process of its own: HOME FEED_FILE PLACE. Ends in order on SIGTERM, and dies by SIGKILL where a test wants it to."""

import sys
from pathlib import Path

from lingnan.base import Settings, SystemClock
from lingnan.collect import listen, read_feed, stopped_by_signals
from lingnan.lake import Lake, View
from lingnan.storage import Storage


def main(home: Path, feed: Path, place: str) -> None:
    clock = SystemClock()
    lake = Lake(home / "lake", clock)
    storage = Storage.open(Settings(home=home))
    with stopped_by_signals() as stop:
        listen(
            read_feed(feed), home=home, lake=lake, engine=lake.engine(threads=1), storage=storage, clock=clock, allowed=[place], stop=stop,
            grant=lambda tables: {table: View.for_step(table, "test") for table in tables},
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
