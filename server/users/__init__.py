"""Who has an account: the list, invitations, roles and units, ends and returns."""
