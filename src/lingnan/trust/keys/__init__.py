"""Keys of the hub."""
