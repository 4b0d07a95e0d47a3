"""Planted faults of Leadiosa, and benign variants of it."""
