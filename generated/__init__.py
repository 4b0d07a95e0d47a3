"""What follows from the contracts of openapi/: written by `fourfold generate`."""
