"""Schemathesis, over HTTP: every phase, one worker, a fixed seed, no cache, our own checks."""

from conformance.fuzzing.found import OTHER, TITLES, Found, Fuzzed, rule_of
from conformance.fuzzing.part import EVERYTHING, Part

__all__ = ["EVERYTHING", "OTHER", "TITLES", "Found", "Fuzzed", "Part", "rule_of"]
