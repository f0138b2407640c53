"""Releases of the kiosk's application: built, signed, published, put on a stick."""
