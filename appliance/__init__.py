"""The kiosk: press → sitting → ballot → outbox → upload."""
