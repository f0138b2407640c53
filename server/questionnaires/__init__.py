"""Published questionnaires; a published version never changes."""
