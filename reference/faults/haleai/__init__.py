"""Planted faults of HaleAI, and benign variants of it."""
