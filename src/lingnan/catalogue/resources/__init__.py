"""Information resources: their codes, their registration, their life."""
