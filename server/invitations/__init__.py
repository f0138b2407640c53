"""One-time codes for citizens who were served: on a postal insert, in a link, or made for one dossier."""
