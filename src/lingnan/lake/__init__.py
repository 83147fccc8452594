"""What the hub holds: versioned tables, the engines that read and write them, and the views that policy allows."""

from lingnan.lake.binding import bound, keyed_hash
from lingnan.lake.engine import Capabilities, Engine, EngineSession
from lingnan.lake.fingerprint import content_hash
from lingnan.lake.shapes import Commit, CommitFacts, View
from lingnan.lake.tables import Lake

__all__ = ["Capabilities", "Commit", "CommitFacts", "Engine", "EngineSession", "Lake", "View", "bound", "content_hash", "keyed_hash"]
