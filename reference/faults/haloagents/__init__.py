"""Planted faults of HaloAgents, and benign variants of it."""
