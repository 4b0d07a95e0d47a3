"""Planted faults of Aloha, and benign variants of it."""
