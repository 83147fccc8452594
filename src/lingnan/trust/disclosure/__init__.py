"""Keeps an account's figures over protected tables from being put together into what no one figure tells."""
