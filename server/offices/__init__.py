"""Offices and counters with their dated history."""
