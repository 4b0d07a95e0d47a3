"""The reference server: the four APIs with state and time, behind one ASGI app."""
