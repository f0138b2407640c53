"""Who may sign in: accounts, passwords and sessions."""
