"""How resources and items are found: bigrams in the database, facets from columns in memory."""
