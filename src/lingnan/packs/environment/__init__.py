"""The environment: air, surface water and discharges, judged by dated standards."""
