"""Ballots on their way in: judged, stored and counted in one transaction."""
