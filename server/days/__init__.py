"""Days off and days made up for: what is public, and what each year decides."""
