"""Cases: what someone must answer for and close."""
