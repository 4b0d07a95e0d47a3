"""Of the server target: its runtime, and the packages made with it."""
