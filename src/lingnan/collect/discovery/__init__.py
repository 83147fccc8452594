"""Looking into live databases: read-only, bounded in time and rows, without a password in any record, log or error."""
