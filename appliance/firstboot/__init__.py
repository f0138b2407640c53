"""The first boot at a counter: each setting proven on the screen, the kiosk enrolled, its counter shown."""
