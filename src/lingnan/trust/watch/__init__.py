"""Watching: abnormal access by accounts, emergency overrides, who looked at a record, public statistics; all read from the log."""
