"""Other forms' files carried in: read, mapped by a person, tried dry, stored in one transaction, taken back."""
