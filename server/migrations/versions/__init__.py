"""The migrations themselves, oldest first; none imports the live schema."""
