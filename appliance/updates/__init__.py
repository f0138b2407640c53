"""Signed releases of this kiosk's own program: found, believed, laid into the free slot; never started from here.

The ballots' partition is not touched by any of it.
"""
