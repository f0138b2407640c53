"""Settings of kiosks from afar: looked at on the exact screen, tried at some counters, then for all, undone at once."""
