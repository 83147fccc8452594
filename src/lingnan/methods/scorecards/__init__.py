"""Scorecards of legal entities: monotone bins, weights of evidence, points with reasons, and how well they tell good from bad."""
