"""Contracts → generated/: rendered by the targets, formatted together, written atomically."""
