"""Government services: items, materials, joint and automatic handling, measures and ratings."""
