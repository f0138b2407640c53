"""The sheets of a report: one file each, from what was gathered to rows; pure."""
