"""Of the Python client: its runtime, and the packages made with it."""
