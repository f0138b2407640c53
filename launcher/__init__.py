"""Starts the kiosk from one of its slots, and takes a release back that does not prove itself.

Lives in the read-only base image and is never updated: standard library only, nothing of the other packages.
"""
