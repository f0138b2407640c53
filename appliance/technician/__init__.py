"""The technician's side of the kiosk; loaded after the first picture, never before."""
