"""Releases of the kiosks' program: taken in as signed, served to kiosks, wished for in stages."""
