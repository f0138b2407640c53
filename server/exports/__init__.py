"""Data out: files for Excel and statistics, a read API for programs; ballots as they were counted, nobody in them."""
