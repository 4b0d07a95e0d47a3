"""Measurements of the toolkit: `python -m tests.bench [NAME]…` takes them, and keeps BENCH.md."""
