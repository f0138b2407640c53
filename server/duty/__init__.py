"""Officers of an office, and who sits at which counter when."""
