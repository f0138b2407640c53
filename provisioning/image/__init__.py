"""Makes the kiosk's image: one overlay tree, one package list, one wheelhouse; no loop devices, no mounts."""
