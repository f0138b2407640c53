"""Puts a kiosk into service: applies its card at every boot and proves each setting. The standard library alone."""
