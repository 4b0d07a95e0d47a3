"""Fourfold's generator: reads hand-written OpenAPI contracts and writes what follows from them."""
