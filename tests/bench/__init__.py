"""Measurements of the toolkit: run one with `python -m tests.bench.NAME`."""
