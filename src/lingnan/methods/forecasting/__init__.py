"""Forecasts of regular series: baselines, direct boosted trees with probability bands, scores against the best baseline."""
