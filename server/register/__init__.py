"""The register of processing: which personal data are kept, why, for how long, who opens them, what was erased."""
