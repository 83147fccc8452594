"""Brings departments' data in, whatever its form, and remembers for every row where it came from."""

from lingnan.collect.discovery.discovering import DiscoveryLimits, discover_database
from lingnan.collect.feeds import feed_keys, feeds, landed_columns, read_feed
from lingnan.collect.file_load import load_file
from lingnan.collect.forms.shapes import Campaign, FieldSpec, Form, FormFault, FormFile, FormPart
from lingnan.collect.inspection import inspect, save_options, saved_options
from lingnan.collect.ledger import batches_to_govern, current_batches
from lingnan.collect.records import LoadBatch
from lingnan.collect.service import fingerprint, live_place, load_feed
from lingnan.collect.shapes import Alarm, Column, Feed, FeedFile, Inspection, LoadResult, Notice, Provider, ReadOptions
from lingnan.collect.streams.service import Listened, listen, stopped_by_signals
from lingnan.collect.streams.shapes import LiveWindow, StreamState, WindowRow
from lingnan.collect.streams.status import stream_states
from lingnan.collect.streams.telling import told_windows, window_marks

__all__ = [
    "Alarm", "Campaign", "Column", "DiscoveryLimits", "Feed", "FeedFile", "FieldSpec", "Form", "FormFault", "FormFile", "FormPart", "Inspection",
    "Listened", "LiveWindow", "LoadBatch", "LoadResult", "Notice", "Provider", "ReadOptions", "StreamState", "WindowRow", "batches_to_govern",
    "current_batches", "discover_database", "feed_keys", "feeds", "fingerprint", "inspect", "landed_columns", "listen", "live_place", "load_feed",
    "load_file", "read_feed", "save_options", "saved_options", "stopped_by_signals", "stream_states", "told_windows", "window_marks",
]
