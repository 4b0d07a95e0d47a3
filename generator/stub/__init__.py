"""Stub mode: any contract answered from its examples, else from its schemas, deterministically."""
