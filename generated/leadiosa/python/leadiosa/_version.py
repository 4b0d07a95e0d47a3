"""The version of the contract that this package was made from."""

__version__ = "1.0.0"
