"""The page a phone opens from a kiosk's QR or a poster."""
