"""Kiosks: enrolment, keys, settings, alarms."""
