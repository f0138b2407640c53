"""What everybody may see: shares of offices that agreed to it, where enough people answered."""
