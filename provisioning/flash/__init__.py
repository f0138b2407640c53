"""A whole card in one go: image, proof by reading back, and the files of its row."""
