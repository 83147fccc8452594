"""Keys of the hub: its own secret, signing keys and their rotation, suites of algorithms."""
