"""The history of the hub's tables, one migration a room and step."""
