"""Who may sign in: organisations, accounts, how they prove who they are, their sessions."""
