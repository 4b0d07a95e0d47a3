"""Tests of the toolkit itself."""
