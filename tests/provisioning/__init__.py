"""Making kiosks: the roster, codes, cards and labels, as a technician meets them."""
