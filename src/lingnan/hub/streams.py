"""Listens to a stream for a hub: under its policy, and only at a broker that was approved."""

import threading
from typing import TYPE_CHECKING

from lingnan.base import Missing
from lingnan.collect import Listened, listen
from lingnan.hub.places import register_made

if TYPE_CHECKING:
    from lingnan.hub.service import Hub


def listen_to(hub: "Hub", feed_id: str, stop: threading.Event) -> Listened:
    """Listen to a feed's broker until told to stop; Missing for a feed nobody described, Refused for a broker nobody approved."""
    feed = next((each for each in hub.feeds if each.id == feed_id), None)
    if feed is None:
        streams = [each.id for each in hub.feeds if each.file.stream is not None]
        raise Missing(
            f"没有数据源 {feed_id}。现有消息流：{'、'.join(streams) or '无'}。",
            f"There is no feed {feed_id}. Streams: {', '.join(streams) or 'none'}.", feed=feed_id,
        )
    register_made(hub.sources, [feed])
    return listen(
        feed, home=hub.home, lake=hub.lake, engine=hub.engine, storage=hub.storage, clock=hub.clock, allowed=hub.callable_places(), stop=stop,
        grant=lambda tables: hub.trust.views_for_step(f"collect:{feed.id}", dict.fromkeys(tables)),
    )
