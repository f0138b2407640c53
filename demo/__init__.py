"""Driving a real kiosk without a finger: for the demonstration and for the tests of the screens."""
