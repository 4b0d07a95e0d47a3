"""Of the command: what a user types, and what comes of it."""
