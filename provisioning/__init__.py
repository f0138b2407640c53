"""Making kiosks: a roster of counters becomes cards, labels and an as-built record. Runs on a technician's laptop."""
