"""Streams: messages of a broker, brought into the lake in small batches, once each."""
