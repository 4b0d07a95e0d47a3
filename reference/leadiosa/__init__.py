"""Leadiosa: conversations with contacts, and what belongs to them."""
