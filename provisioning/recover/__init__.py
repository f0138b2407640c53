"""Ballots off a dead kiosk's card: the card is only read, everything else is done on a copy."""
