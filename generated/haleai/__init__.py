"""What follows from one contract: written by `fourfold generate`."""
