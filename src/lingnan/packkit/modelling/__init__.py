"""Models that learn: what is known of each, who approved it, how it did, and whether it may be used."""
