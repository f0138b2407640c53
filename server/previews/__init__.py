"""Pictures of kiosks' screens, drawn by the kiosk's own program in a process beside the centre."""
