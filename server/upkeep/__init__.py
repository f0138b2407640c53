"""Keeping a centre alive: backups that were read back, restores, a doctor, figures for a monitor."""
