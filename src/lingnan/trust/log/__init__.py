"""The audit log: entries that are only added, the tree over them, its verification."""
