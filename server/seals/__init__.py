"""The public seal: every accepted ballot's leaf in one growing tree, a signed head a day, and how anyone checks it."""
